//! How many connections a worker holds: what was asked for, or what the memory allows.

use std::num::NonZeroUsize;

use crate::settings::HttpSettings;

/// What a connection may cost before it is known whether it will ever say anything useful: a head and its buffers.
const BYTES_PER_CONNECTION: u64 = 48 * 1024;
/// However small the budget, so many must fit.
const AT_LEAST: usize = 32;
/// Connections beyond the limit that are told so at once; still more of them wait to be accepted.
pub(crate) const REFUSALS: usize = 1024;

/// The limit: half of the budget is for connections, the rest for what they ask.
pub(crate) fn connections_per_worker(settings: &HttpSettings) -> usize {
    let Some(budget) = settings.memory_budget else {
        return settings.connections_per_worker;
    };
    let workers = settings
        .workers
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, NonZeroUsize::get));
    let fitting = budget / 2 / BYTES_PER_CONNECTION;
    let fitting = usize::try_from(fitting).unwrap_or(usize::MAX) / workers.max(1);
    fitting.clamp(AT_LEAST, settings.connections_per_worker.max(AT_LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(budget: Option<u64>, expected: usize) {
        let mut settings = HttpSettings::new(([127, 0, 0, 1], 0).into());
        settings.workers = Some(2);
        settings.memory_budget = budget;
        assert_eq!(connections_per_worker(&settings), expected, "{budget:?}");
    }

    #[test]
    fn the_limit_follows_the_budget_between_a_few_and_what_was_asked_for() {
        check(None, 6_000);
        check(Some(8 << 30), 6_000);
        check(Some(256 << 20), 1_365);
        check(Some(1), AT_LEAST);
    }
}
