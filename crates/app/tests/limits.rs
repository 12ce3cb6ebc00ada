//! The counts of one server: never more than the quota in any window, never much less, bounded in memory, and on good
//! terms with a clock that is put back.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use specd_app::limits::LocalLimiter;
use specd_app::ports::limits::{Meter, Quota};
use specd_testkit::limits::{micros, quotas_and_times, trial};
use specd_testkit::sample::time;

fn start() -> DateTime<Utc> {
    time("2025-01-01T00:00:00Z")
}

const fn quota(requests: u32, window_seconds: u32, burst: Option<u32>) -> Quota {
    Quota {
        requests,
        window_seconds,
        burst,
    }
}

fn meter(key: impl Into<String>, quota: Quota) -> Meter {
    Meter {
        key: key.into(),
        quota,
    }
}

/// How many of `asked` requests are admitted at one moment.
fn admitted(limiter: &LocalLimiter, meters: &[Meter], now: DateTime<Utc>, asked: u32) -> u32 {
    let is_admitted = |_: &u32| limiter.count(meters, now).refused.is_none();
    u32::try_from((0..asked).filter(is_admitted).count()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_small_quota_is_kept_exactly((quota, times) in quotas_and_times(127)) {
        let limiter = LocalLimiter::default();
        let trial = trial(quota, start(), &times, |meters, now| limiter.count(meters, now));
        prop_assert_eq!(trial.admitted, trial.exact);
    }

    #[test]
    fn no_window_ever_holds_more_than_the_quota((quota, times) in quotas_and_times(400)) {
        let limiter = LocalLimiter::default();
        let trial = trial(quota, start(), &times, |meters, now| limiter.count(meters, now));
        prop_assert!(trial.most_in_a_window(quota) <= usize::try_from(quota.requests).unwrap());
    }

    #[test]
    fn whoever_waits_as_long_as_told_is_admitted((quota, times) in quotas_and_times(300)) {
        let limiter = LocalLimiter::default();
        let meters = [meter("a", quota)];
        let mut now = start();
        for at in times {
            now = now.max(start() + TimeDelta::microseconds(at));
            if let Some((position, seconds)) = limiter.count(&meters, now).refused {
                prop_assert_eq!(position, 0);
                prop_assert!(seconds >= 1);
                now += TimeDelta::seconds(i64::from(seconds));
                prop_assert_eq!(limiter.count(&meters, now).refused, None);
            }
        }
    }

    #[test]
    fn what_is_left_is_what_is_admitted((quota, times) in quotas_and_times(300), asked in 0..600_usize) {
        let limiter = LocalLimiter::default();
        let meters = [meter("a", quota)];
        let mut now = start();
        for at in times.iter().take(asked) {
            now = start() + TimeDelta::microseconds(*at);
            limiter.count(&meters, now);
        }
        let left = limiter.look(&meters, now).remaining[0];
        if left.reset_seconds == 0 {
            prop_assert_eq!(left.requests, quota.requests.min(quota.burst.unwrap_or(u32::MAX)));
        }
        if asked % 2 == 0 {
            prop_assert_eq!(admitted(&limiter, &meters, now, left.requests + 5), left.requests);
        } else if left.reset_seconds > 0 {
            let later = now + TimeDelta::seconds(i64::from(left.reset_seconds));
            prop_assert!(limiter.look(&meters, later).remaining[0].requests > left.requests);
        }
    }

    #[test]
    fn nothing_that_a_quota_or_a_clock_may_be_makes_it_panic(
        requests in any::<u32>(),
        window in any::<u32>(),
        burst in any::<Option<u32>>(),
        times in prop::collection::vec(-8_000_000_000_000_i64..8_000_000_000_000, 1..100),
    ) {
        let limiter = LocalLimiter::default();
        let meters = [meter("a", quota(requests, window, burst))];
        for at in times {
            limiter.count(&meters, DateTime::from_timestamp_millis(at).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flood_gets_the_quota_within_two_percent(
        requests in 1..2000_u32,
        window in prop::sample::select(vec![1_u32, 60, 3600]),
        burst in proptest::option::of(1..3000_u32),
        pace in 2..5_i64,
    ) {
        let quota = quota(requests, window, burst);
        let gap = micros(quota) / i64::from(requests) / pace;
        let times: Vec<i64> = (0..5 * micros(quota) / gap).map(|n| n * gap).collect();
        let limiter = LocalLimiter::default();
        let trial = trial(quota, start(), &times, |meters, now| limiter.count(meters, now));
        prop_assert!(trial.most_in_a_window(quota) <= usize::try_from(requests).unwrap());
        let (ours, exact) = (trial.admitted.len(), trial.exact.len());
        prop_assert!(ours * 100 >= exact * 98, "{} of {}", ours, exact);
        // Five windows, less what a gap between two requests costs.
        prop_assert!(exact * 100 >= usize::try_from(requests).unwrap() * 400);
    }
}

#[test]
fn all_meters_admit_or_none_counts() {
    let limiter = LocalLimiter::default();
    let all = meter("all", quota(10, 60, None));
    let posts = meter("posts", quota(2, 60, None));
    let both = [all.clone(), posts];
    assert_eq!(admitted(&limiter, &both, start(), 5), 2);
    let verdict = limiter.count(&both, start());
    assert_eq!(verdict.refused, Some((1, 60)));
    assert_eq!(verdict.remaining[0].requests, 8);
    assert_eq!(verdict.remaining[1].requests, 0);
    assert_eq!(admitted(&limiter, &[all], start(), 20), 8);
    // Both refuse now: the first is named, the longer wait is told.
    let verdict = limiter.count(&both, start() + TimeDelta::seconds(1));
    assert_eq!(verdict.refused, Some((0, 59)));
}

#[test]
fn a_burst_is_what_may_come_at_once() {
    let limiter = LocalLimiter::default();
    let meters = [meter("a", quota(60, 60, Some(5)))];
    assert_eq!(admitted(&limiter, &meters, start(), 50), 5);
    assert_eq!(limiter.count(&meters, start()).refused, Some((0, 1)));
    let later = start() + TimeDelta::seconds(3);
    assert_eq!(admitted(&limiter, &meters, later, 50), 3);
}

#[test]
fn callers_and_windows_are_counted_apart() {
    let limiter = LocalLimiter::default();
    let second = quota(1, 1, None);
    assert_eq!(admitted(&limiter, &[meter("a", second)], start(), 3), 1);
    assert_eq!(admitted(&limiter, &[meter("b", second)], start(), 3), 1);
    let minute = quota(1, 60, None);
    assert_eq!(admitted(&limiter, &[meter("a", minute)], start(), 3), 1);
}

#[test]
fn a_quota_that_is_lowered_or_raised_holds_at_once() {
    let limiter = LocalLimiter::default();
    assert_eq!(
        admitted(&limiter, &[meter("a", quota(10, 60, None))], start(), 20),
        10
    );
    assert_eq!(
        admitted(&limiter, &[meter("a", quota(5, 60, None))], start(), 20),
        0
    );
    assert_eq!(
        admitted(&limiter, &[meter("a", quota(12, 60, None))], start(), 20),
        2
    );
}

#[test]
fn a_clock_that_is_put_back_locks_nobody_out_and_gives_nothing_away() {
    let limiter = LocalLimiter::default();
    let meters = [meter("a", quota(10, 60, Some(9)))];
    assert_eq!(admitted(&limiter, &meters, start(), 9), 9);
    let back = start() - TimeDelta::days(1);
    assert_eq!(admitted(&limiter, &meters, back, 9), 0);
    assert_eq!(
        admitted(&limiter, &meters, back + TimeDelta::seconds(59), 9),
        1
    );
    assert_eq!(
        admitted(&limiter, &meters, back + TimeDelta::seconds(60), 20),
        8
    );
    // Two requests that overtook each other are no reason to put the count back.
    let before = back + TimeDelta::milliseconds(59_999);
    assert_eq!(admitted(&limiter, &meters, before, 20), 0);
}

#[test]
fn requests_on_many_threads_share_one_count() {
    let limiter = LocalLimiter::default();
    let meters = [
        meter("a", quota(1000, 1, None)),
        meter("b", quota(5000, 1, None)),
    ];
    let turned = [meters[1].clone(), meters[0].clone()];
    let count = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for meters in [&meters, &turned, &meters, &turned] {
            scope.spawn(|| {
                let admitted = admitted(&limiter, meters, start(), 700);
                count.fetch_add(admitted, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(count.into_inner(), 1000);
}

#[test]
fn a_million_callers_stay_within_the_budget() {
    const BUDGET: usize = 32 * 1024 * 1024;
    let limiter = LocalLimiter::with_budget(BUDGET);
    let hour = quota(100, 3600, Some(10));
    let busy = [meter("busy", hour)];
    let mut most = 0;
    let mut of_busy = 0;
    for number in 0..1_000_000_u32 {
        let now = start() + TimeDelta::microseconds(i64::from(number));
        limiter.count(&[meter(format!("caller {number}"), hour)], now);
        if number % 10_000 == 0 {
            most = most.max(limiter.usage().bytes);
            of_busy += admitted(&limiter, &busy, now, 1);
        }
    }
    let usage = limiter.usage();
    most = most.max(usage.bytes);
    assert!(most <= BUDGET, "{most} bytes");
    // No more than about 110 bytes a caller.
    assert!(usage.meters > 300_000, "{usage:?}");
    assert!(usage.bytes / usage.meters <= 112, "{usage:?}");
    // Whoever is seen again and again is not the one that is forgotten.
    assert_eq!(of_busy, 10);
}

#[test]
fn callers_who_send_all_they_may_stay_within_the_budget_too() {
    const BUDGET: usize = 1024 * 1024;
    let limiter = LocalLimiter::with_budget(BUDGET);
    let hour = quota(1000, 3600, None);
    for round in 0..150 {
        for caller in 0..2000 {
            let now = start() + TimeDelta::seconds(round * 20);
            limiter.count(&[meter(format!("caller {caller}"), hour)], now);
        }
        let usage = limiter.usage();
        assert!(usage.bytes <= BUDGET, "{usage:?}");
    }
}

#[test]
fn callers_whose_window_has_passed_are_forgotten_by_and_by() {
    let limiter = LocalLimiter::default();
    let second = quota(100, 1, None);
    for number in 0..200_000_i64 {
        let now = start() + TimeDelta::milliseconds(number);
        limiter.count(&[meter(format!("caller {number}"), second)], now);
    }
    // A thousand of them are within their second at any time.
    let usage = limiter.usage();
    assert!(usage.meters < 4_000, "{usage:?}");
    assert!(usage.bytes < 1024 * 1024, "{usage:?}");
}
