//! Rollout: flag, stages and the criteria that take a stage back (spec-language, section 7).

use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};

use crate::name::FlagName;
use crate::objective::{Measure, Percentile};
use crate::source::{Located, Span};

pub mod bucket;

mod murmur;

pub use bucket::is_in;

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

/// The share of callers that is in where nothing holds anybody back.
const EVERYBODY: u8 = 100;

impl Rollout {
    /// The percentage that a document begins with: its first stage; everybody without a flag, and with a flag that has
    /// no stages (ruling H04).
    pub fn first_percent(&self) -> u8 {
        let first = self.stages.first().filter(|_| self.flag.is_some());
        first.map_or(EVERYBODY, |stage| stage.value)
    }

    /// The stage behind a percentage; `None` where there is none.
    pub fn next_percent(&self, percent: u8) -> Option<u8> {
        let mut later = self.percents().filter(|stage| *stage > percent);
        later.next()
    }

    /// The stage before a percentage; `None` where there is none.
    pub fn previous_percent(&self, percent: u8) -> Option<u8> {
        self.percents().take_while(|stage| *stage < percent).last()
    }

    fn percents(&self) -> impl Iterator<Item = u8> + '_ {
        self.stages.iter().map(|stage| stage.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(flag: Option<&str>, stages: &[u8]) -> Rollout {
        let span = Span::default();
        Rollout {
            flag: flag.map(|flag| Located::new(FlagName::new(flag).unwrap(), span)),
            stages: stages.iter().map(|at| Located::new(*at, span)).collect(),
            ..Rollout::default()
        }
    }

    #[test]
    fn a_flag_begins_at_its_first_stage_and_everything_else_with_everybody() {
        assert_eq!(rollout(Some("a"), &[5, 25, 100]).first_percent(), 5);
        assert_eq!(rollout(Some("a"), &[]).first_percent(), 100);
        assert_eq!(rollout(None, &[5, 25, 100]).first_percent(), 100);
    }

    #[test]
    fn stages_follow_each_other_from_any_percentage() {
        let rollout = rollout(Some("a"), &[5, 25, 100]);
        let steps = [0, 5, 10, 25, 60, 100].map(|percent| {
            (
                rollout.previous_percent(percent),
                rollout.next_percent(percent),
            )
        });
        let expected = [
            (None, Some(5)),
            (None, Some(25)),
            (Some(5), Some(25)),
            (Some(5), Some(100)),
            (Some(25), Some(100)),
            (Some(25), None),
        ];
        assert_eq!(steps, expected);
    }
}
