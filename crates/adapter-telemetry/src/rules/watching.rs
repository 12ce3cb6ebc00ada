//! Alerts on silence: without its metrics, no other alert of a document can fire.

use std::collections::BTreeSet;

use bigdecimal::BigDecimal;
use specd_domain::Spec;
use specd_domain::objective::{Indicator, Urgency, Window};

use super::alert::{AlertRule, Trigger};
use super::{burning, own};
use crate::wording::plain;

/// A restart is shorter.
const PENDING: Window = Window::minutes(5);

/// One for the document, and one for each latency that is compared.
pub(super) fn alerts(spec: &Spec) -> Vec<AlertRule> {
    let mut alerts = vec![absent(spec)];
    alerts.extend(edges(spec).into_iter().map(|edge| no_edge(spec, edge)));
    alerts
}

fn absent(spec: &Spec) -> AlertRule {
    AlertRule {
        name: "SpecdSpecAbsent",
        spec: spec.number,
        trigger: Trigger::Absent,
        pending: Some(PENDING),
        urgency: Urgency::Page,
        labels: Vec::new(),
        summary: format!(
            "SPEC {} {}: no server tells that it serves it",
            spec.number, spec.title
        ),
        description: format!(
            "For {PENDING} no metric of the document came. Either no server runs, none serves the document, or Prometheus does not reach them; no other alert \
             of the document can fire."
        ),
        runbook_url: None,
    }
}

fn no_edge(spec: &Spec, edge: BigDecimal) -> AlertRule {
    let seconds = plain(&edge);
    AlertRule {
        name: "SpecdLatencyEdgeAbsent",
        spec: spec.number,
        trigger: Trigger::EdgeAbsent(edge),
        pending: Some(PENDING),
        urgency: Urgency::Ticket,
        labels: vec![("threshold", seconds.clone())],
        summary: format!(
            "SPEC {} {}: requests are measured without a bucket at {seconds} s",
            spec.number, spec.title
        ),
        description: format!(
            "The servers serve another revision of the document than the one that these rules were made of. For {PENDING} the alerts on {seconds} s cannot fire; \
             generate the rules again."
        ),
        runbook_url: None,
    }
}

fn edges(spec: &Spec) -> BTreeSet<BigDecimal> {
    let alerts = burning::alerts(spec).into_iter().chain(own::alerts(spec));
    alerts
        .filter_map(|alert| match alert.trigger {
            Trigger::Share {
                indicator: Indicator::SlowerThan(seconds),
                ..
            } => Some(seconds),
            _ => None,
        })
        .collect()
}
