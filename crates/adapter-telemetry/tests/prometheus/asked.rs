//! Every query of the dashboard and of the runbook, asked of a real Prometheus that scrapes what the contract promises.

use serde_json::Value;
use specd_adapter_telemetry::{dashboard, rules, runbook};
use specd_testkit::prometheus::{Prometheus, PrometheusError};

use crate::{documents, exposed};

#[test]
fn every_query_is_answered_and_none_is_empty() -> Result<(), PrometheusError> {
    let spec = documents::resource();
    let specs = std::slice::from_ref(&spec);
    // Budgets are evaluated every five minutes, for which nobody waits.
    let rules = rules::render(specs, None).replace("interval: '5m'", "interval: '1s'");
    let prometheus = Prometheus::start(&rules, exposed::expose(&spec))?;
    let drawn: Value = serde_json::from_str(&dashboard::render(specs)).unwrap();
    let queries = expressions(&drawn);
    assert_eq!(queries.len(), 14, "{queries:?}");
    for query in queries {
        prometheus.something(&query.replace("$__rate_interval", "5m"))?;
    }
    for recording in rules::recordings(&spec) {
        prometheus.something(&recording.record)?;
    }
    let page = runbook::render(&spec);
    let (_, looks) = page.split_once("## First looks").unwrap();
    let blocks = looks.split("```promql\n").skip(1);
    for query in blocks.map(|block| block.split("\n```").next().unwrap()) {
        prometheus.something(query)?;
    }
    Ok(())
}

/// Whatever is called `expr`, anywhere.
fn expressions(node: &Value) -> Vec<String> {
    match node {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member {
                Value::String(text) if name == "expr" => vec![text.clone()],
                member => expressions(member),
            })
            .collect(),
        Value::Array(nodes) => nodes.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_query_that_is_wrong_is_told() -> Result<(), PrometheusError> {
    let spec = documents::resource();
    let prometheus = Prometheus::start("groups: []", exposed::expose(&spec))?;
    assert!(prometheus.query("sum(").is_err());
    assert!(prometheus.query("nothing_of_this_name")?.is_empty());
    Ok(())
}
