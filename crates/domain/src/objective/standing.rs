//! Where the objectives of a document stand by what was counted: kept, burning or broken, and what is left of each budget.

use std::sync::Arc;

use bigdecimal::BigDecimal;

use super::measured::{Measured, Period};
use super::{Allowance, BurnRate, Objective};
use crate::spec::Spec;

/// Whether an objective is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As few requests failed as may fail.
    Kept,
    /// So far it is kept, but its budget is being spent so fast that somebody should hear of it.
    Burning,
    /// More requests failed than may.
    Broken,
    /// There were no requests.
    Idle,
    /// Nobody counts it.
    Unmeasured,
    /// It is a capacity, which requests neither keep nor break.
    Capacity,
}

impl State {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Burning => "burning",
            Self::Broken => "broken",
            Self::Idle => "idle",
            Self::Unmeasured => "unmeasured",
            Self::Capacity => "capacity",
        }
    }

    /// Whether somebody should look.
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Burning | Self::Broken)
    }
}

/// How fast a budget is spent, beside one of the rates that somebody hears of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// The rate that must not be exceeded, and its windows.
    pub rate: BurnRate,
    /// How many times faster than allowed it is spent in the long window; `None` without requests or without a budget.
    pub long: Option<BigDecimal>,
    /// The same in the short one.
    pub short: Option<BigDecimal>,
    /// Whether it is spent faster than that in both, by enough requests to say so: its alert fires.
    pub is_exceeded: bool,
}

/// One objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The objective.
    pub objective: Objective,
    /// Its error budget; none for a capacity.
    pub budget: Option<Allowance>,
    /// How many requests there were.
    pub requests: Option<u64>,
    /// How many of them failed, in the sense of the objective.
    pub failed: Option<u64>,
    /// What is left of the budget, a fraction of 1; negative where more failed than may.
    pub left: Option<BigDecimal>,
    /// How many times faster than allowed the budget is spent.
    pub burn: Option<BigDecimal>,
    /// The same in the windows of the alerts, fastest first, where those are counted.
    pub spending: Vec<Spending>,
    /// Whether it is kept.
    pub state: State,
}

/// What a witness knows of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// The revision that is served.
    pub revision: Option<u32>,
    /// The share of callers that it is served to, in percent.
    pub percent: Option<u8>,
    /// What was counted; `None` where nothing is.
    pub measured: Option<Measured>,
}

/// One document.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentStanding {
    /// The document.
    pub spec: Arc<Spec>,
    /// The revision that is served.
    pub revision: Option<u32>,
    /// The share of callers that it is served to, in percent.
    pub percent: Option<u8>,
    /// When it was counted; `None` where nobody does.
    pub period: Option<Period>,
    /// Each of its objectives, in its order.
    pub objectives: Vec<Standing>,
}

impl DocumentStanding {
    /// Where a document stands by what a witness knows.
    pub fn of(spec: &Arc<Spec>, witnessed: &Witnessed) -> Self {
        let measured = witnessed.measured.as_ref();
        let objectives = spec.objectives.iter();
        Self {
            spec: Arc::clone(spec),
            revision: witnessed.revision,
            percent: witnessed.percent,
            period: measured.map(|measured| measured.period),
            objectives: objectives
                .map(|objective| Standing::of(objective, measured))
                .collect(),
        }
    }

    /// Whether one of its objectives is broken, or burns.
    pub fn is_bad(&self) -> bool {
        self.objectives.iter().any(|one| one.state.is_bad())
    }
}

impl Standing {
    /// How an objective stands by what was counted.
    pub fn of(objective: &Objective, measured: Option<&Measured>) -> Self {
        let budget = objective.budget();
        let counted = budget
            .as_ref()
            .zip(measured)
            .and_then(|(budget, measured)| {
                let failed = measured.whole.failed(&budget.indicator)?;
                Some((budget, measured, failed))
            });
        let requests = counted.map(|(_, measured, _)| measured.whole.requests);
        let failed = counted.map(|(.., failed)| failed);
        let spending: Vec<Spending> = counted
            .map(|(budget, measured, _)| spending(budget, measured))
            .unwrap_or_default();
        let share = |of: fn(&Allowance, u64, u64) -> Option<BigDecimal>| {
            of(budget.as_ref()?, failed?, requests?)
        };
        Self {
            objective: objective.clone(),
            requests,
            failed,
            left: share(Allowance::left),
            burn: share(Allowance::burn),
            state: state(budget.as_ref(), failed.zip(requests), &spending),
            spending,
            budget,
        }
    }
}

fn state(budget: Option<&Allowance>, counted: Option<(u64, u64)>, spending: &[Spending]) -> State {
    match (budget, counted) {
        (None, _) => State::Capacity,
        (Some(_), None) => State::Unmeasured,
        (Some(_), Some((_, 0))) => State::Idle,
        (Some(budget), Some((failed, requests))) if exceeds(failed, requests, &budget.share) => {
            State::Broken
        }
        _ if spending.iter().any(|one| one.is_exceeded) => State::Burning,
        _ => State::Kept,
    }
}

