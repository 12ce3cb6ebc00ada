//! Rollout: flag, stages and the criteria that take a stage back (spec-language, section 7).

use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};

use crate::name::FlagName;
use crate::objective::{Measure, Percentile};
use crate::source::{Located, Span};

/// A criterion such as `error rate > 5% over 5m` or `p99 > 500ms over 10m`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackCriterion {
    /// What is measured; a latency names its percentile.
    pub measure: Measure,
    /// The percentile of a latency.
    pub percentile: Option<Percentile>,
    /// The threshold: milliseconds for a latency, percent for a rate. Availability holds when *below*, all others when above.
    pub threshold: BigDecimal,
    /// For how long, in seconds.
    pub window_seconds: u32,
    /// The clause.
    pub span: Span,
}

/// The ticks of one phase, for `specd status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseTicks {
    /// Boxes that are ticked.
    pub ticked: u32,
    /// Boxes in all.
    pub total: u32,
}

/// The rollout of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// The flag; without one the document is fully on (ruling H04).
    pub flag: Option<Located<FlagName>>,
    /// Percentages, rising, each 1 to 100; empty where none are said.
    pub stages: Vec<Located<u8>>,
    /// When to fall back.
    pub criteria: Vec<RollbackCriterion>,
    /// The phases in order: development, testing, production.
    pub phases: Vec<PhaseTicks>,
    /// The section.
    pub span: Span,
}
