//! The generated rules before promtool: each is read, each alert fires when it should, is silent when it should, and ends.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and writes the files that promtool reads"
)]

mod asked;
mod documents;
mod exposed;
mod scenario;

use std::fs;
use std::sync::Arc;

use specd_adapter_telemetry::rules;
use specd_domain::Spec;
use specd_testkit::prometheus::{PrometheusError, finished, promtool};

use scenario::Scenario;

/// Where the documents of the tests are published.
const BASE: Option<&str> = Some("https://wiki.example/main");

/// Has promtool judge the rules of these documents.
fn check_rules(specs: &[Arc<Spec>]) -> Result<(), PrometheusError> {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("rules.yml"), rules::render(specs, None)).unwrap();
    let mut promtool = promtool()?;
    promtool.current_dir(place.path());
    finished(promtool.args(["check", "rules", "rules.yml"])).map(|_| ())
}

/// Has promtool play the scenarios to the rules of a document.
fn play(spec: &Arc<Spec>, scenarios: &[Scenario]) -> Result<(), PrometheusError> {
    let place = tempfile::tempdir().unwrap();
    let rules = rules::render(std::slice::from_ref(spec), BASE);
    fs::write(place.path().join("rules.yml"), rules).unwrap();
    let mut promtool = promtool()?;
    promtool.current_dir(place.path()).args(["test", "rules"]);
    for (name, tests) in scenario::files(scenarios) {
        fs::write(place.path().join(&name), tests).unwrap();
        promtool.arg(name);
    }
    finished(&mut promtool).map(|_| ())
}

#[test]
fn promtool_reads_every_rule() -> Result<(), PrometheusError> {
    check_rules(&[
        documents::resource(),
        documents::awkward(),
        documents::strict(),
    ])?;
    check_rules(&[documents::silent()])?;
    check_rules(&[])
}

#[test]
fn every_alert_of_the_template_fires_and_clears() -> Result<(), PrometheusError> {
    let spec = documents::resource();
    play(&spec, &scenario::all(&spec, BASE))
}

#[test]
fn every_alert_of_an_awkward_document_fires_and_clears() -> Result<(), PrometheusError> {
    let spec = documents::awkward();
    play(&spec, &scenario::all(&spec, BASE))
}

#[test]
fn every_alert_of_a_document_without_budget_fires_and_clears() -> Result<(), PrometheusError> {
    let spec = documents::strict();
    play(&spec, &scenario::all(&spec, BASE))
}

#[test]
fn an_expectation_that_is_wrong_is_told() {
    let spec = documents::strict();
    let mut scenarios = scenario::all(&spec, BASE);
    let expected: usize = scenarios.iter().map(Scenario::expectations).sum();
    for scenario in &mut scenarios {
        scenario.expect_the_contrary();
    }
    let outcome = play(&spec, &scenarios);
    let Err(PrometheusError::Failed { output, .. }) = outcome else {
        panic!("{outcome:?}");
    };
    let told = output.matches("expr: ").count() + output.matches("alertname: ").count();
    assert_eq!(told, expected, "{output}");
}

#[test]
fn two_runs_write_the_same() {
    let specs = [documents::resource(), documents::awkward()];
    assert_eq!(rules::render(&specs, None), rules::render(&specs, None));
}
