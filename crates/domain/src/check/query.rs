//! Filters and sort keys of a list (spec-language, section 3).

use std::collections::HashSet;

use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::endpoint::Operation;
use crate::name::{ColumnName, FieldName};
use crate::rule::Expr;
use crate::source::{Located, Span};
use crate::table::{Column, Index, Table};

use super::paste::sql_name;
use super::subject::{Declared, Subject, query_of};

/// The filters and sort keys that are columns, each once.
pub(super) fn compile(
    subject: &Subject<'_>,
    declared: &Declared<'_>,
) -> (Vec<Located<ColumnName>>, Vec<Located<ColumnName>>) {
    if declared.operation != Operation::List {
        return (Vec::new(), Vec::new());
    }
    let line = &declared.entry.line.value;
    (
        columns(subject, &line.filters),
        columns(subject, &line.sorts),
    )
}

fn columns(subject: &Subject<'_>, names: &[Located<FieldName>]) -> Vec<Located<ColumnName>> {
    let mut seen = HashSet::new();
    let new = names.iter().filter(|name| seen.insert(name.value.as_str()));
    new.filter_map(|name| {
        let (_, column) = subject.column(name.value.as_str())?;
        Some(Located::new(column.name.value.clone(), name.span))
    })
    .collect()
}

/// They stand at a list, each once.
pub(super) fn used(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for declared in &subject.declared {
        let mut seen = HashSet::new();
        for (role, name) in query_of(declared.entry) {
            if declared.operation != Operation::List {
                findings.push(
                    Diagnostic::warning(
                        Code::QueryUnused,
                        name.span,
                        format!("the {role} `{}` has no effect here", name.value),
                    )
                    .expecting("only a `GET` of the collection is filtered and sorted")
                    .helping("take it out"),
                );
            } else if !seen.insert((role, &name.value)) {
                findings.push(
                    Diagnostic::warning(
                        Code::StatusTwice,
                        name.span,
                        format!("the {role} `{}` is declared twice", name.value),
                    )
                    .helping("take it out"),
                );
            }
        }
    }
}

/// Each is a column that can be compared, and an index serves it; a sort key of few values, to the end.
pub(super) fn served(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let (Some(table), Some(entry)) = (subject.table, subject.entry(Operation::List)) else {
        return;
    };
    let leading = leading_columns(table);
    let (mut scanned, mut tied) = (HashSet::new(), HashSet::new());
    for (role, name) in query_of(entry) {
        let Some((_, column)) = subject.column(name.value.as_str()) else {
            findings.push(unknown(subject, role, name));
            continue;
        };
        if !matches!(column.column_type.value, ColumnType::Scalar(_)) {
            findings.push(unsuited(role, name, column));
        } else if !leading.contains(name.value.as_str()) && !is_of_newest(column) {
            if scanned.insert(&name.value) {
                findings.push(without_index(subject, table, role, name));
            }
        } else if role == "sort key" && has_ties(table, column) && tied.insert(&name.value) {
            findings.push(with_ties(subject, table, name));
        }
    }
}

/// Whether the list that is asked for no order goes by the column (ruling H47): specd keeps an index for it.
fn is_of_newest(column: &Column) -> bool {
    column.name.value == *"created_at"
        && !column.nullable
        && column.scalar().is_some_and(ScalarType::is_timestamp)
}

/// Whether many rows have each value of the column, and no index goes on with the key, by which those are ordered.
fn has_ties(table: &Table, column: &Column) -> bool {
    let name = &column.name.value;
    let is_listed = |expr: &Expr| {
        matches!(expr, Expr::In(value, _)
            if matches!(&**value, Expr::Field(field) if field.as_str() == name.as_str()))
    };
    let has_few_values = column.scalar() == Some(ScalarType::Boolean)
        || table
            .checks
            .iter()
            .any(|check| is_listed(&check.expr.value));
    let Some((_, key)) = table.key() else {
        return false;
    };
    let goes_on = |index: &Index| {
        let [first, second, ..] = &*index.columns else {
            return false;
        };
        index.predicate.is_none()
            && first.column.value == *name
            && second.column.value == key.name.value
            && first.descending == second.descending
    };
    has_few_values && !table.indexes.iter().any(goes_on)
}

