//! What every rate limiter is measured against: one that remembers every request it admitted.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use specd_app::ports::limits::{Meter, Quota, Verdict};

/// Exact, and as dear as that is: it remembers each request of a window.
#[derive(Clone, Debug)]
pub struct ExactLimiter {
    quota: Quota,
    admitted: VecDeque<i64>,
    /// What the bucket of the burst lacks, and when that was; a token has as many units as the window has microseconds.
    debt: i128,
    since: i64,
}

/// A limiter's answers to some requests, and the exact ones. Times are microseconds.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What the limiter admitted.
    pub admitted: Vec<i64>,
    /// What should have been admitted.
    pub exact: Vec<i64>,
}

impl ExactLimiter {
    /// A limiter that has seen no request.
    pub const fn new(quota: Quota) -> Self {
        Self {
            quota,
            admitted: VecDeque::new(),
            debt: 0,
            since: 0,
        }
    }

    /// Counts a request at `now`, in microseconds, unless it is refused.
    pub fn admit(&mut self, now: i64) -> bool {
        let window = micros(self.quota);
        while self.admitted.front().is_some_and(|at| *at <= now - window) {
            self.admitted.pop_front();
        }
        let count = self.admitted.len();
        let passed = i128::from(now - self.since) * i128::from(self.quota.requests);
        let debt = (self.debt - passed).max(0) + i128::from(window);
        let capacity = self.quota.burst.unwrap_or(u32::MAX);
        let is_admitted = count < usize::try_from(self.quota.requests).unwrap_or(usize::MAX)
            && debt <= i128::from(capacity) * i128::from(window);
        if is_admitted {
            self.admitted.push_back(now);
            self.debt = debt;
            self.since = now;
        }
        is_admitted
    }
}

/// Asks a limiter for each of these times, in microseconds after `start` and rising.
pub fn trial(
    quota: Quota,
    start: DateTime<Utc>,
    times: &[i64],
    mut admit: impl FnMut(&[Meter], DateTime<Utc>) -> Verdict,
) -> Trial {
    let meters = [Meter {
        key: "somebody".to_owned(),
        quota,
    }];
    let mut reference = ExactLimiter::new(quota);
    let mut trial = Trial {
        admitted: Vec::new(),
        exact: Vec::new(),
    };
    for time in times {
        let verdict = admit(&meters, start + TimeDelta::microseconds(*time));
        if verdict.refused.is_none() {
            trial.admitted.push(*time);
        }
        if reference.admit(*time) {
            trial.exact.push(*time);
        }
    }
    trial
}

impl Trial {
    /// The most that were admitted within any window of the quota.
    pub fn most_in_a_window(&self, quota: Quota) -> usize {
        let window = micros(quota);
        let mut within = VecDeque::new();
        let mut most = 0;
        for time in &self.admitted {
            while within.front().is_some_and(|first| time - first >= window) {
                within.pop_front();
            }
            within.push_back(*time);
            most = most.max(within.len());
        }
        most
    }
}

/// The window in microseconds.
pub fn micros(quota: Quota) -> i64 {
    i64::from(quota.window_seconds) * 1_000_000
}

/// A quota of at most `most` requests, and times at which requests come: in crowds, evenly, after breaks.
pub fn quotas_and_times(most: u32) -> impl Strategy<Value = (Quota, Vec<i64>)> {
    let burst = proptest::option::of(1..most + 10);
    let quota = (1..=most, prop::sample::select(vec![1_u32, 60, 3600]), burst);
    let quota = quota.prop_map(|(requests, window_seconds, burst)| Quota {
        requests,
        window_seconds,
        burst,
    });
    let gaps = prop::collection::vec((0..6_u8, 0..1000_i64), 1..600);
    (quota, gaps).prop_map(|(quota, gaps)| (quota, times(quota, &gaps)))
}

fn times(quota: Quota, gaps: &[(u8, i64)]) -> Vec<i64> {
    let window = micros(quota);
    let share = window / i64::from(quota.requests);
    let mut now = 0;
    gaps.iter()
        .map(|(kind, size)| {
            now += match kind {
                0 => 0,
                1 => *size,
                2 => share * size / 1000,
                3 => share,
                4 => share * size / 100,
                _ if *size < 30 => window,
                _ if *size < 60 => window - 1,
                _ => window / 128 * size / 1000,
            };
            now
        })
        .collect()
}
