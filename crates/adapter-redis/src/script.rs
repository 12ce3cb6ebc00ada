//! The script that counts, as a call: meters in, a verdict out.

use redis::aio::ConnectionLike;
use redis::{ErrorKind, RedisError, RedisResult, Script};
use sha2::{Digest as _, Sha256};
use specd_app::ports::limits::{Meter, Quota, Remaining, Verdict};

/// What every key of ours begins with.
const PREFIX: &str = "specd:limit:";
/// Bytes of a digest that are kept: enough that no two callers share one.
const DIGEST_BYTES: usize = 16;

/// The script, and the time by which it judges.
pub(crate) struct Counting {
    script: Script,
    /// Microseconds since 1970, instead of the time of Redis.
    pub(crate) time: Option<i64>,
}

/// What Redis said of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) verdict: Verdict,
    /// When that was, by the clock of Redis, in microseconds since 1970.
    pub(crate) at_micros: i64,
}

impl Default for Counting {
    fn default() -> Self {
        Self {
            script: Script::new(include_str!("script.lua")),
            time: None,
        }
    }
}

impl Counting {
    /// Puts the script where it will be called.
    pub(crate) async fn load(&self, connection: &mut impl ConnectionLike) -> RedisResult<()> {
        self.script.prepare_invoke().load_async(connection).await?;
        Ok(())
    }

    /// Counts a request against every meter, or against none where one refuses.
    pub(crate) async fn count(
        &self,
        connection: &mut impl ConnectionLike,
        meters: &[Meter],
    ) -> RedisResult<Counted> {
        let mut call = self.script.prepare_invoke();
        match self.time {
            Some(micros) => call.arg(micros),
            None => call.arg(""),
        };
        for meter in meters {
            let Quota {
                requests,
                window_seconds,
                burst,
            } = meter.quota;
            let requests = requests.max(1);
            // A bucket of the whole quota or more never refuses what the window admits.
            let burst = burst.map(|burst| burst.max(1));
            let burst = burst.filter(|burst| *burst < requests).unwrap_or(0);
            call.key(key(meter))
                .arg(requests)
                .arg(u64::from(window_seconds.max(1)) * 1_000_000)
                .arg(burst);
        }
        let answer: Vec<i64> = call.invoke_async(connection).await?;
        counted(&answer, meters.len()).ok_or_else(|| {
            RedisError::from((
                ErrorKind::UnexpectedReturnType,
                "the script answered otherwise",
            ))
        })
    }
}

/// Callers are not named in Redis: an identity may be personal, and as long as it likes.
fn key(meter: &Meter) -> String {
    let mut digest = Sha256::new();
    digest.update(meter.quota.window_seconds.to_be_bytes());
    digest.update(meter.key.as_bytes());
    let digest = digest.finalize();
    let mut key = PREFIX.to_owned();
    for byte in digest.iter().take(DIGEST_BYTES) {
        for half in [byte >> 4, byte & 15] {
            key.extend(char::from_digit(u32::from(half), 16));
        }
    }
    key
}

fn counted(answer: &[i64], meters: usize) -> Option<Counted> {
    let [refused, longest, left @ .., at_micros] = answer else {
        return None;
    };
    if left.len() != meters * 2 {
        return None;
    }
    let first = usize::try_from(*refused).ok()?.checked_sub(1);
    let remaining = left.chunks_exact(2).map(|pair| match pair {
        [requests, more] => Some(Remaining {
            requests: u32::try_from(*requests).ok()?,
            reset_seconds: seconds(*more),
        }),
        _ => None,
    });
    Some(Counted {
        verdict: Verdict {
            refused: first.map(|first| (first, seconds(*longest).max(1))),
            remaining: remaining.collect::<Option<_>>()?,
        },
        at_micros: *at_micros,
    })
}

