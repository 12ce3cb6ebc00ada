//! `/`: what is served, as a page for people and as JSON for programs.

use maud::{Markup, html};
use serde::Serialize;
use specd_app::catalog::{Catalog, ServedSpec};

use super::layout::{self, Script};
use super::preference::prefers_html;
use super::reference;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::openapi;

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
    let mut answer = if prefers_html(exchange.headers()) {
        layout::answer(layout::page("specd", Script::None, &content(&catalog)))
    } else {
        json(&catalog)
    };
    answer.set("vary", "Accept");
    answer
}

fn json(catalog: &Catalog) -> Answer {
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

fn content(catalog: &Catalog) -> Markup {
    html! {
        (layout::masthead(&html! {}))
        main #content .narrow {
            h1 { "What is served" }
            p .lead {
                "Every resource here is a SPEC document, served as it is written. The "
                a href="/docs" { "reference" }
                " tells all about each, and lets it be tried."
            }
            @if catalog.specs().is_empty() {
                p .empty { "No document is served yet." }
            }
            ul .cards {
                @for served in catalog.specs() {
                    li .card { (card(served)) }
                }
            }
        }
    }
}

fn card(served: &ServedSpec) -> Markup {
    let spec = &served.spec;
    html! {
        p .eyebrow {
            "SPEC " (spec.number) " " (reference::status(spec.status))
            span .quiet { "revision " (served.revision) }
        }
        h2 { a href=(format!("/docs#{}", openapi::anchor(spec))) { (spec.title) } }
        @if let Some(summary) = &spec.summary {
            p { (summary) }
        }
        ul .endpoints {
            @for endpoint in &spec.endpoints {
                li {
                    a href=(format!("/docs#{}", reference::anchor(spec, endpoint.operation))) {
                        (reference::signature(spec, endpoint.operation))
                    }
                }
            }
        }
    }
}
