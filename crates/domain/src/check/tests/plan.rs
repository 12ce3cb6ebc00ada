//! Compatibility, rollout, objectives and alerts.

use super::*;
use crate::compatibility::AnnouncedChange;
use crate::objective::{Alert, Measure, Objective, Percentile};
use crate::rollout::RollbackCriterion;
use crate::source::Span;
use sample::{at, day};

fn ticks(no_breaking: bool, breaking: bool) -> impl FnOnce(&mut Document) {
    move |document| {
        document.compatibility.no_breaking.as_mut().unwrap().value = no_breaking;
        document.compatibility.breaking.as_mut().unwrap().value = breaking;
    }
}

#[test]
fn exactly_one_kind_of_change_is_ticked() {
    let none = "[x] **No breaking changes**";
    let some = "[ ] **Breaking changes**";
    finds(
        ticks(false, false),
        &[(Code::ChangeTickMissing, ERROR, none)],
    );
    finds(
        |document| {
            ticks(true, true)(document);
            let change = AnnouncedChange {
                names: Vec::new(),
                text: "all".to_owned(),
                span: Span::new(1, 2),
            };
            document.compatibility.changes.push(change);
        },
        &[(Code::ChangeTicksContradict, ERROR, some)],
    );
    finds(
        |document| {
            set_status(document, Status::Draft);
            ticks(false, false)(document);
        },
        &[],
    );
}

#[test]
fn breaking_changes_are_listed() {
    let some = "[ ] **Breaking changes**";
    finds(ticks(false, true), &[(Code::ChangeUnlisted, ERROR, some)]);
    finds(
        |document| {
            set_status(document, Status::Review);
            ticks(false, true)(document);
        },
        &[(Code::ChangeUnlisted, WARNING, some)],
    );
}

#[test]
fn the_sunset_does_not_lie_before_the_deprecation() {
    let dates = |sunset: &'static str| {
        move |document: &mut Document| {
            document.compatibility.deprecated = Some(at(day("2025-06-01")));
            document.compatibility.sunset = Some(at(day(sunset)));
        }
    };
    finds(
        dates("2025-05-31"),
        &[(Code::SunsetBeforeDeprecation, ERROR, " ")],
    );
    finds(dates("2025-06-01"), &[]);
}

#[test]
fn a_deprecated_document_says_since_when() {
    finds(
        |document| set_status(document, Status::Deprecated),
        &[(Code::DeprecationDateMissing, ERROR, "approved")],
    );
    finds(
        |document| {
            set_status(document, Status::Deprecated);
            document.compatibility.deprecated = Some(at(day("2025-06-01")));
        },
        &[],
    );
}

#[test]
fn the_successor_is_newer_or_another() {
    let successor = |version, collection: &'static str| {
        move |document: &mut Document| {
            let mut path = sample::path(false);
            path.version = version;
            path.collection = crate::name::CollectionName::new(collection).unwrap();
            document.compatibility.successor = Some(at(path));
        }
    };
    finds(
        successor(1, "orders"),
        &[(Code::SuccessorNotNewer, ERROR, " ")],
    );
    finds(successor(2, "orders"), &[]);
    finds(successor(1, "purchases"), &[]);
}

fn stages(stages: &'static [u8]) -> impl FnOnce(&mut Document) {
    move |document| document.rollout.stages = stages.iter().map(|&stage| at(stage)).collect()
}

#[test]
fn stages_rise_to_everybody() {
    finds(
        stages(&[5, 50, 25, 100]),
        &[(Code::StagesNotRising, ERROR, " ")],
    );
    finds(stages(&[5, 5, 100]), &[(Code::StagesNotRising, ERROR, " ")]);
    finds(stages(&[0, 100]), &[(Code::StageOutOfRange, ERROR, " ")]);
    finds(stages(&[100, 101]), &[(Code::StageOutOfRange, ERROR, " ")]);
    finds(stages(&[5, 50]), &[(Code::RolloutIncomplete, WARNING, " ")]);
    finds(stages(&[100]), &[]);
}

#[test]
fn flag_and_stages_need_each_other() {
    finds(
        |document| document.rollout.flag = None,
        &[(Code::StagesIgnored, NOTE, "5% 25% 100%")],
    );
    finds(
        stages(&[]),
        &[(Code::FlagWithoutStages, NOTE, "feature_orders_enabled")],
    );
}

