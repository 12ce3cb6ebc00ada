//! What an endpoint answers: the members of a record, and every status with the way to its page.

use maud::{Markup, html};
use specd_domain::Spec;
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::Shape;

use super::words;
use crate::openapi::operation::success_words;
use crate::openapi::statuses::of;
use crate::problem::Kind;

/// The members of an answer.
pub(super) fn answer(spec: &Spec, endpoint: &Endpoint) -> Markup {
    if endpoint.response.is_empty() || endpoint.success == 204 {
        return html! {};
    }
    let columns = endpoint.response.iter();
    let columns = columns.filter_map(|name| spec.table.column(name.as_str()));
    html! {
        h3 { "Answer" }
        @if endpoint.operation == Operation::List {
            p .quiet { "A page: " code { "items" } ", records of these members, and " code { "next" } ", the cursor of the next page or null." }
        }
        details {
            summary { (endpoint.response.len()) " members" }
            dl .fields {
                @for (_, column) in columns {
                    div {
                        dt {
                            code { (column.name.value) }
                            span .quiet { (words::column_type(column.column_type.value, &Shape::Any)) }
                            @if column.nullable { span .quiet { "or null" } }
                        }
                        dd { @if let Some(comment) = &column.comment { p { (comment) } } }
                    }
                }
            }
        }
    }
}

/// Every status.
pub(super) fn statuses(spec: &Spec, endpoint: &Endpoint) -> Markup {
    html! {
        h3 { "Statuses" }
        details {
            summary {
                span .status-code .s2 { (endpoint.success) }
                " " (success_words(endpoint.operation))
            }
            ul .statuses {
                @for status in of(spec, endpoint) {
                    li {
                        span .status-code .{ "s" (status / 100) } { (status) }
                        span { (meaning(endpoint.operation, status)) }
                    }
                }
            }
        }
    }
}

fn meaning(operation: Operation, status: u16) -> Markup {
    let kinds = Kind::ALL.iter().filter(|kind| can_be(**kind, operation));
    let kinds = kinds.map(|kind| kind.facts());
    html! {
        @if status == 304 {
            "the record has the tag of " code { "If-None-Match" }
        }
        @for (position, facts) in kinds.filter(|facts| facts.status == status).enumerate() {
            @if position > 0 { ", " }
            a href=(format!("/problems/{}", facts.slug)) { (facts.title) }
        }
    }
}

/// Whether the operation can meet the problem; most problems are everybody's.
const fn can_be(kind: Kind, operation: Operation) -> bool {
    match kind {
        Kind::NotFound => false,
        Kind::NoSuchRecord => operation.has_id(),
        Kind::MalformedBody | Kind::InvalidRecord | Kind::Conflict => operation.has_body(),
        Kind::InvalidIdempotencyKey | Kind::IdempotencyKeyInUse | Kind::IdempotencyKeyReused => {
            matches!(operation, Operation::Create | Operation::Patch)
        }
        Kind::StillReferenced => {
            matches!(
                operation,
                Operation::Delete | Operation::Replace | Operation::Patch
            )
        }
        _ => true,
    }
}
