//! Requests: the fields of a Request block, each narrowed by the column of its name (spec-language, section 3).

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Example;
use crate::endpoint::{Endpoint, Operation};
use crate::field::Field;
use crate::name::{ColumnName, FieldName};
use crate::source::{Located, Span};

use super::endpoints::block;
use super::subject::{Declared, Subject};
use super::{paste, shape};

/// The fields of the endpoint's own Request block; `None` where it has none that can be read.
pub(super) fn own(
    subject: &Subject<'_>,
    declared: &Declared<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Vec<Field>> {
    let block = block(&declared.entry.request).filter(|_| declared.operation.has_body())?;
    let Example::Object(members) = &block.value.value else {
        findings.push(not_an_object("Request", &block.value));
        return None;
    };
    let mut fields = Vec::new();
    for (key, value) in members {
        fields.push(field(subject, key, value, findings));
    }
    Some(fields)
}

/// A block whose value is no object.
pub(super) fn not_an_object(label: &str, value: &Located<Example>) -> Diagnostic {
    Diagnostic::error(
        Code::ExampleNotObject,
        value.span,
        format!("the {label} shows {}", paste::kind(&value.value)),
    )
    .expecting("expected an object such as `{\"name\": \"value\"}`")
}

fn field(
    subject: &Subject<'_>,
    key: &Located<FieldName>,
    value: &Located<Example>,
    findings: &mut Vec<Diagnostic>,
) -> Field {
    let Some((position, column)) = subject.column(key.value.as_str()) else {
        return Field {
            name: key.value.clone(),
            shape: shape::of_example(&value.value, 0),
            required: true,
            nullable: value.value == Example::Null,
            column: None,
            span: key.span,
        };
    };
    shape::agree(value, column, findings);
    Field {
        name: key.value.clone(),
        shape: shape::of_column(column, &value.value),
        required: column.is_required(),
        nullable: column.nullable,
        column: Some(position),
        span: key.span,
    }
}

/// Names each request field that has no column, once.
pub(super) fn columns_exist(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if subject.table.is_none() {
        return;
    }
    let mut named = HashSet::new();
    for declared in subject
        .declared
        .iter()
        .filter(|declared| declared.operation.has_body())
    {
        let Some(Example::Object(members)) =
            block(&declared.entry.request).map(|block| &block.value.value)
        else {
            continue;
        };
        let sent: HashSet<&str> = members.iter().map(|(key, _)| key.value.as_str()).collect();
        for (key, value) in members {
            let is_new = subject.column(key.value.as_str()).is_none() && named.insert(&key.value);
            if is_new {
                findings.push(without_column(subject, key, &value.value, &sent));
            }
        }
    }
}

fn without_column(
    subject: &Subject<'_>,
    key: &Located<FieldName>,
    example: &Example,
    sent: &HashSet<&str>,
) -> Diagnostic {
    let name = key.value.as_str();
    let finding = Diagnostic::warning(
        Code::FieldWithoutColumn,
        key.span,
        format!("request field `{name}` has no column: it is validated and then dropped"),
    )
    .expecting("no column of this name");
    // A column that the request carries beside this field is not the one that was meant.
    let candidates = subject
        .column_names()
        .filter(|column| !sent.contains(column));
    if let Some(similar) = subject.similar(name, candidates) {
        return finding.replacing(
            format!("did you mean `{similar}`?"),
            key.span,
            quoted(similar),
        );
    }
    let column = format!("{} {}", paste::sql_name(name), paste::column_type(example));
    match (ColumnName::new(name), last_column(subject)) {
        (Ok(_), Some(last)) => finding.replacing(
            format!("add the column `{column}` to the table"),
            last,
            format!(",\n    {column}"),
        ),
        (Ok(_), None) => finding.helping(format!("add the column `{column}` to the table")),
        (Err(reason), _) => finding.noting(reason.to_string()),
    }
}

/// Just behind the last column's definition.
fn last_column(subject: &Subject<'_>) -> Option<Span> {
    let last = subject.table?.columns.last()?;
    Some(last.span.after())
}

/// A key as JSON writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// A column that must be sent is in the POST's request (ruling H24).
pub(super) fn required_sent(
    subject: &Subject<'_>,
    endpoints: &[Endpoint],
    findings: &mut Vec<Diagnostic>,
) {
    let create = endpoints
        .iter()
        .find(|endpoint| endpoint.operation == Operation::Create);
    let (Some(table), Some(create)) = (subject.table, create) else {
        return;
    };
    let sent: HashSet<usize> = create
        .request
        .iter()
        .filter_map(|field| field.column)
        .collect();
    for (position, column) in table.columns.iter().enumerate() {
        if !column.is_required() || sent.contains(&position) {
            continue;
        }
        let name = column.name.value.as_str();
        let value = paste::json_value(column.column_type.value);
        findings.push(
            Diagnostic::error(
                Code::ColumnNeverSent,
                column.name.span,
                format!("column `{name}` is required, and no request carries it"),
            )
            .expecting("`NOT NULL` without `DEFAULT`: every POST would fail")
            .pointing_at(create.span, "the POST")
            .helping(format!(
                "add `\"{name}\": {value}` to the Request, or give the column a `DEFAULT`"
            )),
        );
    }
}
