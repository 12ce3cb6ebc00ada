//! Every query of the dashboard, the rules and the runbook that the binary writes, asked of a real Prometheus that scrapes the
//! binary.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use specd_e2e::{Client, Documents, Storage, binary, documents};
use specd_testkit::prometheus::Prometheus;

use crate::{BODY, PATH, measured};

#[test]
fn every_query_gives_a_number_of_the_binary_s_own_metrics() -> anyhow::Result<()> {
    let (documents, storage) = (behind_a_flag()?, Storage::sqlite()?);
    let server = measured(&documents, &storage)?;
    let client = server.client()?;
    let place = documents.path();
    // Budgets are evaluated every five minutes, for which nobody waits.
    let rules = generated(place, "prometheus")?.replace("interval: '5m'", "interval: '1s'");
    let mut queries = drawn(&serde_json::from_str(&generated(place, "grafana")?)?);
    anyhow::ensure!(queries.len() >= 14, "{queries:?}");
    let recorded = rules.lines().filter_map(|line| {
        let name = line
            .trim_start_matches([' ', '-'])
            .strip_prefix("record: ")?;
        Some(name.trim_matches('\'').to_owned())
    });
    queries.extend(recorded);
    anyhow::ensure!(queries.len() >= 30, "{queries:?}");
    let runbook = generated(place, "runbook")?;
    let (_, looks) = runbook.split_once("## First looks").unwrap_or_default();
    let before = queries.len();
    for block in looks.split("```promql\n").skip(1) {
        queries.extend(block.split("\n```").next().map(str::to_owned));
    }
    anyhow::ensure!(queries.len() > before, "{runbook}");
    let prometheus = Prometheus::start(&rules, server.metrics_address()?)?;
    // The dashboard marks each step of a rollout: one is taken between two scrapes.
    prometheus.something("specd_rollout_percent")?;
    let step = binary::command()?
        .args(["rollout", "set", "1", "100%", "--database", storage.url()])
        .env("SPECD_SPECS", place)
        .output()?;
    anyhow::ensure!(step.status.success(), "{step:?}");
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let calling = scope.spawn(|| call(&client, &is_over));
        let asked = queries.iter().try_for_each(|query| {
            let query = query.replace("$__rate_interval", "5m");
            prometheus.something(&query).map(|_| ())
        });
        is_over.store(true, Ordering::Relaxed);
        let called = calling.join();
        anyhow::ensure!(
            called.is_ok_and(|called| called.is_ok()),
            "a request failed"
        );
        Ok(asked?)
    })
}

/// The template, whose promises are those of SPEC 0001, rolled out behind a flag.
fn behind_a_flag() -> anyhow::Result<Documents> {
    let text = documents::template();
    let flagged = text.replace(
        "(if applicable): none",
        "(if applicable): `feature_resource_enabled`",
    );
    anyhow::ensure!(text != flagged, "{text}");
    Documents::of(&[("0001-resource.md", &flagged)])
}

/// Calls now and then: a create, and one that is wrong.
fn call(client: &Client, is_over: &AtomicBool) -> anyhow::Result<()> {
    while !is_over.load(Ordering::Relaxed) {
        client.post(PATH, BODY)?;
        client.post(PATH, "{}")?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn generated(place: &Path, what: &str) -> anyhow::Result<String> {
    let path = if what == "runbook" {
        "0001-resource.md"
    } else {
        "."
    };
    let output = binary::command()?
        .current_dir(place)
        .args(["generate", what, path])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    anyhow::ensure!(output.status.success(), "{said}");
    Ok(String::from_utf8(output.stdout)?)
}

/// Whatever is called `expr`, anywhere.
fn drawn(node: &Value) -> Vec<String> {
    match node {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match member {
                Value::String(text) if name == "expr" => vec![text.clone()],
                member => drawn(member),
            })
            .collect(),
        Value::Array(nodes) => nodes.iter().flat_map(drawn).collect(),
        _ => Vec::new(),
    }
}
