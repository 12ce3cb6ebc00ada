//! Alerts: each can fire, and need not always (spec-language, section 9).

use crate::diagnostic::{Code, Diagnostic};
use crate::objective::Measure;

use super::bounds::{self, Side};
use super::subject::Subject;

/// Each threshold is one that can be crossed.
pub(super) fn possible(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for alert in &subject.document.alerts {
        let side = match alert.measure {
            Measure::Availability => Side::Below,
            _ => Side::Above,
        };
        if let Some(misplaced) = bounds::misplaced(alert.measure, side, &alert.threshold) {
            findings.push(
                Diagnostic::error(
                    Code::AlertOutOfRange,
                    alert.span,
                    format!("an alert that {}", misplaced.verdict("fires")),
                )
                .expecting(misplaced.words),
            );
        }
    }
}

/// None stands twice.
pub(super) fn distinct(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut first_of = std::collections::HashMap::new();
    for alert in &subject.document.alerts {
        let key = (
            alert.measure,
            alert.percentile,
            alert.threshold.normalized(),
        );
        match first_of.get(&key) {
            Some(&first) => findings.push(
                Diagnostic::warning(Code::AlertTwice, alert.span, "an alert stands twice")
                    .pointing_at(first, "the first")
                    .helping("take one of the two out"),
            ),
            None => {
                first_of.insert(key, alert.span);
            }
        }
    }
}
