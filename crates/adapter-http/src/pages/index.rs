//! `/`: what is served, as a page for people and as JSON for programs.

use maud::{Markup, html};
use serde::Serialize;
use specd_app::catalog::{Catalog, ServedSpec};

use super::layout::{self, Script};
use super::reference;

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

/// Every served spec with its endpoints, for people.
pub(super) fn html(catalog: &Catalog) -> String {
    layout::page("specd", Script::None, &content(catalog))
}

/// The same for programs.
pub(super) fn json(catalog: &Catalog) -> String {
    let specs = catalog.specs().iter().map(|served| spec_body(served));
    let body = IndexBody {
        specs: specs.collect(),
    };
    // Strings and numbers alone: there is nothing that could not be written.
    serde_json::to_string(&body).unwrap_or_default()
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
        h2 { a href=(reference::place(spec)) { (spec.title) } }
        @if let Some(summary) = &spec.summary {
            p { (summary) }
        }
        ul .endpoints {
            @for endpoint in &spec.endpoints {
                li {
                    a href=(format!("{}#{}", reference::page(spec), reference::anchor(spec, endpoint.operation))) {
                        (reference::signature(spec, endpoint.operation))
                    }
                }
            }
        }
    }
}
