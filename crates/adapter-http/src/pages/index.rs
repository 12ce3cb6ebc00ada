//! `/`: what is served.

use serde::Serialize;
use specd_app::catalog::ServedSpec;

use crate::answer::Answer;
use crate::exchange::Exchange;

#[derive(Serialize)]
struct IndexBody<'a> {
    specs: Vec<SpecBody<'a>>,
}

#[derive(Serialize)]
struct SpecBody<'a> {
    spec: String,
    title: &'a str,
    status: &'static str,
    revision: u32,
    endpoints: Vec<String>,
}

/// Every served spec with its endpoints.
pub(super) fn answer(exchange: &Exchange<'_>) -> Answer {
    let catalog = exchange.state.ports.catalog.load();
    let specs = catalog.specs().iter().map(|served| spec_body(served));
    let body = IndexBody {
        specs: specs.collect(),
    };
    // Strings and numbers alone: there is nothing that could not be written.
    let json = serde_json::to_vec(&body).unwrap_or_default();
    Answer::with_body(200, "application/json", json)
}

fn spec_body(served: &ServedSpec) -> SpecBody<'_> {
    let spec = &served.spec;
    let endpoints = spec.endpoints.iter().map(|endpoint| {
        let mut path = spec.collection_path();
        path.has_id = endpoint.operation.has_id();
        format!("{} {path}", endpoint.operation.method())
    });
    SpecBody {
        spec: spec.number.to_string(),
        title: &spec.title,
        status: spec.status.as_str(),
        revision: served.revision,
        endpoints: endpoints.collect(),
    }
}