/// The columns that the key, a `UNIQUE` or an index without `WHERE` (ruling H43) begins with.
fn leading_columns(table: &Table) -> HashSet<&str> {
    let key = table.primary_key.first();
    let uniques = table
        .uniques
        .iter()
        .filter_map(|unique| unique.columns.first());
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.predicate.is_none())
        .filter_map(|index| index.columns.first().map(|first| &first.column));
    key.into_iter()
        .chain(uniques)
        .chain(indexes)
        .map(|column| column.value.as_str())
        .collect()
}

fn unknown(subject: &Subject<'_>, role: &str, name: &Located<FieldName>) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::QueryColumnUnknown,
        name.span,
        format!("the {role} `{}` is no column", name.value),
    )
    .expecting("expected a column");
    match subject.similar_column(name.value.as_str()) {
        Some(similar) => {
            let (place, text) = placeholder(subject, name, similar);
            finding.replacing(format!("did you mean `{similar}`?"), place, text)
        }
        None => subject.suggest(finding, name, str::to_owned),
    }
}

/// A filter names its field twice, `stat={stat}`: both are to be mended.
fn placeholder(subject: &Subject<'_>, name: &Located<FieldName>, column: &str) -> (Span, String) {
    let before = name.value.as_str().len() + "={".len();
    let whole = Span::new(name.span.start.saturating_sub(before), name.span.end);
    if subject.document.text_at(whole) == format!("{0}={{{0}", name.value) {
        (whole, format!("{column}={{{column}"))
    } else {
        (name.span, column.to_owned())
    }
}

fn unsuited(role: &str, name: &Located<FieldName>, column: &Column) -> Diagnostic {
    Diagnostic::error(
        Code::QueryColumnUnsuited,
        name.span,
        format!(
            "the {role} `{}` is a `{}`, which has no order",
            name.value, column.column_type.value
        ),
    )
    .expecting("expected a column of one value")
    .pointing_at(column.column_type.span, "its type")
    .helping("take it out")
}

fn without_index(
    subject: &Subject<'_>,
    table: &Table,
    role: &str,
    name: &Located<FieldName>,
) -> Diagnostic {
    let column = name.value.as_str();
    let (place, statement) = index_below(subject, table, &[column]);
    Diagnostic::warning(
        Code::QueryWithoutIndex,
        name.span,
        format!("no index serves the {role} `{column}`: each list reads the whole table"),
    )
    .expecting("no index begins with this column")
    .replacing(
        format!("add `{statement}`"),
        place,
        format!("{statement}\n"),
    )
}

fn with_ties(subject: &Subject<'_>, table: &Table, name: &Located<FieldName>) -> Diagnostic {
    let column = name.value.as_str();
    let key = table.key().map(|(_, key)| key.name.value.as_str());
    let columns: Vec<_> = std::iter::once(column).chain(key).collect();
    let (place, statement) = index_below(subject, table, &columns);
    Diagnostic::warning(
        Code::QueryWithoutIndex,
        name.span,
        format!("no index serves the sort key `{column}`: each list sorts all rows of a value"),
    )
    .expecting("few values, and no index goes on with the key")
    .replacing(
        format!("add `{statement}`"),
        place,
        format!("{statement}\n"),
    )
}

/// Where an index of these columns is to be written, and how.
fn index_below(subject: &Subject<'_>, table: &Table, columns: &[&str]) -> (Span, String) {
    let table_name = table.name.value.as_str();
    // The index of this name may be there and be partial: then the paste needs another.
    let base = format!("{table_name}_{}_idx", columns.join("_"));
    let is_taken = table
        .indexes
        .iter()
        .any(|index| index.name == *base.as_str());
    let index = if is_taken {
        format!("{table_name}_{}_all_idx", columns.join("_"))
    } else {
        base
    };
    let columns: Vec<_> = columns.iter().map(|column| sql_name(column)).collect();
    let statement = format!(
        "CREATE INDEX {} ON {} ({});",
        sql_name(&index),
        sql_name(table_name),
        columns.join(", ")
    );
    let below = table
        .indexes
        .iter()
        .map(|index| index.span.end)
        .fold(table.span.end, usize::max);
    (subject.line_below(below), statement)
}
