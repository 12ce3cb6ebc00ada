//! Objectives: each once, possible, and in agreement (spec-language, section 8, ruling H50).

use std::collections::HashMap;

use bigdecimal::{BigDecimal, One, RoundingMode, Zero};

use crate::diagnostic::{Code, Diagnostic};
use crate::objective::{Allowance, BURN_RATES, Measure, Objective};

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

/// The budget of each suits every burn rate: with a large one the fast rates are more failures than there are requests, and
/// without any the first failure is too much.
pub(super) fn burn_rates(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let possible = subject.document.objectives.iter();
    for objective in possible.filter(|objective| is_possible(objective)) {
        if let Some(budget) = objective.budget() {
            findings.extend(silent(objective, &budget));
        }
    }
}

fn silent(objective: &Objective, budget: &Allowance) -> Option<Diagnostic> {
    let note = |headline| Diagnostic::note(Code::BurnRateSilent, objective.span, headline);
    if budget.share.is_zero() {
        let finding = note("an objective without an error budget".to_owned());
        return Some(finding.expecting("each failed request misses it, and pages somebody"));
    }
    let left_out: Vec<String> = BURN_RATES
        .iter()
        .filter(|rate| !rate.can_fire(budget))
        .map(|rate| rate.factor().to_plain_string())
        .collect();
    let [.., _] = left_out.as_slice() else {
        return None;
    };
    let allowed = percent(&budget.share, RoundingMode::HalfEven);
    let fastest = BURN_RATES.first()?.factor();
    let most = percent(&(BigDecimal::one() / fastest), RoundingMode::Floor);
    Some(
        note(format!(
            "no alert follows from burning the budget {} times as fast",
            left_out.join(", ")
        ))
        .expecting(format!(
            "{allowed}% may fail, and no more than all requests can"
        ))
        .noting(format!(
            "a budget of {most}% or less has an alert at every burn rate: a percentile of p93.1 or above"
        )),
    )
}

/// A fraction in percent, with at most one decimal.
fn percent(share: &BigDecimal, rounding: RoundingMode) -> String {
    let percent = share * BigDecimal::from(100);
    percent
        .with_scale_round(1, rounding)
        .normalized()
        .to_plain_string()
}
