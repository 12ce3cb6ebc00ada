//! What is recorded of a document: requests, the share of failed ones in every window that an alert looks at, and what is left of the
//! error budgets.

use std::collections::BTreeSet;

use specd_domain::Spec;
use specd_domain::name::SpecNumber;
use specd_domain::objective::{Indicator, PERIOD, Window};

use super::alert::{Trigger, edge_pattern};
use super::{burning, own};
use crate::contract::{EDGE, REQUEST_DURATION, SPEC, STATUS_CODE};
use crate::promql::Selector;
use crate::wording;
use crate::yaml::Yaml;

/// The label of a latency, in seconds.
const THRESHOLD: &str = "threshold";
/// The label of an objective, as the document has it.
pub(crate) const OBJECTIVE: &str = "objective";

/// The window in which a capacity is compared.
pub(super) const NOW: Window = Window::minutes(5);

/// A rule that records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The name of the series.
    pub record: String,
    /// Its `PromQL`.
    pub expression: String,
    /// The labels that the rule sets.
    pub labels: Vec<(&'static str, String)>,
}

impl Recording {
    pub(super) fn yaml(&self) -> Yaml {
        let mut members = vec![
            ("record", Yaml::text(&self.record)),
            ("expr", Yaml::text(&self.expression)),
        ];
        let labels = self.labels.iter().cloned();
        let labels: Vec<_> = labels
            .map(|(name, value)| (name, Yaml::text(value)))
            .collect();
        if !labels.is_empty() {
            members.push(("labels", Yaml::Mapping(labels)));
        }
        Yaml::Mapping(members)
    }
}

/// The recorded number of requests in a window.
pub(crate) fn requests(spec: SpecNumber, window: Window) -> String {
    recorded(requests_name(window), spec).to_string()
}

/// The recorded requests per second.
pub(crate) fn requests_per_second(spec: SpecNumber, window: Window) -> String {
    recorded(rate_name(window), spec).to_string()
}

/// The recorded share of failed requests in a window.
pub(crate) fn failed_share(spec: SpecNumber, indicator: &Indicator, window: Window) -> String {
    let (name, threshold) = share_name(indicator, window);
    let series = recorded(name, spec);
    match threshold {
        Some(threshold) => series.with(THRESHOLD, threshold).to_string(),
        None => series.to_string(),
    }
}

/// The recorded rest of the error budgets, a fraction of 1.
pub(crate) fn budget_left(spec: SpecNumber) -> String {
    recorded(BUDGET_LEFT.to_owned(), spec).to_string()
}

const BUDGET_LEFT: &str = "spec:error_budget:left";

fn recorded(name: String, spec: SpecNumber) -> Selector {
    Selector::of(name).with(SPEC, spec.to_string())
}

fn requests_name(window: Window) -> String {
    format!("spec:http_requests:increase{window}")
}

fn rate_name(window: Window) -> String {
    format!("spec:http_requests:rate{window}")
}

fn share_name(indicator: &Indicator, window: Window) -> (String, Option<String>) {
    match indicator {
        Indicator::Failed => (format!("spec:http_failed:ratio{window}"), None),
        Indicator::SlowerThan(seconds) => (
            format!("spec:http_slow:ratio{window}"),
            Some(wording::plain(seconds)),
        ),
    }
}

/// What the alerts compare.
pub(super) fn indicators(spec: &Spec) -> Vec<Recording> {
    let mut counted = BTreeSet::new();
    let mut shares: Vec<(Window, Indicator)> = Vec::new();
    for alert in burning::alerts(spec).into_iter().chain(own::alerts(spec)) {
        let Trigger::Share {
            indicator, windows, ..
        } = alert.trigger
        else {
            continue;
        };
        counted.extend(windows.first().copied());
        for window in windows {
            let share = (window, indicator.clone());
            if !shares.contains(&share) {
                shares.push(share);
            }
        }
    }
    shares.sort_by_key(|(window, _)| *window);
    let number = spec.number;
    let mut recordings = vec![Recording {
        record: rate_name(NOW),
        expression: all(number, NOW),
        labels: Vec::new(),
    }];
    recordings.extend(counted.into_iter().map(|window| Recording {
        record: requests_name(window),
        expression: format!("sum by ({SPEC}) ({})", count(number).increase(window)),
        labels: Vec::new(),
    }));
    let shares = shares.iter();
    recordings.extend(shares.map(|(window, indicator)| share(number, indicator, *window)));
    recordings
}

/// What is left of each error budget, and the shares of thirty days that it is made of.
pub(super) fn budgets(spec: &Spec) -> Vec<Recording> {
    let mut shares: Vec<Recording> = Vec::new();
    let mut left = Vec::new();
    for objective in &spec.objectives {
        let Some(budget) = objective.budget() else {
            continue;
        };
        let recorded = share(spec.number, &budget.indicator, PERIOD);
        if !shares.contains(&recorded) {
            shares.push(recorded);
        }
        let failed = failed_share(spec.number, &budget.indicator, PERIOD);
        let allowed = wording::plain(&budget.share);
        // Without a budget nothing can be left of it.
        if allowed != "0" {
            left.push(Recording {
                record: BUDGET_LEFT.to_owned(),
                expression: format!("1 - {failed} / {allowed}"),
                labels: vec![(OBJECTIVE, wording::objective(objective))],
            });
        }
    }
    shares.into_iter().chain(left).collect()
}

fn share(spec: SpecNumber, indicator: &Indicator, window: Window) -> Recording {
    let (record, threshold) = share_name(indicator, window);
    let all = all(spec, window);
    // Where nothing has failed yet there is no series of failures; where nothing came at all there is no share.
    let expression = match indicator {
        Indicator::Failed => {
            let failed = count(spec).matching(STATUS_CODE, "5..").rate(window);
            format!("(sum by ({SPEC}) ({failed}) or 0 * {all}) / ({all} > 0)")
        }
        Indicator::SlowerThan(seconds) => {
            let within = Selector::of(format!("{REQUEST_DURATION}_bucket"))
                .with(SPEC, spec.to_string())
                .matching(EDGE, edge_pattern(seconds))
                .rate(window);
            format!("1 - sum by ({SPEC}) ({within}) / ({all} > 0)")
        }
    };
    Recording {
        record,
        expression,
        labels: threshold
            .map(|threshold| (THRESHOLD, threshold))
            .into_iter()
            .collect(),
    }
}

fn all(spec: SpecNumber, window: Window) -> String {
    format!("sum by ({SPEC}) ({})", count(spec).rate(window))
}

fn count(spec: SpecNumber) -> Selector {
    Selector::of(format!("{REQUEST_DURATION}_count")).with(SPEC, spec.to_string())
}