/// Rounded up.
fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.max(0).unsigned_abs().div_ceil(1_000_000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;
    use specd_app::limits::LocalLimiter;
    use specd_testkit::limits::{micros, quotas_and_times, trial};
    use specd_testkit::redis::RedisServer;
    use specd_testkit::sample::time;

    use super::*;

    #[test]
    fn a_caller_is_not_named_in_redis() {
        let meter = |name: &str, window_seconds| Meter {
            key: name.to_owned(),
            quota: Quota {
                requests: 1,
                window_seconds,
                burst: None,
            },
        };
        let one = key(&meter(
            "0001 default jwt:https://issuer ada@example.org",
            60,
        ));
        assert_eq!(one.len(), PREFIX.len() + 32);
        assert!(one.starts_with("specd:limit:") && !one.contains("ada"));
        assert_ne!(
            one,
            key(&meter(
                "0001 default jwt:https://issuer bob@example.org",
                60
            ))
        );
        assert_ne!(key(&meter("a", 1)), key(&meter("a", 60)));
    }

    /// A script on a Redis of its own, and its time in the hands of the test.
    struct Bench {
        counting: Counting,
        connection: redis::aio::MultiplexedConnection,
        runtime: tokio::runtime::Runtime,
        redis: RedisServer,
    }

    impl Bench {
        fn new() -> Self {
            let redis = RedisServer::start().unwrap();
            let client = redis::Client::open(redis.url()).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let connecting = client.get_multiplexed_async_connection();
            Self {
                counting: Counting::default(),
                connection: runtime.block_on(connecting).unwrap(),
                runtime,
                redis,
            }
        }

        fn count(&mut self, meters: &[Meter], now: DateTime<Utc>) -> Verdict {
            self.counting.time = Some(now.timestamp_micros());
            let asked = self.counting.count(&mut self.connection, meters);
            self.runtime.block_on(asked).unwrap().verdict
        }

        fn forget(&self) {
            self.redis.ask("FLUSHALL").unwrap();
        }
    }

    fn start() -> DateTime<Utc> {
        time("2025-01-01T00:00:00Z")
    }

    fn meter(key: &str, requests: u32, window_seconds: u32, burst: Option<u32>) -> Meter {
        Meter {
            key: key.to_owned(),
            quota: Quota {
                requests,
                window_seconds,
                burst,
            },
        }
    }

    fn check<S: Strategy>(cases: u32, strategy: S, mut test: impl FnMut(S::Value)) {
        let config = ProptestConfig {
            cases,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let mut runner = TestRunner::new(config);
        let test = std::cell::RefCell::new(&mut test);
        let outcome = runner.run(&strategy, |value| {
            (test.borrow_mut())(value);
            Ok(())
        });
        outcome.unwrap();
    }

    #[test]
    fn a_small_quota_is_kept_exactly() {
        let mut bench = Bench::new();
        check(40, quotas_and_times(127), |(quota, times)| {
            bench.forget();
            let trial = trial(quota, start(), &times, |meters, now| {
                bench.count(meters, now)
            });
            // The bucket is counted in floating point: it may be a microsecond late.
            if quota.burst.is_none_or(|burst| burst >= quota.requests) {
                assert_eq!(trial.admitted, trial.exact);
            }
            assert!(trial.most_in_a_window(quota) <= usize::try_from(quota.requests).unwrap());
        });
    }

    #[test]
    fn redis_and_the_counts_of_one_server_agree() {
        let mut bench = Bench::new();
        check(40, quotas_and_times(400), |(quota, times)| {
            bench.forget();
            let quota = Quota {
                burst: None,
                ..quota
            };
            let shared = trial(quota, start(), &times, |meters, now| {
                bench.count(meters, now)
            });
            let local = LocalLimiter::default();
            let alone = trial(quota, start(), &times, |meters, now| {
                local.count(meters, now)
            });
            assert_eq!(shared.admitted, alone.admitted);
            let meters = [meter(
                "somebody",
                quota.requests,
                quota.window_seconds,
                None,
            )];
            let end = start() + TimeDelta::microseconds(times.last().copied().unwrap_or(0));
            assert_eq!(bench.count(&meters, end), local.count(&meters, end));
        });
    }

    #[test]
    fn a_flood_gets_the_quota_within_two_percent() {
        let mut bench = Bench::new();
        for (requests, burst) in [(100, None), (300, None), (300, Some(20)), (1000, Some(400))] {
            let quota = meter("", requests, 60, burst).quota;
            let gap = micros(quota) / i64::from(requests) / 3;
            let times: Vec<i64> = (0..3 * micros(quota) / gap).map(|n| n * gap).collect();
            bench.forget();
            let trial = trial(quota, start(), &times, |meters, now| {
                bench.count(meters, now)
            });
            assert!(trial.most_in_a_window(quota) <= usize::try_from(requests).unwrap());
            let (ours, exact) = (trial.admitted.len(), trial.exact.len());
            assert!(ours * 100 >= exact * 98, "{ours} of {exact}");
        }
    }

    #[test]
    fn all_meters_admit_or_none_counts() {
        let mut bench = Bench::new();
        let (all, posts) = (meter("all", 10, 60, None), meter("posts", 2, 60, Some(1)));
        let both = [all.clone(), posts];
        assert_eq!(bench.count(&both, start()).refused, None);
        let verdict = bench.count(&both, start());
        assert_eq!(verdict.refused, Some((1, 30)));
        assert_eq!(verdict.remaining[0].requests, 9);
        assert_eq!(bench.count(&[all], start()).remaining[0].requests, 8);
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out() {
        let mut bench = Bench::new();
        let meters = [meter("a", 2, 60, None)];
        for _ in 0..2 {
            assert_eq!(bench.count(&meters, start()).refused, None);
        }
        let back = start() - TimeDelta::days(1);
        assert_eq!(bench.count(&meters, back).refused, Some((0, 60)));
        assert_eq!(bench.count(&meters, back).refused, Some((0, 60)));
    }

    #[test]
    fn what_a_caller_leaves_in_redis_is_small_and_expires() {
        let mut bench = Bench::new();
        let meters = [meter("a", 100_000, 60, Some(90_000))];
        for n in 0..2000 {
            let now = start() + TimeDelta::milliseconds(n * 20);
            assert_eq!(bench.count(&meters, now).refused, None);
        }
        let name = key(&meters[0]);
        let number = |command: &str| {
            let said = bench.redis.ask(&format!("{command} {name}")).unwrap();
            said.trim().trim_start_matches(':').parse::<i64>().unwrap()
        };
        assert!((50_000..=60_001).contains(&number("PTTL")));
        assert!(number("STRLEN") < 2_500, "{}", number("STRLEN"));
    }

    #[test]
    fn an_answer_that_was_not_expected_is_no_verdict() {
        assert_eq!(counted(&[], 1), None);
        assert_eq!(counted(&[0, 0, 1], 1), None);
        assert_eq!(counted(&[0, 0, 1, 2, 3, 4], 1), None);
        let counted = counted(&[2, 1_500_000, 7, 0, 0, 1, 99], 2).unwrap();
        assert_eq!(counted.verdict.refused, Some((1, 2)));
        assert_eq!(counted.verdict.remaining[0].requests, 7);
        assert_eq!(counted.verdict.remaining[1].reset_seconds, 1);
        assert_eq!(counted.at_micros, 99);
    }
}
