//! Objectives and alert thresholds (spec-language, sections 8 and 9), and what follows from them: indicators, error
//! budgets, burn rates. Numbers are exact decimals.

use std::fmt;

use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};

use crate::source::Span;

pub mod allowance;
pub mod burn;
pub mod edges;
pub mod measured;
pub mod standing;

pub use allowance::{Allowance, Indicator};
pub use burn::{BURN_RATES, BurnRate, PERIOD, Urgency, Window};
pub use measured::{Counts, Measured, Period};
pub use standing::{DocumentStanding, Spending, Standing, State, Witnessed};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Time to answer, in milliseconds.
    Latency,
    /// Requests per second.
    Throughput,
    /// Share of 5xx answers, in percent.
    ErrorRate,
    /// Share of answers that are not 5xx, in percent.
    Availability,
}

/// A percentile in tenths of a percent, so that `p99.9` is 999; 1 to 999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Percentile(pub u16);

impl Percentile {
    /// The percentile of a latency alert that names none.
    pub const OF_ALERTS: Self = Self(950);

    /// The share of requests that may be slower, as a fraction of 1: 0.05 for `p95`.
    pub fn slower_share(self) -> BigDecimal {
        BigDecimal::new((1000 - i64::from(self.0)).into(), 3).normalized()
    }
}

impl fmt::Display for Percentile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}", self.0 / 10)?;
        match self.0 % 10 {
            0 => Ok(()),
            tenths => write!(f, ".{tenths}"),
        }
    }
}

/// One line under Metrics: `p95 < 50ms`, `500 req/sec`, `< 1%`, `99.9% uptime`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// What is measured.
    pub measure: Measure,
    /// The percentile of a latency.
    pub percentile: Option<Percentile>,
    /// Milliseconds, requests per second, or percent.
    pub target: BigDecimal,
    /// The clause.
    pub span: Span,
}

/// `Alert if latency > 200ms`. Availability alerts when below, all others when above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// What is measured.
    pub measure: Measure,
    /// The percentile of a latency, where one is said.
    pub percentile: Option<Percentile>,
    /// Milliseconds, requests per second, or percent.
    pub threshold: BigDecimal,
    /// The clause.
    pub span: Span,
}

/// An exact decimal, without an exponent and without zeros at its end.
pub fn plain(number: &BigDecimal) -> String {
    number.normalized().to_plain_string()
}

impl Objective {
    /// The error budget; `None` for a throughput, which is a capacity and no promise about requests.
    pub fn budget(&self) -> Option<Allowance> {
        Allowance::of(self.measure, self.percentile, &self.target)
    }
}

impl fmt::Display for Objective {
    /// As the document means it: `p95 < 50ms`, `throughput 500 req/sec`, `error rate < 1%`, `availability 99.9%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = plain(&self.target);
        match (self.measure, self.percentile) {
            (Measure::Latency, Some(percentile)) => write!(f, "{percentile} < {target}ms"),
            (Measure::Latency, None) => write!(f, "latency < {target}ms"),
            (Measure::Throughput, _) => write!(f, "throughput {target} req/sec"),
            (Measure::ErrorRate, _) => write!(f, "error rate < {target}%"),
            (Measure::Availability, _) => write!(f, "availability {target}%"),
        }
    }
}

impl Alert {
    /// What must be exceeded for the alert to fire; `None` for a throughput, which is compared as it is.
    ///
    /// A latency that names no percentile is the 95th.
    pub fn limit(&self) -> Option<Allowance> {
        Allowance::of(self.measure, self.percentile, &self.threshold)
    }
}
