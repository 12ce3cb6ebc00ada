//! Which requests are traced: a share of those that begin a trace here, and those that are traced where they come from.
//!
//! Anybody can say that a request is traced where it comes from. So many of those are believed in a second, and no more.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bigdecimal::{BigDecimal, ToPrimitive as _};
use specd_app::ports::traces::TraceContext;

/// How many requests a second are traced because their caller says so.
const MOST_CALLED_FOR: u32 = 100;
/// How many trace ids there are to a share: the low 63 bits of one count.
const ALL: u64 = 1 << 63;

/// Which requests are traced.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// Trace ids below it are traced.
    below: u64,
    follows_parents: bool,
    called_for: Arc<Rate>,
}

/// What is traced cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SamplingError {
    /// It is no share.
    #[error("`{0}` is no share of requests; a number from 0 to 1 is, such as `0.01`")]
    Share(String),
    /// There is no such sampler.
    #[error(
        "`{0}` is no sampler that is known; `parentbased_traceidratio`, `traceidratio`, `parentbased_always_on`, \
         `parentbased_always_off`, `always_on` and `always_off` are"
    )]
    Sampler(String),
}

impl Sampling {
    /// One in a hundred, and what is traced by its caller.
    pub const DEFAULT_SHARE: &str = "0.01";

    /// This share of the requests that begin a trace, and those that are traced where they come from.
    ///
    /// # Errors
    /// It is no share.
    pub fn share(share: &str) -> Result<Self, SamplingError> {
        Ok(Self::of(ids_of(share)?, true))
    }

    /// As `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` say.
    ///
    /// # Errors
    /// They name no sampler, or no share.
    pub fn named(sampler: &str, argument: Option<&str>) -> Result<Self, SamplingError> {
        let share = || ids_of(argument.unwrap_or("1"));
        Ok(match sampler {
            "always_on" => Self::of(ALL, false),
            "always_off" => Self::of(0, false),
            "traceidratio" => Self::of(share()?, false),
            "parentbased_always_on" => Self::of(ALL, true),
            "parentbased_always_off" => Self::of(0, true),
            "parentbased_traceidratio" => Self::of(share()?, true),
            other => return Err(SamplingError::Sampler(other.to_owned())),
        })
    }

    fn of(below: u64, follows_parents: bool) -> Self {
        Self {
            below,
            follows_parents,
            called_for: Arc::new(Rate::new(MOST_CALLED_FOR)),
        }
    }

    /// Whether a request is traced. Whoever has a parent has chosen the trace id, too.
    pub(super) fn is_sampled(&self, context: TraceContext) -> bool {
        let is_of_share = (context.trace & u128::from(ALL - 1)) < u128::from(self.below);
        match context.parent {
            None => is_of_share,
            Some(_) if !self.follows_parents && self.below == ALL => true,
            Some(parent) => {
                let is_called_for = if self.follows_parents {
                    parent.is_sampled
                } else {
                    is_of_share
                };
                is_called_for && self.called_for.take()
            }
        }
    }
}

/// How many trace ids are a share of all.
fn ids_of(share: &str) -> Result<u64, SamplingError> {
    let refused = || SamplingError::Share(share.to_owned());
    // An exponent of a billion would be a number as long.
    if share.len() > 20 || share.contains(['e', 'E']) {
        return Err(refused());
    }
    let share = BigDecimal::from_str(share).map_err(|_| refused())?;
    let ids = (share * BigDecimal::from(ALL)).to_u64();
    ids.filter(|ids| *ids <= ALL).ok_or_else(refused)
}

/// So many in each second.
#[derive(Debug)]
struct Rate {
    most: u32,
    since: Instant,
    /// The second in the upper half, how many were taken in it in the lower one.
    taken: AtomicU64,
}

impl Rate {
    fn new(most: u32) -> Self {
        Self {
            most,
            since: Instant::now(),
            taken: AtomicU64::new(0),
        }
    }

    fn take(&self) -> bool {
        self.take_at(self.since.elapsed().as_secs())
    }

