//! A dashboard for Grafana: a row of panels for each document, thresholds drawn where the document has them.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use serde_json::{Value, json};
use specd_domain::Spec;
use specd_domain::objective::{Alert, Allowance, Indicator, Measure, Objective, Percentile};

use crate::contract::{
    ACTIVE_REQUESTS, EDGE, METHOD, QUEUE_WAIT, REJECTED, REQUEST_DURATION, ROLLOUT_PERCENT, ROUTE,
    SPEC, SPEC_INFO, STATUS_CODE,
};
use crate::promql::Selector;
use crate::rules;
use crate::wording::plain;

mod panel;

use panel::{Panel, Place, datasource};

/// The version of the schema that Grafana 12 writes; older ones are migrated by Grafana, newer ones read this.
const SCHEMA: u32 = 41;

/// The JSON of the dashboard, ending with a line feed.
pub fn render(specs: &[Arc<Spec>]) -> String {
    let mut panels = Vec::new();
    let mut place = Place::default();
    for spec in specs {
        panels.push(place.row(&format!("SPEC {} {}", spec.number, spec.title)));
        for panel in of_spec(spec) {
            panels.push(place.put(&panel));
        }
    }
    panels.push(place.row("The servers"));
    for panel in servers() {
        panels.push(place.put(&panel));
    }
    let dashboard = json!({
        "uid": "specd",
        "title": "specd",
        "tags": ["specd"],
        "schemaVersion": SCHEMA,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "utc",
        "templating": {"list": [{
            "name": "datasource",
            "label": "Prometheus",
            "type": "datasource",
            "query": "prometheus",
        }]},
        "annotations": {"list": [
            annotation("Rollout", "orange", &format!("changes({ROLLOUT_PERCENT}[5m]) > 0"), "SPEC {{spec}}: another share of callers"),
            annotation("Revision", "blue", &format!("{SPEC_INFO} unless on ({SPEC}, revision) {SPEC_INFO} offset 5m"), "SPEC {{spec}}: revision {{revision}}"),
        ]},
        "panels": panels,
    });
    format!("{dashboard:#}\n")
}

fn annotation(name: &str, colour: &str, expression: &str, title: &str) -> Value {
    json!({
        "name": name,
        "datasource": datasource(),
        "enable": true,
        "iconColor": colour,
        "expr": expression,
        "step": "60s",
        "titleFormat": title,
    })
}

fn of_spec(spec: &Spec) -> Vec<Panel> {
    let number = spec.number.to_string();
    let of_spec = |metric: String| Selector::of(metric).with(SPEC, &number);
    let count = of_spec(format!("{REQUEST_DURATION}_count"));
    let bucket = of_spec(format!("{REQUEST_DURATION}_bucket"));
    let mut panels = Vec::new();
    if spec.objectives.iter().any(has_budget) {
        let left = Panel::gauge("Error budget left of 30 days", "percentunit");
        panels.push(
            left.query(&rules::budget_left(spec.number), "{{objective}}")
                .of_what_is_left(),
        );
    }
    let latencies = spec
        .objectives
        .iter()
        .filter(|one| one.measure == Measure::Latency);
    let mut latency = Panel::lines("Latency", "s");
    let mut percentiles: Vec<Percentile> =
        latencies.clone().filter_map(|one| one.percentile).collect();
    if percentiles.is_empty() {
        percentiles.push(Percentile::OF_ALERTS);
    }
    for percentile in percentiles {
        let quantile = plain(&(BigDecimal::from(1) - percentile.slower_share()));
        let rate = panel::rate(&bucket);
        latency = latency.query(
            &format!("histogram_quantile({quantile}, sum by ({EDGE}) ({rate}))"),
            &percentile.to_string(),
        );
    }
    for budget in latencies.filter_map(Objective::budget) {
        if let Indicator::SlowerThan(seconds) = budget.indicator {
            latency = latency.threshold(&seconds);
        }
    }
    panels.push(latency);
    let increase = panel::increase(&bucket);
    panels.push(
        Panel::heat_map("Latency of all requests", "s")
            .heat(&format!("sum by ({EDGE}) ({increase})")),
    );
    let mut requests = Panel::lines("Requests", "reqps").query(
        &format!("sum by ({METHOD}, {ROUTE}) ({})", panel::rate(&count)),
        "{{http_request_method}} {{http_route}}",
    );
    let capacity = spec
        .objectives
        .iter()
        .find(|one| one.measure == Measure::Throughput);
    if let Some(capacity) = capacity {
        requests = requests.threshold(&capacity.target);
    }
    panels.push(requests);
    panels.push(failures(spec, &count));
    let wrong = count.clone().matching(STATUS_CODE, "[45]..");
    panels.push(Panel::lines("Errors by status", "reqps").query(
        &format!("sum by ({STATUS_CODE}) ({})", panel::rate(&wrong)),
        "{{http_response_status_code}}",
    ));
    let rollout = of_spec(ROLLOUT_PERCENT.to_owned());
    panels.push(Panel::lines("Rollout", "percent").query(&format!("max({rollout})"), "callers"));
    let rejected = of_spec(REJECTED.to_owned());
    panels.push(Panel::lines("Turned away", "reqps").query(
        &format!("sum by (reason) ({})", panel::rate(&rejected)),
        "{{reason}}",
    ));
    panels
}

fn has_budget(objective: &Objective) -> bool {
    objective
        .budget()
        .is_some_and(|budget| plain(&budget.share) != "0")
}

/// The share of failures, with the budget of each objective and the threshold of each alert.
fn failures(spec: &Spec, count: &Selector) -> Panel {
    let failed = count.clone().matching(STATUS_CODE, "5..");
    let all = format!("sum({})", panel::rate(count));
    let expression = format!("(sum({}) or 0 * {all}) / ({all} > 0)", panel::rate(&failed));
    let mut panel = Panel::lines("Failed requests", "percentunit").query(&expression, "5xx");
    let budgets = spec.objectives.iter().filter_map(Objective::budget);
    let limits = spec.alerts.iter().filter_map(Alert::limit);
    for Allowance { indicator, share } in budgets.chain(limits) {
        if indicator == Indicator::Failed {
            panel = panel.threshold(&share);
        }
    }
    panel
}

fn servers() -> Vec<Panel> {
    let wait = panel::rate(&Selector::of(format!("{QUEUE_WAIT}_bucket")));
    vec![
        Panel::lines("Wait for the database", "s")
            .query(
                &format!("histogram_quantile(0.5, sum by ({EDGE}, queue) ({wait}))"),
                "p50 {{queue}}",
            )
            .query(
                &format!("histogram_quantile(0.99, sum by ({EDGE}, queue) ({wait}))"),
                "p99 {{queue}}",
            ),
        Panel::lines("Requests under way", "short")
            .query(&format!("sum({ACTIVE_REQUESTS})"), "requests"),
    ]
}
