//! Objectives and alert thresholds (spec-language, sections 8 and 9). Numbers are exact decimals.

use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};

use crate::source::Span;

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
