//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use specd_app::ports::clock::Clock;

/// A clock moved by hand. Clones share one time.
#[derive(Clone, Debug)]
pub struct MovedClock(Arc<Mutex<DateTime<Utc>>>);

impl MovedClock {
    /// A clock that stands at `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Moves it forward, or back with a negative step.
    pub fn advance(&self, step: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += step;
    }

    /// Puts it to `now`.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Default for MovedClock {
    /// The time of the template's own example: 2025-01-01T00:00:00Z.
    fn default() -> Self {
        let midnight = NaiveDate::from_ymd_opt(2025, 1, 1)
            .and_then(|day| day.and_hms_opt(0, 0, 0))
            .unwrap_or_default();
        Self::at(midnight.and_utc())
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_time_that_moves_only_by_hand() {
        let clock = MovedClock::default();
        let other = clock.clone();
        assert_eq!(clock.now().to_rfc3339(), "2025-01-01T00:00:00+00:00");
        other.advance(TimeDelta::seconds(90));
        assert_eq!(clock.now().to_rfc3339(), "2025-01-01T00:01:30+00:00");
        clock.set(DateTime::UNIX_EPOCH);
        assert_eq!(other.now(), DateTime::UNIX_EPOCH);
    }
}
