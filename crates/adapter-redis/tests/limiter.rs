//! The limiter on a real Redis: shared, and when Redis is killed, silent, or was never there.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use specd_adapter_redis::RedisLimiter;
use specd_app::ports::limits::{Meter, Quota, RateLimiter as _, Verdict};
use specd_testkit::redis::RedisServer;
use specd_testkit::sample::time;

/// How long a change may take on a busy machine; within about a second is the promise.
const LIMIT: Duration = Duration::from_secs(20);

fn limiter(redis: &RedisServer) -> RedisLimiter {
    RedisLimiter::start(redis.url().parse().unwrap()).unwrap()
}

fn meters(key: &str, requests: u32) -> [Meter; 1] {
    let quota = Quota {
        requests,
        window_seconds: 3600,
        burst: None,
    };
    [Meter {
        key: key.to_owned(),
        quota,
    }]
}

fn now() -> DateTime<Utc> {
    time("2025-01-01T00:00:00Z")
}

async fn count(limiter: &RedisLimiter, meters: &[Meter]) -> Verdict {
    limiter.admit(meters, now()).await.unwrap()
}

/// How many of `asked` requests are admitted.
async fn admitted(limiter: &RedisLimiter, meters: &[Meter], asked: u32) -> u32 {
    let mut admitted = 0;
    for _ in 0..asked {
        admitted += u32::from(count(limiter, meters).await.refused.is_none());
    }
    admitted
}

/// Waits until the limiter's counts are shared, or until they are not; `poke` makes it find out.
async fn until(limiter: &RedisLimiter, is_shared: bool) {
    let since = Instant::now();
    while limiter.is_shared() != is_shared {
        assert!(since.elapsed() < LIMIT, "shared: {}", !is_shared);
        count(limiter, &meters("poke", 1_000_000)).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn two_servers_share_one_count() {
    let redis = RedisServer::with_password("s3cret").unwrap();
    let (one, other) = (limiter(&redis), limiter(&redis));
    assert!(one.is_shared() && other.is_shared());
    let meters = meters("a", 100);
    let mut both = 0;
    for _ in 0..80 {
        both += admitted(&one, &meters, 1).await + admitted(&other, &meters, 1).await;
    }
    // A machine that stands still for a moment lets a request be judged by one server alone.
    assert!((100..=102).contains(&both), "{both}");
    let verdict = count(&other, &meters).await;
    assert!(verdict.refused.is_some());
}

#[tokio::test]
async fn a_redis_that_is_killed_and_comes_back() {
    let mut redis = RedisServer::start().unwrap();
    let (one, other) = (limiter(&redis), limiter(&redis));
    let meters = meters("a", 10);
    assert_eq!(admitted(&one, &meters, 4).await, 4);
    assert_eq!(admitted(&other, &meters, 4).await, 4);
    redis.kill();
    // Each server for itself, and with what it has admitted already.
    assert_eq!(admitted(&one, &meters, 20).await, 6);
    assert_eq!(admitted(&other, &meters, 20).await, 6);
    assert!(!one.is_shared() && !other.is_shared());
    redis.start_again().unwrap();
    until(&one, true).await;
    until(&other, true).await;
    // An empty Redis knows nothing of them; the server still does.
    assert_eq!(admitted(&one, &meters, 20).await, 0);
    let fresh = self::meters("b", 10);
    assert_eq!(
        admitted(&one, &fresh, 6).await + admitted(&other, &fresh, 20).await,
        10
    );
}

#[tokio::test]
async fn a_redis_that_is_silent_holds_nobody_up() {
    let redis = RedisServer::start().unwrap();
    let limiter = limiter(&redis);
    let meters = meters("a", 10);
    assert_eq!(admitted(&limiter, &meters, 2).await, 2);
    redis.pause().unwrap();
    let begun = Instant::now();
    assert_eq!(admitted(&limiter, &meters, 200).await, 8);
    // Three of them waited 50 ms each; the rest of the time is the machine's.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert!(!limiter.is_shared());
    redis.go_on().unwrap();
    until(&limiter, true).await;
    // What was admitted meanwhile still counts on this server.
    assert_eq!(admitted(&limiter, &meters, 5).await, 0);
    assert_eq!(admitted(&limiter, &self::meters("b", 3), 5).await, 3);
}

#[tokio::test]
async fn a_redis_that_was_never_there_is_no_reason_not_to_serve() {
    let mut redis = RedisServer::start().unwrap();
    redis.kill();
    let limiter = limiter(&redis);
    assert!(!limiter.is_shared());
    assert_eq!(admitted(&limiter, &meters("a", 3), 5).await, 3);
    redis.start_again().unwrap();
    until(&limiter, true).await;
    assert_eq!(admitted(&limiter, &meters("b", 3), 5).await, 3);
}

#[tokio::test]
async fn a_window_that_has_passed_by_the_clock_of_redis_is_over() {
    let redis = RedisServer::start().unwrap();
    let limiter = limiter(&redis);
    let quota = Quota {
        requests: 5,
        window_seconds: 1,
        burst: None,
    };
    let meters = [Meter {
        key: "a".to_owned(),
        quota,
    }];
    // The clock of this server and that of Redis go their own ways.
    let begun = Instant::now();
    let since = |begun: Instant| TimeDelta::from_std(begun.elapsed()).unwrap();
    let mut admitted = 0;
    while begun.elapsed() < Duration::from_millis(2_500) {
        let at = now() + since(begun);
        let verdict = limiter.admit(&meters, at).await.unwrap();
        admitted += u32::from(verdict.refused.is_none());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!((5..=15).contains(&admitted), "{admitted}");
    assert!(
        admitted >= 10 || begun.elapsed() > Duration::from_secs(3),
        "{admitted}"
    );
}