#[test]
fn a_rollback_criterion_can_hold_and_need_not() {
    let cases = [
        (Measure::ErrorRate, 5, true),
        (Measure::ErrorRate, 100, false),
        (Measure::Latency, 0, false),
        (Measure::Availability, 101, false),
    ];
    for (measure, threshold, fits) in cases {
        let criterion = RollbackCriterion {
            measure,
            percentile: None,
            threshold: threshold.into(),
            window_seconds: 300,
            span: Span::new(1, 2),
        };
        let expected = [(Code::CriterionOutOfRange, ERROR, " ")];
        let expected = if fits { &[] } else { &expected[..] };
        finds(
            |document| document.rollout.criteria.push(criterion),
            expected,
        );
    }
}

fn objective(measure: Measure, percentile: Option<u16>, target: i64) -> Objective {
    Objective {
        measure,
        percentile: percentile.map(Percentile),
        target: target.into(),
        span: Span::new(1, 2),
    }
}

#[test]
fn a_higher_percentile_is_not_faster() {
    let latencies = |p95, p99| {
        move |document: &mut Document| {
            document.objectives = vec![
                objective(Measure::Latency, Some(990), p99),
                objective(Measure::Latency, Some(950), p95),
            ];
        }
    };
    finds(latencies(100, 50), &[(Code::PercentilesCross, ERROR, " ")]);
    finds(latencies(50, 50), &[]);
}

#[test]
fn an_objective_can_be_met_and_missed() {
    let cases = [
        (Measure::ErrorRate, 0, true),
        (Measure::ErrorRate, 100, false),
        (Measure::ErrorRate, -1, false),
        (Measure::Availability, 100, true),
        (Measure::Availability, 101, false),
        (Measure::Availability, 0, false),
        (Measure::Latency, 0, false),
        (Measure::Throughput, 0, false),
    ];
    for (measure, target, fits) in cases {
        let expected = [(Code::ObjectiveOutOfRange, ERROR, " ")];
        // No failure at all is a promise that can be missed, with a note of its own.
        let without_budget = [(Code::BurnRateSilent, NOTE, " ")];
        let is_strict = measure != Measure::Latency && matches!(target, 0 | 100);
        let expected = match (fits, is_strict) {
            (true, false) => &[],
            (true, true) => &without_budget[..],
            (false, _) => &expected[..],
        };
        finds(
            |document| document.objectives = vec![objective(measure, None, target)],
            expected,
        );
    }
}

#[test]
fn a_budget_suits_every_burn_rate_or_a_note_says_which_it_does_not() {
    let note = [(Code::BurnRateSilent, NOTE, " ")];
    let cases = [
        (Measure::Latency, Some(950), 50, &[][..]),
        (Measure::Latency, Some(931), 50, &[]),
        (Measure::Latency, Some(930), 50, &note),
        (Measure::Latency, Some(500), 50, &note),
        (Measure::ErrorRate, None, 6, &[]),
        (Measure::ErrorRate, None, 7, &note),
        (Measure::Availability, None, 100, &note),
        (Measure::Throughput, None, 500, &[]),
    ];
    for (measure, percentile, target, expected) in cases {
        finds(
            |document| document.objectives = vec![objective(measure, percentile, target)],
            expected,
        );
    }
}

#[test]
fn an_objective_is_given_once() {
    finds(
        |document| {
            let mut again = document.objectives[0].clone();
            again.span = Span::new(2, 6);
            document.objectives.push(again);
        },
        &[(Code::ObjectiveTwice, ERROR, "SPEC")],
    );
}

#[test]
fn an_alert_can_fire_and_need_not() {
    let cases = [
        (Measure::ErrorRate, 100, false),
        (Measure::ErrorRate, 0, true),
        (Measure::Availability, 0, false),
        (Measure::Availability, 101, false),
        (Measure::Availability, 100, true),
        (Measure::Latency, 0, false),
        (Measure::Latency, 1, true),
    ];
    for (measure, threshold, fits) in cases {
        let alert = Alert {
            measure,
            percentile: None,
            threshold: threshold.into(),
            span: Span::new(1, 2),
        };
        let expected = [(Code::AlertOutOfRange, ERROR, " ")];
        let expected = if fits { &[] } else { &expected[..] };
        finds(|document| document.alerts = vec![alert], expected);
    }
    finds(
        |document| {
            let again = document.alerts[0].clone();
            document.alerts.push(again);
        },
        &[(Code::AlertTwice, WARNING, "ErrorRate 2")],
    );
}
