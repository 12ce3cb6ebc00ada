//! `/docs` where several documents are served: a line for each, and from it the way to its page.
//!
//! Each endpoint stands here under the anchor that it has on the page of its document, so that a link to an endpoint leads
//! on, however many documents there are.

use maud::{Markup, html};
use specd_app::catalog::Catalog;
use specd_domain::Spec;

use super::layout::{self, Script};
use super::reference;
use crate::openapi;

/// The page.
pub(super) fn html(catalog: &Catalog) -> String {
    let specs = catalog.specs();
    let content = html! {
        (layout::masthead(&html! {}))
        main #content .narrow {
            h1 { "Reference" }
            @if specs.is_empty() {
                p .empty { "No document is served yet." }
            } @else {
                p .lead {
                    (specs.len()) " documents are served. Each has a page that tells all about it, and lets it be tried."
                }
            }
            ul .overview {
                @for served in specs {
                    li id=(openapi::anchor(&served.spec)) { (line(&served.spec)) }
                }
            }
        }
    };
    layout::page("Reference · specd", Script::None, &content)
}

fn line(spec: &Spec) -> Markup {
    html! {
        div {
            a href=(reference::place(spec)) { (spec.title) }
            span .quiet { "SPEC " (spec.number) }
            (reference::status(spec.status))
        }
        code .path { (spec.collection_path().to_string()) }
        div .methods {
            @for endpoint in &spec.endpoints {
                @let anchor = reference::anchor(spec, endpoint.operation);
                a id=(anchor) href=(format!("{}#{anchor}", reference::page(spec))) {
                    (reference::sign(endpoint.operation, reference::label(endpoint.operation)))
                }
            }
        }
    }
}
