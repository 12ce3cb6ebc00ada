//! Names in the schema: each stands once, and none can be taken for another (spec-language, section 4).

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::name::ColumnName;
use crate::source::{Located, Span};
use crate::table::Table;

use super::subject::Subject;

/// `PostgreSQL`'s limit; `SQLite` allows 2000.
const MAX_COLUMNS: usize = 1600;

/// Each column stands once, however its name is written: `SQLite` knows no case.
pub(super) fn columns(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(table) = subject.table else {
        return;
    };
    let mut by_name: HashMap<String, &Located<ColumnName>> = HashMap::new();
    let mut by_look: HashMap<String, &Located<ColumnName>> = HashMap::new();
    for column in &table.columns {
        let name = &column.name;
        let folded = name.value.as_str().to_ascii_lowercase();
        if let Some(first) = by_name.get(&folded) {
            findings.push(twice(name, first));
            continue;
        }
        by_name.insert(folded, name);
        match by_look.get(&look(name.value.as_str())) {
            Some(first) => findings.push(confusable(name, first)),
            None => {
                by_look.insert(look(name.value.as_str()), name);
            }
        }
    }
    if let Some(excess) = table.columns.get(MAX_COLUMNS) {
        findings.push(
            Diagnostic::error(
                Code::TooManyColumns,
                excess.name.span,
                format!(
                    "table `{}` has {} columns",
                    table.name.value,
                    table.columns.len()
                ),
            )
            .expecting(format!("expected at most {MAX_COLUMNS}"))
            .helping("keep what belongs together in a `JSONB` column"),
        );
    }
}

/// What a name looks like at a glance.
fn look(name: &str) -> String {
    name.chars()
        .filter(|&c| c != '_')
        .map(|c| match c {
            '0' => 'o',
            '1' => 'l',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

fn twice(name: &Located<ColumnName>, first: &Located<ColumnName>) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::SqlDuplicateColumn,
        name.span,
        format!("column `{}` stands twice", name.value),
    )
    .expecting("expected another name")
    .pointing_at(first.span, "the first");
    if name.value == first.value {
        finding
    } else {
        finding.noting("names that differ in case alone are one name in SQLite")
    }
}

fn confusable(name: &Located<ColumnName>, first: &Located<ColumnName>) -> Diagnostic {
    Diagnostic::warning(
        Code::NamesConfusable,
        name.span,
        format!("`{}` is easily taken for `{}`", name.value, first.value),
    )
    .expecting("expected a name that looks different")
    .pointing_at(first.span, "the other")
}

/// Each constraint and index has a name of its own.
pub(super) fn constraints(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(table) = subject.table else {
        return;
    };
    let mut taken: HashMap<String, Span> = HashMap::new();
    for (name, span) in relations(table) {
        taken.entry(name).or_insert(span);
    }
    let mut own: HashMap<String, Span> = HashMap::new();
    for (name, span) in constraint_names(table) {
        let folded = name.to_ascii_lowercase();
        let first = own.get(&folded).or_else(|| taken.get(&folded)).copied();
        match first {
            Some(first) => findings.push(
                Diagnostic::error(
                    Code::SqlDuplicateName,
                    span,
                    format!("the name `{name}` is given twice"),
                )
                .expecting("expected a name of its own")
                .pointing_at(first, "the first"),
            ),
            None => {
                own.insert(folded, span);
            }
        }
    }
}

/// The table and its key's index, folded: no index may be called so.
fn relations(table: &Table) -> [(String, Span); 2] {
    let name = table.name.value.as_str().to_ascii_lowercase();
    let key = format!("{name}_pkey");
    [(name, table.name.span), (key, table.name.span)]
}

fn constraint_names(table: &Table) -> impl Iterator<Item = (&str, Span)> {
    let uniques = table
        .uniques
        .iter()
        .map(|unique| (unique.name.as_str(), unique.span));
    let checks = table
        .checks
        .iter()
        .map(|check| (check.name.as_str(), check.expr.span));
    let references = table
        .references
        .iter()
        .map(|reference| (reference.name.as_str(), reference.span));
    let indexes = table
        .indexes
        .iter()
        .map(|index| (index.name.as_str(), index.span));
    uniques.chain(checks).chain(references).chain(indexes)
}

/// Every name that the database keeps once for all tables: the table's, its key's, its uniques' and its indexes', folded.
pub(super) fn shared_names(table: &Table) -> Vec<(String, Span)> {
    let uniques = table
        .uniques
        .iter()
        .map(|unique| (unique.name.as_str(), unique.span));
    let indexes = table
        .indexes
        .iter()
        .map(|index| (index.name.as_str(), index.span));
    let own = uniques
        .chain(indexes)
        .map(|(name, span)| (name.to_ascii_lowercase(), span));
    relations(table).into_iter().chain(own).collect()
}
