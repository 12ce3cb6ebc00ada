//! The document's own alerts: `Alert if latency > 200ms`.

use specd_domain::Spec;
use specd_domain::objective::{Alert, Measure, Urgency, Window};

use super::alert::{AlertRule, Trigger};
use super::recording::NOW;
use crate::wording::{self, percent, plain};

/// An availability is no matter of minutes.
const AVAILABILITY_WINDOW: Window = Window::hours(1);

/// One for each line.
pub(super) fn alerts(spec: &Spec) -> Vec<AlertRule> {
    let mut alerts: Vec<AlertRule> = Vec::new();
    for alert in &spec.alerts {
        let rule = rule(spec, alert);
        // The document has a warning about a line that stands twice.
        if !alerts.contains(&rule) {
            alerts.push(rule);
        }
    }
    alerts
}

fn rule(spec: &Spec, alert: &Alert) -> AlertRule {
    let words = wording::alert(alert);
    let window = match alert.measure {
        Measure::Availability => AVAILABILITY_WINDOW,
        _ => NOW,
    };
    let (trigger, description) = if let Some(limit) = alert.limit() {
        let failed = wording::failed(&limit.indicator);
        let share = percent(&limit.share);
        let trigger = Trigger::Share {
            indicator: limit.indicator,
            share: limit.share,
            windows: vec![window],
        };
        let fewest = trigger.fewest_requests().unwrap_or_default();
        let description = format!(
            "More than {share} of the requests of the last {window} were {failed}. Silent below {fewest} requests in {window}."
        );
        (trigger, description)
    } else {
        let rate = alert.threshold.clone();
        let description = format!(
            "More than {} requests a second came in the last {window}.",
            plain(&rate)
        );
        (Trigger::Rate { rate, window }, description)
    };
    AlertRule {
        name: name(alert.measure),
        spec: spec.number,
        trigger,
        pending: None,
        urgency: Urgency::Page,
        labels: vec![("condition", words.clone())],
        summary: format!("SPEC {} {}: `{words}`", spec.number, spec.title),
        description,
        runbook_url: None,
    }
}

const fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Latency => "SpecdLatencyHigh",
        Measure::Throughput => "SpecdThroughputHigh",
        Measure::ErrorRate => "SpecdErrorRateHigh",
        Measure::Availability => "SpecdAvailabilityLow",
    }
}
