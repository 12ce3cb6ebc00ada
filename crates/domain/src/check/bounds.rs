//! Bounds of what is measured: which thresholds can be crossed at all.

use bigdecimal::{BigDecimal, Zero};

use crate::objective::Measure;

/// The side of a threshold on which something happens.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    /// When more is measured.
    Above,
    /// When less is measured.
    Below,
}

/// Why a threshold makes no sense.
pub(super) struct Misplaced {
    is_always: bool,
    /// What was expected.
    pub(super) words: &'static str,
}

impl Misplaced {
    /// "never holds", "always fires".
    pub(super) fn verdict(&self, verb: &str) -> String {
        let how_often = if self.is_always { "always" } else { "never" };
        format!("{how_often} {verb}")
    }
}

/// Why no measurement, or every one, lies on the side of the threshold.
pub(super) fn misplaced(measure: Measure, side: Side, threshold: &BigDecimal) -> Option<Misplaced> {
    let hundred = BigDecimal::from(100);
    let is_share = is_share(measure);
    let is_at_top = is_share && *threshold >= hundred;
    let is_over_top = is_share && *threshold > hundred;
    let is_at_bottom = *threshold <= BigDecimal::zero();
    let is_under_bottom = *threshold < BigDecimal::zero();
    // An error rate above 0% is a strict wish and can be wanted; a latency above 0 is every request.
    let (never, always) = match side {
        Side::Above => (
            is_at_top,
            if is_share {
                is_under_bottom
            } else {
                is_at_bottom
            },
        ),
        Side::Below => (is_at_bottom, is_over_top),
    };
    (never || always).then_some(Misplaced {
        is_always: always,
        words: expected(measure),
    })
}

/// Whether it is measured in percent.
pub(super) const fn is_share(measure: Measure) -> bool {
    matches!(measure, Measure::ErrorRate | Measure::Availability)
}

/// What was expected of a threshold or a target.
pub(super) const fn expected(measure: Measure) -> &'static str {
    match measure {
        Measure::ErrorRate => "expected less than 100%",
        Measure::Availability => "expected more than 0% and at most 100%",
        Measure::Latency => "expected more than 0ms",
        Measure::Throughput => "expected more than 0 req/sec",
    }
}
