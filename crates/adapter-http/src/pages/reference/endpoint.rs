//! One endpoint: what it does, takes and answers, and a form to try it.

use maud::{Markup, html};
use specd_domain::Spec;
use specd_domain::endpoint::{Endpoint, Operation};

use super::{anchor, fields, outcomes, signature, tried, words};
use crate::openapi::examples::Examples;
use crate::openapi::operation::summary;
use crate::openapi::{parameters, security};

pub(super) fn article(spec: &Spec, endpoint: &Endpoint, examples: &Examples<'_>) -> Markup {
    let operation = endpoint.operation;
    let anchor = anchor(spec, operation);
    html! {
        article .endpoint id=(anchor) aria-labelledby=(format!("{anchor}-title")) {
            header {
                h2 id=(format!("{anchor}-title")) {
                    a .anchor href=(format!("#{anchor}")) { (signature(spec, operation)) }
                }
                p { (summary(operation, spec.collection.as_str())) ". " (words::prose(&security::words(&spec.access, operation.method()))) }
            }
            div .pair {
                div .told {
                    (parameters(spec, endpoint))
                    @if operation.has_body() {
                        h3 { "Request body" }
                        p .quiet {
                            @if operation == Operation::Patch {
                                code { "application/merge-patch+json" } ": what is left out keeps its value."
                            } @else {
                                code { "application/json" } ": these members and no others."
                            }
                        }
                        (fields::taken(spec, endpoint))
                    }
                    (outcomes::answer(spec, endpoint))
                    (outcomes::statuses(spec, endpoint))
                }
                div .shown {
                    (request_example(endpoint, examples))
                    (tried::form(spec, endpoint, examples, &anchor))
                    (answer_example(endpoint, examples))
                }
            }
        }
    }
}

fn parameters(spec: &Spec, endpoint: &Endpoint) -> Markup {
    let operation = endpoint.operation;
    let scalar = |name: &str| {
        spec.table
            .column(name)
            .and_then(|(_, column)| column.scalar())
    };
    html! {
        h3 { "Parameters" }
        dl .fields {
            @if operation.has_id() {
                (parameter("id", "path", true, &html! {
                    "the key of the record"
                    @if let Some(key) = spec.table.key().and_then(|(_, key)| key.scalar()) { ": " (words::scalar(key)) }
                }))
            }
            @match operation {
                Operation::List => {
                    (parameter("limit", "query", false, &html! { "how many records a page has: 1 to 100, by default 20" }))
                    (parameter("cursor", "query", false, &html! { "the " code { "next" } " of the page before" }))
                    @if !endpoint.sorts.is_empty() {
                        (parameter("sort", "query", false, &html! {
                            @for (position, sort) in endpoint.sorts.iter().enumerate() {
                                @if position > 0 { ", " }
                                code { (sort.value) }
                            }
                            "; with a " code { "-" } " before it falling; several with commas between them"
                        }))
                    }
                    @for filter in &endpoint.filters {
                        (parameter(filter.value.as_str(), "query", false, &html! {
                            @if let Some(scalar) = scalar(filter.value.as_str()) { (words::scalar(scalar)) }
                        }))
                    }
                    @if !endpoint.filters.is_empty() {
                        (operators())
                    }
                }
                Operation::Read => {},
                _ => (parameter("dry_run", "query", false, &html! { code { "true" } " checks everything, and keeps nothing" })),
            }
            @if operation.has_id() {
                @let is_required = parameters::is_match_required(spec, operation);
                (parameter("If-Match", "header", is_required, &html! { "the " code { "ETag" } " that the record must have" }))
                (parameter("If-None-Match", "header", false, &html! { "an " code { "ETag" } " that the record must not have" }))
            }
            @if matches!(operation, Operation::Create | Operation::Patch) {
                (parameter("Idempotency-Key", "header", false, &html! { "makes a repetition safe: the same key is done once" }))
            }
        }
    }
}

fn operators() -> Markup {
    html! {
        p .quiet .operators {
            "A filter may carry an operator: "
            @for (position, (operator, says)) in parameters::OPERATORS.iter().enumerate() {
                @if position > 0 { ", " }
                code { "[" (operator) "]" } " " (says)
            }
            "."
        }
    }
}

fn parameter(name: &str, place: &str, is_required: bool, told: &Markup) -> Markup {
    html! {
        div {
            dt {
                code { (name) }
                span .quiet { (place) }
                @if is_required { span .required { "required" } }
            }
            dd { (told) }
        }
    }
}

/// Only for reading: where there is a script, the form shows the same.
fn request_example(endpoint: &Endpoint, examples: &Examples<'_>) -> Markup {
    html! {
        @if let Some(body) = examples.request(endpoint) {
            figure .reading {
                figcaption { "Request" }
                pre tabindex="0" { code { (body.pretty()) } }
            }
        }
    }
}

fn answer_example(endpoint: &Endpoint, examples: &Examples<'_>) -> Markup {
    let has_answer = !endpoint.response.is_empty() && endpoint.success != 204;
    let shown = match endpoint.operation {
        Operation::List => examples.page(endpoint),
        _ => examples.record(endpoint),
    };
    html! {
        figure {
            figcaption { "Answer, for example " span .status-code .s2 { (endpoint.success) } }
            @if has_answer {
                pre tabindex="0" { code { (shown.pretty()) } }
            } @else {
                p .quiet { "no body" }
            }
        }
    }
}
