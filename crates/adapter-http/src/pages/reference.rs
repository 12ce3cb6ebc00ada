//! `/docs/<number>`: the reference of a document, to read and to try. Made of the same compiled model that routes; reading it
//! needs no script.

use maud::{Markup, html};
use specd_app::catalog::ServedSpec;
use specd_domain::Spec;
use specd_domain::access::Authentication;
use specd_domain::document::Status;
use specd_domain::endpoint::Operation;

use super::layout::{self, Script};
use crate::openapi;
use crate::openapi::examples::Examples;

mod endpoint;
mod fields;
mod outcomes;
mod tried;
mod words;

/// The page.
pub(super) fn html(served: &ServedSpec) -> String {
    let spec = &served.spec;
    let content = html! {
        (layout::masthead(&key()))
        div .columns {
            (contents(spec, "Endpoints"))
            main #content {
                details .at-hand {
                    summary { "Endpoints" }
                    (contents(spec, "Endpoints, for small screens"))
                }
                (document(served))
            }
        }
    };
    let title = format!("{} · specd", spec.title);
    layout::page(&title, Script::Ours, &content)
}

/// Where a person puts the key. It stays in this field, and is sent with the calls that are tried, and nowhere else.
fn key() -> Markup {
    html! {
        form .key .tool autocomplete="off" {
            label for="key" { "Key" }
            input #key type="password" autocomplete="off" spellcheck="false" autocapitalize="off"
                placeholder="specd_… or a token" aria-describedby="key-note";
            button #reveal type="button" aria-pressed="false" { "Show" }
            span #key-note .visually-hidden { "Kept in this page alone, until it is closed." }
        }
    }
}

fn contents(spec: &Spec, name: &str) -> Markup {
    html! {
        nav .contents aria-label=(name) {
            p { a href=(format!("#{}", openapi::anchor(spec))) { (spec.title) } " " (status(spec.status)) }
            ul {
                @for endpoint in &spec.endpoints {
                    li {
                        a href=(format!("#{}", anchor(spec, endpoint.operation))) {
                            (badge(endpoint.operation))
                            span { (label(endpoint.operation)) }
                        }
                    }
                }
            }
        }
    }
}

fn document(served: &ServedSpec) -> Markup {
    let spec = &*served.spec;
    let examples = Examples::new(spec);
    let anchor = openapi::anchor(spec);
    html! {
        section .document id=(anchor) aria-labelledby=(format!("{anchor}-title")) {
            header {
                p .eyebrow {
                    "SPEC " (spec.number) " " (status(spec.status))
                    span .quiet { "revision " (served.revision) " · " (spec.last_updated) }
                }
                h1 id=(format!("{anchor}-title")) { (spec.title) }
                @if let Some(summary) = &spec.summary {
                    p .lead { (summary) }
                }
                (notice(spec))
                dl .facts {
                    div { dt { "Base" } dd { code { (spec.collection_path().to_string()) } } }
                    div { dt { "Callers" } dd { (callers(spec)) } }
                    @if !spec.limits.is_empty() {
                        div { dt { "Limits" } dd { (limits(spec)) } }
                    }
                    div { dt { "Document" } dd { code { (spec.path) } } }
                }
            }
            @for endpoint in &spec.endpoints {
                (endpoint::article(spec, endpoint, &examples))
            }
        }
    }
}

/// What a person should know before anything is built on the document.
fn notice(spec: &Spec) -> Markup {
    let compatibility = &spec.compatibility;
    html! {
        @match spec.status {
            Status::Approved => {},
            Status::Draft => p .notice { "This document is a draft: it is served as a preview, and may change." },
            Status::Review => p .notice { "This document is in review: it is served as a preview, and may change." },
            Status::Deprecated => p .notice {
                "This document is deprecated"
                @if let Some(since) = &compatibility.deprecated { " since " (since.value) }
                @if let Some(sunset) = &compatibility.sunset { ", and answers 410 from " (sunset.value) " on" }
                "."
                @if let Some(successor) = &compatibility.successor { " Its successor is " code { (successor.value.to_string()) } "." }
            },
        }
    }
}

fn callers(spec: &Spec) -> Markup {
    let access = &spec.access;
    if access.is_open() {
        return html! { "anybody" };
    }
    html! {
        @for (position, way) in access.authentication.iter().enumerate() {
            @if position > 0 { ", or " }
            @match &way.value {
                Authentication::ApiKey => "an API key",
                Authentication::Jwt { issuer, audience } => { "a token of " code { (issuer) } " for " code { (audience) } },
                Authentication::None => "anybody",
            }
        }
        @if access.owners_only.is_some() { "; each reaches its own records" }
    }
}

fn limits(spec: &Spec) -> Markup {
    html! {
        @for (position, limit) in spec.limits.iter().enumerate() {
            @if position > 0 { "; " }
            (limit.requests) " requests in "
            @match limit.window_seconds {
                1 => "a second",
                60 => "a minute",
                3600 => "an hour",
                seconds => { (seconds) " seconds" },
            }
            @if let Some(burst) = limit.burst { ", " (burst) " at once" }
            @if let Some(method) = limit.method { " for " (method.as_str()) }
        }
    }
}

/// The address of the page.
pub(super) fn page(spec: &Spec) -> String {
    format!("/docs/{}", spec.number)
}

/// Where a document stands, on its page.
pub(super) fn place(spec: &Spec) -> String {
    format!("{}#{}", page(spec), openapi::anchor(spec))
}

/// Where an endpoint stands on the page.
pub(super) fn anchor(spec: &Spec, operation: Operation) -> String {
    format!(
        "{}-{}",
        openapi::anchor(spec),
        label(operation).to_lowercase()
    )
}

/// What an operation is called.
pub(super) const fn label(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "Create",
        Operation::List => "List",
        Operation::Read => "Read",
        Operation::Replace => "Replace",
        Operation::Patch => "Patch",
        Operation::Delete => "Delete",
    }
}

/// The method, as a sign.
pub(super) fn badge(operation: Operation) -> Markup {
    sign(operation, operation.method().as_str())
}

/// A word in the colour of the method.
pub(super) fn sign(operation: Operation, word: &str) -> Markup {
    let colour = operation.method().as_str().to_lowercase();
    html! { span .method .{ "m-" (colour) } { (word) } }
}

/// Method and path.
pub(super) fn signature(spec: &Spec, operation: Operation) -> Markup {
    let mut path = spec.collection_path();
    path.has_id = operation.has_id();
    html! {
        (badge(operation))
        " "
        code .path { (path.to_string()) }
    }
}

/// The status of a document, as a sign.
pub(super) fn status(status: Status) -> Markup {
    html! { span .status .{ "is-" (status.as_str()) } { (status.as_str()) } }
}
