//! Fields: the members of a body with their types and rules, in words.

use maud::{Markup, html};
use specd_domain::Spec;
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::rule::describe::describe;
use specd_domain::table::{Column, DefaultValue};

use super::words;
use crate::openapi::constraints;
use crate::openapi::json::Json;

/// Deeper members are not listed one by one.
const MAX_DEPTH: usize = 6;

/// The members that an endpoint takes.
pub(super) fn taken(spec: &Spec, endpoint: &Endpoint) -> Markup {
    let is_patch = endpoint.operation == Operation::Patch;
    html! {
        dl .fields {
            @for field in &endpoint.request {
                (member(spec, field, is_patch))
            }
        }
    }
}

fn member(spec: &Spec, field: &Field, is_patch: bool) -> Markup {
    let column = field
        .column
        .and_then(|position| spec.table.columns.get(position));
    html! {
        div {
            dt {
                code { (field.name) }
                span .quiet { (words::form(field, column)) }
                @if field.required && !is_patch { span .required { "required" } }
                @if field.nullable { span .quiet { "or null" } }
            }
            dd {
                @if let Some(comment) = column.and_then(|column| column.comment.as_ref()) {
                    p { (comment) }
                }
                @for rule in spec.rules.iter().filter(|rule| rule.fields.contains(&field.name)) {
                    p { (words::prose(&describe(rule, Some(&field.name)))) }
                }
                @for words in constraints(spec, &field.name) {
                    p { (words::prose(&words)) }
                }
                @if column.is_none() { p { "checked, and not kept" } }
                @if !is_patch {
                    @if let Some(default) = column.and_then(default) { p { (default) } }
                }
                (nested(&field.shape, MAX_DEPTH))
            }
        }
    }
}

/// The members below a JSON column.
fn nested(shape: &Shape, depth: usize) -> Markup {
    let Some(depth) = depth.checked_sub(1) else {
        return html! {};
    };
    match shape {
        Shape::Object(fields) => html! {
            dl .fields {
                @for field in fields {
                    div {
                        dt {
                            code { (field.name) }
                            span .quiet { (words::shape(&field.shape)) }
                            @if field.required { span .required { "required" } }
                        }
                        dd { (nested(&field.shape, depth)) }
                    }
                }
            }
        },
        Shape::Array(element) => nested(element, depth),
        _ => html! {},
    }
}

fn default(column: &Column) -> Option<Markup> {
    let default = column.default.as_ref()?;
    Some(match &default.value {
        DefaultValue::Literal(value) => {
            html! { "by default " code { (Json::of_value(value).compact()) } }
        }
        DefaultValue::Now => html! { "by default the time of the request" },
        DefaultValue::RandomUuid | DefaultValue::TimeUuid => html! { "by default a new UUID" },
        DefaultValue::Sequence => html! { "by default the next number" },
    })
}
