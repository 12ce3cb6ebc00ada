//! The pace of a body: how long we wait for its next bytes.

use std::time::Duration;

use tokio::time::Instant;

use crate::settings::EdgeDeadlines;

/// How fast a body has come so far. Only the time counts in which we waited for the client.
#[derive(Debug)]
pub(super) struct Pace {
    received: u64,
    waited: Duration,
    since: Option<Instant>,
}

impl Pace {
    /// Of a body of which nothing was waited for yet.
    pub(super) const fn new() -> Self {
        Self {
            received: 0,
            waited: Duration::ZERO,
            since: None,
        }
    }

    /// Something came.
    pub(super) fn progress(&mut self, bytes: usize, now: Instant) {
        self.received = self
            .received
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if let Some(since) = self.since.take() {
            self.waited += now.saturating_duration_since(since);
        }
    }

    /// Nothing is there. Until when the next bytes may come: neither may the body stall, nor its rate fall below the
    /// least one.
    pub(super) fn waits(&mut self, deadlines: &EdgeDeadlines, now: Instant) -> Instant {
        let since = *self.since.get_or_insert(now);
        let earned = Duration::from_millis(
            self.received.saturating_mul(1000) / deadlines.body_bytes_per_second.max(1),
        );
        let allowed = deadlines.body_grace.saturating_add(earned);
        let left = allowed.saturating_sub(self.waited);
        since + left.min(deadlines.body_stall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn a_body_may_neither_stall_nor_fall_behind_its_rate() {
        let deadlines = EdgeDeadlines::default();
        let start = Instant::now();
        let mut pace = Pace::new();
        assert_eq!(pace.waits(&deadlines, start), start + deadlines.body_grace);
        // A byte a second: the grace is used up, whatever comes.
        for second in 1..=4 {
            pace.progress(1, start + seconds(second));
            assert!(pace.waits(&deadlines, start + seconds(second)) <= start + seconds(6));
        }
        // 1 KiB a second earns its time, for ever.
        let mut pace = Pace::new();
        for second in 0..1000 {
            let now = start + seconds(second);
            assert!(pace.waits(&deadlines, now) >= now + seconds(1));
            pace.progress(1024, now + seconds(1));
        }
        // However much came before, a body that stalls is given up.
        let now = start + seconds(1000);
        assert_eq!(pace.waits(&deadlines, now), now + deadlines.body_grace);
        let mut fast = Pace::new();
        fast.progress(1_000_000, start);
        assert_eq!(fast.waits(&deadlines, start), start + deadlines.body_stall);
    }

    #[test]
    fn time_in_which_nobody_waited_is_not_the_clients() {
        let deadlines = EdgeDeadlines::default();
        let start = Instant::now();
        let mut pace = Pace::new();
        pace.progress(10, start);
        let later = start + seconds(60);
        assert!(pace.waits(&deadlines, later) >= later + deadlines.body_grace);
    }
}
