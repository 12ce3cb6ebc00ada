//! Answers: the columns that a Response block shows (spec-language, section 3).
//!
//! A list's block may show one record, `[record]`, or the page itself: `{"items": [record], "next": null}`.

use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{EndpointEntry, Entry, Example};
use crate::endpoint::Operation;
use crate::name::{ColumnName, FieldName};
use crate::source::Located;
use crate::table::Column;
use crate::value::Value;

use super::endpoints::block;
use super::request::{not_an_object, quoted};
use super::subject::{Declared, Subject};
use super::{paste, shape};

type Members = [(Located<FieldName>, Located<Example>)];

/// Whether the endpoint shows no answer of its own: there is no block, or it shows a page of no records.
pub(super) fn is_absent(entry: &EndpointEntry) -> bool {
    match &entry.response {
        Entry::Missing => true,
        Entry::Unfilled(_) | Entry::Unreadable(_) => false,
        Entry::Filled(located) => is_empty_page(&located.value.value.value),
    }
}

fn is_empty_page(example: &Example) -> bool {
    match example {
        Example::Array(elements) => elements.is_empty(),
        Example::Object(members) => page_items(members)
            .is_some_and(|items| matches!(items, Example::Array(elements) if elements.is_empty())),
        _ => false,
    }
}

/// The columns that the endpoint's own Response block shows; `None` where it has none that can be read.
pub(super) fn own(
    subject: &Subject<'_>,
    declared: &Declared<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<ColumnName>> {
    if is_absent(declared.entry) {
        return None;
    }
    let block = block(&declared.entry.response)?;
    let Some(members) = record(declared.operation, &block.value.value) else {
        findings.push(not_an_object("Response", &block.value));
        return None;
    };
    if members.is_empty() {
        let finding = Diagnostic::error(
            Code::ExampleNotObject,
            block.value.span,
            "the Response shows no field",
        );
        findings.push(finding.expecting("expected the fields of a record"));
        return None;
    }
    let table = subject.table?;
    let mut columns = Vec::new();
    for (key, value) in members {
        match subject.column(key.value.as_str()) {
            Some((_, column)) => {
                columns.push(column.name.value.clone());
                agree(value, column, findings);
            }
            None => findings.push(unknown(subject, key, &table.name.value)),
        }
    }
    Some(columns)
}

/// The members of the record that a block shows.
fn record(operation: Operation, example: &Example) -> Option<&Members> {
    match example {
        Example::Object(members) if operation == Operation::List => match page_items(members) {
            Some(items) => first_object(items),
            None => Some(members),
        },
        Example::Object(members) => Some(members),
        Example::Array(_) if operation == Operation::List => first_object(example),
        _ => None,
    }
}

fn first_object(items: &Example) -> Option<&Members> {
    match items {
        Example::Array(elements) => match elements.first().map(|first| &first.value) {
            Some(Example::Object(members)) => Some(members),
            _ => None,
        },
        _ => None,
    }
}

/// The array of `{"items": [...], "next": ...}`.
fn page_items(members: &Members) -> Option<&Example> {
    let is_page = members
        .iter()
        .all(|(key, _)| key.value == *"items" || key.value == *"next");
    let (_, items) = members
        .iter()
        .find(|(key, _)| is_page && key.value == *"items")?;
    matches!(items.value, Example::Array(_)).then_some(&items.value)
}

fn unknown(
    subject: &Subject<'_>,
    key: &Located<FieldName>,
    table: &crate::name::TableName,
) -> Diagnostic {
    let name = key.value.as_str();
    let finding = Diagnostic::error(
        Code::AnswerWithoutColumn,
        key.span,
        format!("response field `{name}` is no column of `{table}`"),
    )
    .expecting("expected a column");
    subject.suggest(finding, key, quoted)
}

/// Whether a record could ever show this value.
fn agree(example: &Located<Example>, column: &Column, findings: &mut Vec<Diagnostic>) {
    let before = findings.len();
    shape::agree(example, column, findings);
    if findings.len() > before {
        return;
    }
    match (&example.value, column.column_type.value) {
        (Example::Array(elements), ColumnType::Array(scalar)) => {
            for element in elements {
                findings.extend(impossible(element, scalar, column));
            }
        }
        (_, ColumnType::Scalar(scalar)) => findings.extend(impossible(example, scalar, column)),
        _ => {}
    }
}

fn impossible(
    example: &Located<Example>,
    scalar: ScalarType,
    column: &Column,
) -> Option<Diagnostic> {
    let text = match &example.value {
        Example::Text(text) if scalar == ScalarType::Uuid && text == "uuid" => return None,
        Example::Text(text) | Example::Number(text) => text,
        _ => return None,
    };
    let error = Value::parse(scalar, text).err()?;
    let finding = Diagnostic::error(
        Code::ExampleDisagrees,
        example.span,
        format!(
            "the example of `{}` is no value of `{scalar}`",
            column.name.value
        ),
    );
    Some(
        finding
            .expecting(error.detail)
            .pointing_at(column.column_type.span, "the column decides")
            .replacing(
                "show a value of the column's type",
                example.span,
                paste::json_value(ColumnType::Scalar(scalar)),
            ),
    )
}
