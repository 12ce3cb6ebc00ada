//! Objectives: each once, possible, and in agreement (spec-language, section 8, ruling H50).

use std::collections::HashMap;

use bigdecimal::{BigDecimal, Zero};

use crate::diagnostic::{Code, Diagnostic};
use crate::objective::{Measure, Objective};

use super::bounds;
use super::subject::Subject;

/// Each target can be met.
pub(super) fn possible(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for objective in &subject.document.objectives {
        if is_possible(objective) {
            continue;
        }
        findings.push(
            Diagnostic::error(
                Code::ObjectiveOutOfRange,
                objective.span,
                "an objective that cannot be met or cannot be missed",
            )
            .expecting(bounds::expected(objective.measure)),
        );
    }
}

fn is_possible(objective: &Objective) -> bool {
    let zero = BigDecimal::zero();
    let hundred = BigDecimal::from(100);
    match objective.measure {
        Measure::ErrorRate => objective.target >= zero && objective.target < hundred,
        Measure::Availability => objective.target > zero && objective.target <= hundred,
        Measure::Latency | Measure::Throughput => objective.target > zero,
    }
}

/// Each is given once.
pub(super) fn distinct(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut first_of = HashMap::new();
    for objective in &subject.document.objectives {
        let key = (objective.measure, objective.percentile);
        match first_of.get(&key) {
            Some(&first) => findings.push(
                Diagnostic::error(
                    Code::ObjectiveTwice,
                    objective.span,
                    "a second objective for one measure",
                )
                .expecting("expected each measure once")
                .pointing_at(first, "the first"),
            ),
            None => {
                first_of.insert(key, objective.span);
            }
        }
    }
}

/// A higher percentile is not faster than a lower one.
pub(super) fn percentiles(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let mut latencies: Vec<_> = subject
        .document
        .objectives
        .iter()
        .filter(|objective| objective.measure == Measure::Latency)
        .filter_map(|objective| Some((objective.percentile?, objective)))
        .collect();
    latencies.sort_by_key(|(percentile, _)| *percentile);
    let mut slowest: Option<(_, &Objective)> = None;
    for (percentile, objective) in latencies {
        match slowest {
            Some((lower, before)) if objective.target < before.target && lower != percentile => {
                findings.push(
                    Diagnostic::error(
                        Code::PercentilesCross,
                        objective.span,
                        "a higher percentile cannot be faster than a lower one",
                    )
                    .expecting(format!("expected {}ms or more", before.target.normalized()))
                    .pointing_at(before.span, "the lower percentile"),
                );
            }
            Some((_, before)) if objective.target < before.target => {}
            _ => slowest = Some((percentile, objective)),
        }
    }
}
