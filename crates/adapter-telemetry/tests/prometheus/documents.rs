//! The documents: the template's promises, promises with awkward numbers and a hostile title, promises without a budget.

use std::sync::Arc;

use specd_domain::Spec;
use specd_domain::objective::{Alert, Measure, Objective, Percentile};
use specd_domain::source::Span;
use specd_testkit::sample;

fn spec(number: u16) -> Spec {
    sample::spec(number, sample::table("resource", Vec::new()))
}

fn objective(measure: Measure, percentile: Option<u16>, target: &str) -> Objective {
    Objective {
        measure,
        percentile: percentile.map(Percentile),
        target: target.parse().unwrap(),
        span: Span::default(),
    }
}

fn alert(measure: Measure, percentile: Option<u16>, threshold: &str) -> Alert {
    Alert {
        measure,
        percentile: percentile.map(Percentile),
        threshold: threshold.parse().unwrap(),
        span: Span::default(),
    }
}

/// The promises of SPEC 0001.
pub(crate) fn resource() -> Arc<Spec> {
    let mut spec = spec(1);
    spec.runbook = Some("../../operations/runbook.md".to_owned());
    spec.objectives = vec![
        objective(Measure::Latency, Some(950), "50"),
        objective(Measure::Latency, Some(990), "100"),
        objective(Measure::Throughput, None, "500"),
        objective(Measure::ErrorRate, None, "1"),
        objective(Measure::Availability, None, "99.9"),
    ];
    spec.alerts = vec![
        alert(Measure::Latency, None, "200"),
        alert(Measure::ErrorRate, None, "2"),
        alert(Measure::Availability, None, "99.5"),
    ];
    Arc::new(spec)
}

/// Texts that would break out of YAML, `PromQL` or a template of Go, and numbers with another spelling in Prometheus 3.
pub(crate) fn awkward() -> Arc<Spec> {
    let mut spec = spec(9999);
    spec.title = String::from("it's \"{{ $labels.spec }}\" \\ {{end}} #1: - \u{1}\u{2028} {{{ 🦀");
    spec.runbook = Some("https://wiki.example/{{x}}?'a'=\"b\"".to_owned());
    spec.objectives = vec![
        objective(Measure::Latency, Some(500), "20"),
        objective(Measure::Latency, Some(999), "1000"),
        objective(Measure::ErrorRate, None, "9.5"),
    ];
    spec.alerts = vec![
        alert(Measure::Latency, Some(990), "0.05"),
        alert(Measure::Latency, Some(990), "0.050"),
        alert(Measure::Throughput, None, "0.75"),
        alert(Measure::ErrorRate, None, "33.3"),
    ];
    Arc::new(spec)
}

/// No failure is allowed.
pub(crate) fn strict() -> Arc<Spec> {
    let mut spec = spec(3);
    spec.objectives = vec![objective(Measure::Availability, None, "100")];
    spec.alerts = vec![alert(Measure::Availability, None, "100")];
    Arc::new(spec)
}

/// It promises nothing.
pub(crate) fn silent() -> Arc<Spec> {
    Arc::new(spec(4))
}
