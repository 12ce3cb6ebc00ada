//! Constraints and indexes: their columns are there and can be compared (spec-language, section 4).

use std::collections::HashSet;

use crate::column_type::ColumnType;
use crate::diagnostic::{Code, Diagnostic};
use crate::name::ColumnName;
use crate::source::Located;
use crate::table::{Column, OnDelete, Reference, Table};

use super::paste::sql_name;
use super::subject::Subject;

/// `PostgreSQL`'s limit for the columns of one index.
const MAX_COLUMNS: usize = 32;

/// What a list of columns is for.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Key,
    Unique,
    Reference,
    Index,
}

impl Role {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "the primary key",
            Self::Unique => "a `UNIQUE`",
            Self::Reference => "a reference",
            Self::Index => "an index",
        }
    }

    /// Whether values of the type can be told apart in the same way on every store.
    const fn suits(self, column_type: ColumnType) -> bool {
        match column_type {
            ColumnType::Scalar(_) => true,
            ColumnType::Array(_) | ColumnType::Jsonb => matches!(self, Self::Index),
            ColumnType::Json => false,
        }
    }
}

/// Each column of a key, constraint or index is one of the table, stands once in it, and suits it.
pub(super) fn columns(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(table) = subject.table else {
        return;
    };
    for (role, columns) in column_lists(table) {
        let mut seen = HashSet::new();
        for name in &columns {
            match subject.column(name.value.as_str()) {
                None => findings.push(unknown(subject, table, role.as_str(), name)),
                Some(_) if !seen.insert(&name.value) => findings.push(twice(role, name)),
                Some((_, column)) if !role.suits(column.column_type.value) => {
                    findings.push(unsuited(role, name, column));
                }
                Some(_) => {}
            }
        }
        if let Some(excess) = columns.get(MAX_COLUMNS) {
            let finding = Diagnostic::error(
                Code::TooManyColumns,
                excess.span,
                format!("{} has {} columns", role.as_str(), columns.len()),
            );
            findings.push(finding.expecting(format!("expected at most {MAX_COLUMNS}")));
        }
    }
}

fn column_lists(table: &Table) -> Vec<(Role, Vec<&Located<ColumnName>>)> {
    let mut lists = vec![(Role::Key, table.primary_key.iter().collect())];
    for unique in &table.uniques {
        lists.push((Role::Unique, unique.columns.iter().collect()));
    }
    for reference in &table.references {
        lists.push((Role::Reference, reference.columns.iter().collect()));
    }
    for index in &table.indexes {
        let role = if index.unique {
            Role::Unique
        } else {
            Role::Index
        };
        let columns = index.columns.iter().map(|column| &column.column).collect();
        lists.push((role, columns));
    }
    lists
}

/// A name that should be a column of the table and is none.
fn unknown(
    subject: &Subject<'_>,
    table: &Table,
    role: &str,
    name: &Located<ColumnName>,
) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::ColumnUnknown,
        name.span,
        format!(
            "{role} names `{}`, which is no column of `{}`",
            name.value, table.name.value
        ),
    )
    .expecting("expected a column");
    subject.suggest(finding, name, sql_name)
}

fn twice(role: Role, name: &Located<ColumnName>) -> Diagnostic {
    Diagnostic::error(
        Code::ColumnTwice,
        name.span,
        format!("column `{}` stands twice in {}", name.value, role.as_str()),
    )
    .expecting("expected each column once")
}

fn unsuited(role: Role, name: &Located<ColumnName>, column: &Column) -> Diagnostic {
    Diagnostic::error(
        Code::ColumnUnsuited,
        name.span,
        format!(
            "column `{}` is a `{}`, which cannot stand in {}",
            name.value,
            column.column_type.value,
            role.as_str()
        ),
    )
    .expecting("expected a column of one value")
    .pointing_at(column.column_type.span, "its type")
}

/// What a delete does to a reference's columns is something that they take.
pub(super) fn actions(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for reference in subject.table.iter().flat_map(|table| &table.references) {
        for name in &reference.columns {
            if let Some((_, column)) = subject.column(name.value.as_str()) {
                findings.extend(action(reference, column));
            }
        }
    }
}

fn action(reference: &Reference, column: &Column) -> Option<Diagnostic> {
    let (words, mends) = match reference.on_delete {
        OnDelete::SetNull if !column.nullable => ("SET NULL", "take the `NOT NULL` away"),
        OnDelete::SetDefault if column.is_required() => ("SET DEFAULT", "give it a `DEFAULT`"),
        _ => return None,
    };
    let name = &column.name.value;
    Some(
        Diagnostic::error(
            Code::ReferenceAction,
            reference.span,
            format!("`ON DELETE {words}` on `{name}`, which takes no null"),
        )
        .expecting("the delete would fail")
        .pointing_at(column.span, "the column")
        .helping(format!("{mends}, or write `ON DELETE RESTRICT`")),
    )
}
