//! The form with which an endpoint is tried. It does nothing by itself: the script reads it, and shows it.

use maud::{Markup, html};
use specd_domain::Spec;
use specd_domain::endpoint::{Endpoint, Operation};

use crate::openapi::examples::Examples;
use crate::openapi::parameters::{OPERATORS, is_match_required};

pub(super) fn form(
    spec: &Spec,
    endpoint: &Endpoint,
    examples: &Examples<'_>,
    anchor: &str,
) -> Markup {
    let operation = endpoint.operation;
    let mut path = spec.collection_path();
    path.has_id = operation.has_id();
    let collection = spec.collection_path().to_string();
    let media_type = match operation {
        Operation::Patch => "application/merge-patch+json",
        _ => "application/json",
    };
    let access = if spec.access.is_open() { "open" } else { "key" };
    html! {
        form .try .tool data-method=(operation.method().as_str()) data-path=(path.to_string())
            data-collection=(collection) data-type=[operation.has_body().then_some(media_type)]
            data-access=(access) autocomplete="off" aria-label=(format!("Try {} {path}", operation.method())) {
            @if operation.has_id() {
                (input(anchor, "id", "path", "id", &id_hint(examples)))
            }
            @if let Some(body) = examples.request(endpoint) {
                @let id = format!("{anchor}-body");
                label for=(id) { "Body" }
                textarea id=(id) name="body" spellcheck="false" autocapitalize="off"
                    rows=(body.pretty().lines().count().clamp(3, 18)) { (body.pretty()) }
            }
            (more(spec, endpoint, anchor))
            div .actions {
                button .send type="submit" { "Try it" }
                @if operation != Operation::List && operation != Operation::Read {
                    label .check { input type="checkbox" data-in="query" name="dry_run" value="true"; " Dry run" }
                }
                span .progress role="status" {}
            }
            details .curl {
                summary { "curl" }
                pre tabindex="0" { code {} }
                div .actions {
                    button .copy type="button" { "Copy" }
                    label .check { input .reveal type="checkbox"; " With the key" }
                }
            }
            section .outcome aria-live="polite" aria-label="Answer" hidden {
                p { span .status-code {} " " span .phrase {} " " span .quiet .took {} }
                details { summary { "Headers" } pre tabindex="0" { code .headers {} } }
                pre .answer tabindex="0" { code {} }
            }
        }
    }
}

/// What is seldom needed.
fn more(spec: &Spec, endpoint: &Endpoint, anchor: &str) -> Markup {
    let operation = endpoint.operation;
    let is_required = is_match_required(spec, operation);
    html! {
        @match operation {
            Operation::List => details {
                summary { "Filters, order and page" }
                @for filter in &endpoint.filters {
                    (filtered(anchor, filter.value.as_str()))
                }
                @if !endpoint.sorts.is_empty() { (sort(endpoint, anchor)) }
                (input(anchor, "limit", "query", "limit", "20"))
                (input(anchor, "cursor", "query", "cursor", ""))
            },
            _ => details open[is_required] {
                summary { "Headers" }
                @if operation.has_id() {
                    (input(anchor, "If-Match", "header", "If-Match", "\"3-1\""))
                    (input(anchor, "If-None-Match", "header", "If-None-Match", ""))
                }
                @if matches!(operation, Operation::Create | Operation::Patch) {
                    (input(anchor, "Idempotency-Key", "header", "Idempotency-Key", "a UUID"))
                    button .fresh type="button" { "New idempotency key" }
                }
                (input(anchor, "X-Request-Id", "header", "X-Request-Id", "a UUID"))
            },
        }
    }
}

fn input(anchor: &str, name: &str, place: &str, label: &str, placeholder: &str) -> Markup {
    let id = format!("{anchor}-{name}");
    html! {
        label for=(id) { (label) }
        input id=(id) name=(name) data-in=(place) type="text" spellcheck="false" autocapitalize="off"
            autocomplete="off" placeholder=(placeholder);
    }
}

fn filtered(anchor: &str, name: &str) -> Markup {
    let id = format!("{anchor}-by-{name}");
    html! {
        label for=(id) { (name) }
        div .filter {
            select aria-label=(format!("How {name} is compared")) {
                option value="" { "is" }
                @for (operator, _) in OPERATORS {
                    option value=(operator) { (operator) }
                }
            }
            input id=(id) name=(name) data-in="filter" type="text" spellcheck="false" autocapitalize="off" autocomplete="off";
        }
    }
}

fn sort(endpoint: &Endpoint, anchor: &str) -> Markup {
    let id = format!("{anchor}-order");
    html! {
        label for=(id) { "sort" }
        select id=(id) name="sort" data-in="query" {
            option value="" { "newest first" }
            @for sort in &endpoint.sorts {
                option value=(sort.value) { (sort.value) " rising" }
                option value=(format!("-{}", sort.value)) { (sort.value) " falling" }
            }
        }
    }
}

fn id_hint(examples: &Examples<'_>) -> String {
    match examples.id() {
        crate::openapi::json::Json::Text(text) => text,
        other => other.compact(),
    }
}
