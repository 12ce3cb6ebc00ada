//! The real time and the real randomness: the only places that ask the system for them.

use std::cell::RefCell;

use chrono::{DateTime, Utc};
use specd_adapter_telemetry::logs;
use specd_app::ports::clock::Clock;
use specd_app::ports::entropy::Entropy;

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system for the time"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The system's random numbers, asked for by the piece: each thread has so many of them at hand that a request does not cost
/// a system call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemEntropy;

/// How many numbers are asked for at once.
const AT_HAND: usize = 64;

thread_local! {
    static NUMBERS: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

impl Entropy for SystemEntropy {
    fn random_128(&self) -> [u8; 16] {
        NUMBERS.with_borrow_mut(|numbers| {
            if numbers.is_empty() {
                let mut piece = [[0; 16]; AT_HAND];
                fill(piece.as_flattened_mut());
                numbers.extend_from_slice(&piece);
            }
            numbers.pop().unwrap_or_else(|| {
                let mut number = [0; 16];
                fill(&mut number);
                number
            })
        })
    }
}

/// The name of this machine, where the system tells it.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system who it is"
)]
pub(crate) fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system for randomness"
)]
fn fill(bits: &mut [u8]) {
    if let Err(error) = getrandom::fill(bits) {
        // Without randomness every id and key would be guessable: nothing safe is left to do.
        tracing::error!(%error, "the system gives no randomness; stopping");
        logs::flush();
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_number_is_given_out_twice() {
        let numbers = || (0..1000).map(|_| SystemEntropy.random_128());
        let elsewhere = std::thread::spawn(move || numbers().collect::<Vec<_>>());
        let all: HashSet<_> = numbers().chain(elsewhere.join().unwrap()).collect();
        assert_eq!(all.len(), 2000);
        assert!(!all.contains(&[0; 16]));
    }
}