    fn take_at(&self, second: u64) -> bool {
        let next = |taken: u64| {
            let count = if taken >> 32 == second {
                taken & u64::from(u32::MAX)
            } else {
                0
            };
            (count < u64::from(self.most)).then_some((second << 32) + count + 1)
        };
        let order = Ordering::Relaxed;
        self.taken.fetch_update(order, order, next).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use specd_app::ports::traces::TraceParent;

    use super::*;

    fn root(trace: u128) -> TraceContext {
        TraceContext {
            trace,
            parent: None,
        }
    }

    fn child(trace: u128, is_sampled: bool) -> TraceContext {
        TraceContext {
            trace,
            parent: Some(TraceParent {
                span: 1,
                is_sampled,
            }),
        }
    }

    /// Trace ids in even steps.
    fn ids(count: u64) -> impl Iterator<Item = u128> {
        let step = ALL / count;
        (0..count).map(move |number| u128::from(number * step + step / 2) | (7 << 64))
    }

    #[track_caller]
    fn sampled(sampling: &Sampling) -> usize {
        let is_sampled = |trace: &u128| sampling.is_sampled(root(*trace));
        ids(10_000).filter(is_sampled).count()
    }

    #[test]
    fn a_share_of_what_begins_here_is_traced() {
        for (share, expected) in [
            ("0", 0),
            ("0.01", 100),
            (".5", 5_000),
            ("1", 10_000),
            ("1.0", 10_000),
        ] {
            assert_eq!(
                sampled(&Sampling::share(share).unwrap()),
                expected,
                "{share}"
            );
        }
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for share in [
            "",
            "-0.1",
            "1.1",
            "1%",
            "nan",
            "inf",
            "1e-2",
            "0.000000000000000000001",
        ] {
            let refused = Sampling::share(share).map(|_| ()).unwrap_err();
            assert_eq!(refused, SamplingError::Share(share.to_owned()));
        }
    }

    #[test]
    fn a_caller_decides_for_its_own_trace() {
        let (none, all) = (Sampling::share("0").unwrap(), Sampling::share("1").unwrap());
        assert!(none.is_sampled(child(u128::MAX, true)));
        assert!(!all.is_sampled(child(0, false)));
    }

    #[test]
    fn no_caller_can_have_everything_traced() {
        for sampling in [
            Sampling::share("0.01").unwrap(),
            Sampling::named("traceidratio", Some("0.01")).unwrap(),
        ] {
            // An id that is of every share, chosen by the caller.
            let forced = (0..100_000)
                .filter(|_| sampling.is_sampled(child(1, true)))
                .count();
            let most = usize::try_from(MOST_CALLED_FOR).unwrap();
            // It may have taken a few seconds.
            assert!((most..50 * most).contains(&forced), "{forced}");
        }
    }

    #[test]
    fn a_rate_begins_again_with_each_second() {
        let rate = Rate::new(2);
        let taken = [0, 0, 0, 1, 1, 1, 5].map(|second| rate.take_at(second));
        assert_eq!(taken, [true, true, false, true, true, false, true]);
    }

    #[test]
    fn the_samplers_of_the_standard_are_known() {
        for (name, argument, roots, of_sampled, of_others) in [
            ("always_on", None, 10_000, true, true),
            ("always_off", None, 0, false, false),
            ("traceidratio", Some("0.1"), 1_000, true, true),
            ("parentbased_always_on", None, 10_000, true, false),
            ("parentbased_always_off", None, 0, true, false),
            ("parentbased_traceidratio", Some("0.1"), 1_000, true, false),
            ("parentbased_traceidratio", None, 10_000, true, false),
        ] {
            let sampling = Sampling::named(name, argument).unwrap();
            assert_eq!(sampled(&sampling), roots, "{name}");
            assert_eq!(sampling.is_sampled(child(0, true)), of_sampled, "{name}");
            assert_eq!(sampling.is_sampled(child(0, false)), of_others, "{name}");
        }
        let refused = Sampling::named("jaeger_remote", None)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(refused, SamplingError::Sampler("jaeger_remote".to_owned()));
        assert!(Sampling::named("traceidratio", Some("2")).is_err());
    }
}
