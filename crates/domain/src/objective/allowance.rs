//! Allowances: which requests count as failed, and what share of them may be so. The error budget of an objective is one,
//! and so is the threshold of an alert.

use bigdecimal::num_traits::ToPrimitive;
use bigdecimal::{BigDecimal, One, RoundingMode, Zero};

use super::{Measure, Percentile};

/// What counts as a failed request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Indicator {
    /// It was answered with a 5xx.
    Failed,
    /// It took longer than this, in seconds.
    SlowerThan(BigDecimal),
}

/// A share of requests that may fail: 5 % slower than 50 ms (`p95 < 50ms`), 0.1 % answered with 5xx (`99.9%`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What counts as failed.
    pub indicator: Indicator,
    /// The share of failed requests that is allowed, a fraction of 1.
    pub share: BigDecimal,
}

/// Decimals of a quotient that does not end.
const QUOTIENT_DECIMALS: i64 = 6;

/// Fewer requests than this say nothing, whatever the threshold.
const FEWEST_REQUESTS: u64 = 10;

impl Allowance {
    /// What `measure` with its percentile and number (milliseconds, or percent) allows; `None` for a throughput.
    pub fn of(
        measure: Measure,
        percentile: Option<Percentile>,
        number: &BigDecimal,
    ) -> Option<Self> {
        let hundredth = BigDecimal::new(1.into(), 2);
        let thousandth = BigDecimal::new(1.into(), 3);
        let (indicator, share) = match measure {
            Measure::Latency => (
                Indicator::SlowerThan((number * thousandth).normalized()),
                percentile.unwrap_or(Percentile::OF_ALERTS).slower_share(),
            ),
            Measure::ErrorRate => (Indicator::Failed, number * hundredth),
            Measure::Availability => (
                Indicator::Failed,
                (BigDecimal::from(100) - number) * hundredth,
            ),
            Measure::Throughput => return None,
        };
        Some(Self {
            indicator,
            share: share.normalized(),
        })
    }

    /// How many times faster than allowed it is being used up; 1 uses up the whole in its period. Six decimals where the quotient does not
    /// end; `None` without requests, and where nothing is allowed.
    pub fn burn(&self, failed: u64, requests: u64) -> Option<BigDecimal> {
        let allowed = &self.share * BigDecimal::from(requests);
        (!allowed.is_zero()).then(|| quotient(&BigDecimal::from(failed), &allowed))
    }

    /// What is left of it, a fraction of 1; negative where more failed than was allowed. `None` as in [`Self::burn`].
    pub fn left(&self, failed: u64, requests: u64) -> Option<BigDecimal> {
        self.burn(failed, requests)
            .map(|burnt| (BigDecimal::one() - burnt).normalized())
    }

    /// The fewest requests in a window for which `share`, a fraction of 1, is never exceeded by a single failure, and at
    /// least ten.
    pub fn fewest_requests(share: &BigDecimal) -> u64 {
        if share.is_zero() {
            return FEWEST_REQUESTS;
        }
        let fewest = (BigDecimal::one() / share).with_scale_round(0, RoundingMode::Ceiling);
        fewest.to_u64().unwrap_or(u64::MAX).max(FEWEST_REQUESTS)
    }
}

fn quotient(above: &BigDecimal, below: &BigDecimal) -> BigDecimal {
    (above / below)
        .with_scale_round(QUOTIENT_DECIMALS, RoundingMode::HalfEven)
        .normalized()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(measure: Measure, percentile: Option<u16>, number: &str, share: &str) -> Allowance {
        let allowance = Allowance::of(measure, percentile.map(Percentile), &decimal(number));
        let allowance = allowance.unwrap();
        assert_eq!(allowance.share.to_plain_string(), share);
        allowance
    }

    #[test]
    fn each_line_of_the_template_has_its_exact_budget() {
        let latency = check(Measure::Latency, Some(950), "50", "0.05");
        assert_eq!(latency.indicator, Indicator::SlowerThan(decimal("0.05")));
        check(Measure::Latency, Some(999), "1000", "0.001");
        let errors = check(Measure::ErrorRate, None, "1", "0.01");
        assert_eq!(errors.indicator, Indicator::Failed);
        check(Measure::Availability, None, "99.9", "0.001");
        check(Measure::Availability, None, "99.999999", "0.00000001");
        let throughput = Allowance::of(Measure::Throughput, None, &decimal("500"));
        assert_eq!(throughput, None);
    }

    #[test]
    fn a_latency_without_a_percentile_is_the_95th() {
        check(Measure::Latency, None, "200", "0.05");
    }

    #[test]
    fn a_budget_is_burnt_by_failures_and_goes_below_nothing() {
        let budget = check(Measure::Availability, None, "99.9", "0.001");
        let told = |failed, requests| {
            let burn = budget.burn(failed, requests)?;
            let left = budget.left(failed, requests)?;
            Some((burn.to_plain_string(), left.to_plain_string()))
        };
        let pair = |burn: &str, left: &str| Some((burn.to_owned(), left.to_owned()));
        assert_eq!(told(0, 1000), pair("0", "1"));
        assert_eq!(told(1, 4000), pair("0.25", "0.75"));
        assert_eq!(told(144, 10_000), pair("14.4", "-13.4"));
        assert_eq!(told(1, 3000), pair("0.333333", "0.666667"));
        assert_eq!(told(0, 0), None);
        let nothing = check(Measure::Availability, None, "100", "0");
        assert_eq!(nothing.burn(1, 10), None);
    }

    #[test]
    fn one_failure_alone_never_exceeds_a_share() {
        for (share, fewest) in [
            ("0.72", 10),
            ("0.05", 20),
            ("0.003", 334),
            ("0.001", 1000),
            ("0", 10),
        ] {
            let share = decimal(share);
            assert_eq!(Allowance::fewest_requests(&share), fewest, "{share}");
            let alone = BigDecimal::one() / BigDecimal::from(fewest);
            assert!(share.is_zero() || alone <= share, "{share}");
        }
    }
}