/// Beside each rate whose windows are counted.
fn spending(budget: &Allowance, measured: &Measured) -> Vec<Spending> {
    let beside = |rate: &BurnRate| {
        let counted = |window| {
            let counts = measured.last(window)?;
            Some((counts.failed(&budget.indicator)?, counts.requests))
        };
        let (long, short) = (counted(rate.long)?, counted(rate.short)?);
        let threshold = rate.threshold(budget);
        let is_beyond = |(failed, requests)| exceeds(failed, requests, &threshold);
        let is_enough = long.1 >= Allowance::fewest_requests(&threshold);
        Some(Spending {
            rate: *rate,
            long: budget.burn(long.0, long.1),
            short: budget.burn(short.0, short.1),
            is_exceeded: is_enough && is_beyond(long) && is_beyond(short),
        })
    };
    budget.burn_rates().filter_map(beside).collect()
}

/// Whether more than this share of the requests failed: nothing is divided, and nothing rounded.
fn exceeds(failed: u64, requests: u64, share: &BigDecimal) -> bool {
    let allowed = share * BigDecimal::from(requests);
    allowed < failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::measured::Counts;
    use crate::objective::{BURN_RATES, Measure, Percentile};
    use crate::source::Span;

    fn objective(measure: Measure, percentile: Option<u16>, target: &str) -> Objective {
        Objective {
            measure,
            percentile: percentile.map(Percentile),
            target: target.parse().unwrap(),
            span: Span::default(),
        }
    }

    fn counts(requests: u64, failed: u64, within: u64) -> Counts {
        Counts {
            requests,
            failed,
            within: vec![("0.05".parse().unwrap(), within)],
        }
    }

    fn measured(whole: Counts) -> Measured {
        Measured {
            period: Period::since_unix(0).unwrap(),
            whole,
            windows: Vec::new(),
        }
    }

    #[track_caller]
    fn check(objective: &Objective, counts: &Counts, state: State, left: Option<&str>) {
        let standing = Standing::of(objective, Some(&measured(counts.clone())));
        let told = standing.left.map(|left| left.to_plain_string());
        assert_eq!(
            (standing.state, told.as_deref()),
            (state, left),
            "{objective}"
        );
    }

    #[test]
    fn an_objective_is_kept_up_to_the_last_request_that_may_fail() {
        let available = objective(Measure::Availability, None, "99.9");
        check(&available, &counts(1000, 1, 0), State::Kept, Some("0"));
        check(&available, &counts(1000, 2, 0), State::Broken, Some("-1"));
        check(&available, &counts(0, 0, 0), State::Idle, None);
        let quick = objective(Measure::Latency, Some(950), "50");
        check(&quick, &counts(1000, 0, 950), State::Kept, Some("0"));
        check(&quick, &counts(1000, 0, 949), State::Broken, Some("-0.02"));
        let strict = objective(Measure::Availability, None, "100");
        check(&strict, &counts(1000, 1, 0), State::Broken, None);
        check(&strict, &counts(1000, 0, 0), State::Kept, None);
        let capacity = objective(Measure::Throughput, None, "500");
        check(&capacity, &counts(1000, 0, 0), State::Capacity, None);
    }

    #[test]
    fn what_nobody_counts_is_unmeasured() {
        let other = objective(Measure::Latency, Some(950), "60");
        check(&other, &counts(1000, 0, 1000), State::Unmeasured, None);
        let available = objective(Measure::Availability, None, "99.9");
        assert_eq!(Standing::of(&available, None).state, State::Unmeasured);
    }

    #[test]
    fn a_budget_burns_when_its_alert_fires() {
        let available = objective(Measure::Availability, None, "99.9");
        let burning = |long: (u64, u64), short: (u64, u64)| {
            let [fastest, ..] = BURN_RATES;
            let measured = Measured {
                windows: vec![
                    (fastest.long, counts(long.1, long.0, 0)),
                    (fastest.short, counts(short.1, short.0, 0)),
                ],
                ..measured(counts(1_000_000, 20, 0))
            };
            let standing = Standing::of(&available, Some(&measured));
            let [spending] = standing.spending.try_into().unwrap();
            let long = spending.long.map(|long| long.to_plain_string());
            (standing.state, long)
        };
        let told = |burn: &str| Some(burn.to_owned());
        // 1.44 % and more in both windows.
        assert_eq!(burning((15, 1000), (2, 100)), (State::Burning, told("15")));
        assert_eq!(burning((14, 1000), (2, 100)), (State::Kept, told("14")));
        assert_eq!(burning((15, 1000), (1, 100)), (State::Kept, told("15")));
        // Of 69 requests a single one is more than 1.44 %.
        assert_eq!(burning((69, 69), (69, 69)).0, State::Kept);
        assert_eq!(burning((70, 70), (70, 70)).0, State::Burning);
        assert_eq!(burning((0, 0), (0, 0)), (State::Kept, None));
    }

    #[test]
    fn objectives_are_told_as_documents_mean_them() {
        let told = [
            objective(Measure::Latency, Some(999), "50.0"),
            objective(Measure::Throughput, None, "500"),
            objective(Measure::ErrorRate, None, "1"),
            objective(Measure::Availability, None, "99.90"),
        ];
        assert_eq!(
            told.map(|one| one.to_string()),
            [
                "p99.9 < 50ms",
                "throughput 500 req/sec",
                "error rate < 1%",
                "availability 99.9%"
            ]
        );
    }
}
