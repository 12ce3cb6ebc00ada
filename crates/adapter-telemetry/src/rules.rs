//! Recording and alerting rules of Prometheus, made of the objectives and alerts of documents.

use std::sync::Arc;

use specd_domain::Spec;

use crate::yaml::Yaml;

mod alert;
mod annotations;
mod burning;
mod own;
mod recording;
mod runbook;
mod watching;

pub(crate) use alert::edge_pattern;
pub use alert::{AlertRule, Trigger};
pub use recording::Recording;
pub(crate) use recording::budget_left;
pub use runbook::runbook_url;

/// The seconds between two evaluations of what looks back on thirty days.
const SLOW_EVALUATION: &str = "5m";

/// The rules file of these documents: for each a group of what is recorded and what alerts, and one for its error budgets.
///
/// `base` is the address below which the folder is published that the documents' paths begin in; it makes an address of a
/// relative link to a runbook.
pub fn render(specs: &[Arc<Spec>], base: Option<&str>) -> String {
    let groups = specs.iter().flat_map(|spec| groups(spec, base)).collect();
    let file = Yaml::Mapping(vec![("groups", Yaml::Sequence(groups))]);
    file.render()
}

/// Every alert of a document, in the order of the file.
pub fn alerts(spec: &Spec, base: Option<&str>) -> Vec<AlertRule> {
    let mut alerts = burning::alerts(spec);
    alerts.extend(own::alerts(spec));
    alerts.extend(watching::alerts(spec));
    let runbook = runbook_url(spec, base);
    for alert in &mut alerts {
        alert.runbook_url.clone_from(&runbook);
    }
    alerts
}

/// What is recorded of a document: first what alerts need, in the order of the file.
pub fn recordings(spec: &Spec) -> Vec<Recording> {
    let mut recordings = recording::indicators(spec);
    recordings.extend(recording::budgets(spec));
    recordings
}

fn groups(spec: &Spec, base: Option<&str>) -> Vec<Yaml> {
    let name = format!("specd-{}", spec.number);
    let indicators = recording::indicators(spec);
    let alerts = alerts(spec, base);
    let rules = indicators.iter().map(Recording::yaml);
    let rules = rules.chain(alerts.iter().map(AlertRule::yaml)).collect();
    let mut groups = vec![Yaml::Mapping(vec![
        ("name", Yaml::text(name.clone())),
        ("rules", Yaml::Sequence(rules)),
    ])];
    let budgets: Vec<Yaml> = recording::budgets(spec)
        .iter()
        .map(Recording::yaml)
        .collect();
    if !budgets.is_empty() {
        groups.push(Yaml::Mapping(vec![
            ("name", Yaml::text(format!("{name}-budget"))),
            ("interval", Yaml::text(SLOW_EVALUATION)),
            ("rules", Yaml::Sequence(budgets)),
        ]));
    }
    groups
}
