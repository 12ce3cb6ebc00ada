//! Advice: what is legal in a schema and unwise (spec-language, section 4). A note a kind, for a document that serves.

use std::collections::HashSet;

use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::endpoint::Endpoint;
use crate::name::FieldName;
use crate::rule::{Expr, Function, Rule};
use crate::source::Span;
use crate::table::{Column, DefaultValue, Table};

/// How many further places a note points at.
const SHOWN: usize = 8;

/// `TIMESTAMP` without a zone.
pub(super) fn zones(table: &Table, findings: &mut Vec<Diagnostic>) {
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| {
            matches!(
                column.column_type.value,
                ColumnType::Scalar(ScalarType::Timestamp)
                    | ColumnType::Array(ScalarType::Timestamp)
            )
        })
        .collect();
    let Some((first, others)) = columns.split_first() else {
        return;
    };
    let better = match first.column_type.value {
        ColumnType::Array(_) => "TIMESTAMPTZ[]",
        _ => "TIMESTAMPTZ",
    };
    let finding = Diagnostic::note(
        Code::TimeWithoutZone,
        first.column_type.span,
        format!("`{}` keeps a time without its zone", first.name.value),
    )
    .expecting("other readers of the table cannot tell that it is UTC")
    .replacing("keep the zone", first.column_type.span, better);
    findings.push(with_others(finding, others, |column| {
        column.column_type.span
    }));
}

/// A random UUID as the key.
pub(super) fn random_key(table: &Table, findings: &mut Vec<Diagnostic>) {
    let default = table.key().and_then(|(_, key)| key.default.as_ref());
    if let Some(default) = default.filter(|default| default.value == DefaultValue::RandomUuid) {
        findings.push(
            Diagnostic::note(
                Code::RandomKey,
                default.span,
                format!("the key of `{}` is random", table.name.value),
            )
            .expecting("in a large table each insert touches another page of the index")
            .replacing("let keys rise with time", default.span, "uuidv7()"),
        );
    }
}

/// A text that clients send and that nothing limits.
pub(super) fn unlimited_text(
    table: &Table,
    endpoints: &[Endpoint],
    rules: &[Rule],
    findings: &mut Vec<Diagnostic>,
) {
    let sent: HashSet<usize> = endpoints
        .iter()
        .flat_map(|endpoint| &endpoint.request)
        .filter_map(|field| field.column)
        .collect();
    let limited: HashSet<&str> = rules
        .iter()
        .filter(|rule| limits(&rule.expr))
        .flat_map(|rule| rule.fields.iter().map(FieldName::as_str))
        .collect();
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(position, column)| {
            let scalar = column.scalar();
            scalar.is_some_and(|scalar| scalar.is_text() && scalar.max_characters().is_none())
                && sent.contains(position)
                && !limited.contains(column.name.value.as_str())
        })
        .map(|(_, column)| column)
        .collect();
    let Some((first, others)) = columns.split_first() else {
        return;
    };
    let finding = Diagnostic::note(
        Code::TextWithoutLimit,
        first.column_type.span,
        format!("the text `{}` has no limit of its own", first.name.value),
    )
    .expecting("a client may fill it with the whole of a body")
    .replacing("give it a limit", first.column_type.span, "VARCHAR(2000)");
    findings.push(with_others(finding, others, |column| {
        column.column_type.span
    }));
}

/// Whether a rule bounds the length of a text.
fn limits(expr: &Expr) -> bool {
    expr.any(&|part| {
        matches!(
            part,
            Expr::In(..)
                | Expr::Matches { .. }
                | Expr::Call(Function::CharLength | Function::OctetLength, _)
        )
    })
}

fn with_others(
    mut finding: Diagnostic,
    others: &[&Column],
    place: impl Fn(&Column) -> Span,
) -> Diagnostic {
    for column in others.iter().take(SHOWN) {
        finding = finding.pointing_at(place(column), format!("`{}` too", column.name.value));
    }
    finding
}
