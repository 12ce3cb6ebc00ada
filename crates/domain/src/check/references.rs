//! References between documents: table, columns and types are there, and no circle (ruling H34).

use std::cell::{Cell, OnceCell};
use std::collections::{HashMap, HashSet};

use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Document;
use crate::name::ColumnName;
use crate::source::{Located, Span};
use crate::table::{Reference, Table};

use super::suggestion;
use super::together::{Findings, add, table_of};

/// How many names are compared for suggestions.
const SUGGESTION_BUDGET: usize = 100_000;

type Tables<'d> = HashMap<String, (usize, &'d Table)>;

/// The first document of each table, by its folded name.
fn tables<'d>(documents: &[&'d Document]) -> Tables<'d> {
    let mut tables = HashMap::new();
    for (position, document) in documents.iter().enumerate() {
        if let Some(table) = table_of(document) {
            tables
                .entry(folded(&table.name.value))
                .or_insert((position, table));
        }
    }
    tables
}

fn folded(name: &crate::name::TableName) -> String {
    name.as_str().to_ascii_lowercase()
}

/// Each reference finds its table, and columns of its types that are unique there.
pub(super) fn found(documents: &[&Document], findings: &mut Findings) {
    let tables = tables(documents);
    let names = OnceCell::new();
    let names = || {
        names.get_or_init(|| {
            let mut names: Vec<&str> = tables.keys().map(String::as_str).collect();
            names.sort_unstable();
            names
        })
    };
    let budget = Cell::new(SUGGESTION_BUDGET);
    for (position, document) in documents.iter().enumerate() {
        let Some(table) = table_of(document) else {
            continue;
        };
        for reference in &table.references {
            let target = match tables.get(&folded(&reference.table.value)) {
                // The table itself, where another document has the name first.
                _ if folded(&reference.table.value) == folded(&table.name.value) => Some(table),
                Some((_, target)) => Some(*target),
                None => None,
            };
            match target {
                Some(target) => {
                    if let Some(finding) = unfit(table, reference, target) {
                        add(findings, position, || finding);
                    }
                }
                None => add(findings, position, || unknown(reference, names(), &budget)),
            }
        }
    }
}

/// `names` are those of every table, sorted.
fn unknown(reference: &Reference, names: &[&str], budget: &Cell<usize>) -> Diagnostic {
    let name = &reference.table;
    let finding = Diagnostic::error(
        Code::ReferenceUnknown,
        name.span,
        format!("no document has the table `{}`", name.value),
    )
    .expecting("expected the table of a document");
    match suggestion::similar(name.value.as_str(), names.iter().copied(), budget) {
        Some(similar) => {
            finding.replacing(format!("did you mean `{similar}`?"), name.span, similar)
        }
        None => finding,
    }
}

/// Why a reference cannot lead to its table.
fn unfit(table: &Table, reference: &Reference, target: &Table) -> Option<Diagnostic> {
    let targets: Vec<&Located<ColumnName>> = if reference.target.is_empty() {
        target.primary_key.iter().collect()
    } else {
        reference.target.iter().collect()
    };
    let of = &target.name.value;
    if targets.len() != reference.columns.len() {
        return Some(finding(
            reference.span,
            format!(
                "a reference of {} columns leads to {} of `{of}`",
                reference.columns.len(),
                targets.len()
            ),
            "expected as many columns there as here",
        ));
    }
    for (here, there) in reference.columns.iter().zip(&targets) {
        let Some((_, there_column)) = target.column(there.value.as_str()) else {
            return Some(finding(
                there.span,
                format!("`{of}` has no column `{}`", there.value),
                "expected a column of that table",
            ));
        };
        let Some((_, here_column)) = table.column(here.value.as_str()) else {
            continue;
        };
        let (ours, theirs) = (
            here_column.column_type.value,
            there_column.column_type.value,
        );
        if family(ours) != family(theirs) {
            return Some(
                finding(
                    here.span,
                    format!(
                        "`{}` is a `{ours}`, `{of}.{}` is a `{theirs}`",
                        here.value, there.value
                    ),
                    "expected the type of the column that it refers to",
                )
                .replacing(
                    "give it the same type",
                    here_column.column_type.span,
                    theirs.to_string(),
                ),
            );
        }
    }
    let names: HashSet<&str> = targets.iter().map(|name| name.value.as_str()).collect();
    if is_unique(target, &names) {
        return None;
    }
    let place = reference
        .target
        .first()
        .map_or(reference.table.span, |first| first.span);
    Some(finding(
        place,
        format!("nothing makes the columns that the reference leads to unique in `{of}`"),
        "expected the key or a `UNIQUE` of that table",
    ))
}

fn finding(span: Span, headline: String, label: &str) -> Diagnostic {
    Diagnostic::error(Code::ReferenceUnfit, span, headline).expecting(label)
}

/// Types whose values are equal in the same way.
const fn family(column_type: ColumnType) -> ColumnType {
    match column_type {
        ColumnType::Scalar(ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt) => {
            ColumnType::Scalar(ScalarType::BigInt)
        }
        ColumnType::Scalar(ScalarType::Varchar(_) | ScalarType::Text) => {
            ColumnType::Scalar(ScalarType::Text)
        }
        ColumnType::Scalar(ScalarType::Numeric(_)) => ColumnType::Scalar(ScalarType::Numeric(None)),
        other => other,
    }
}

fn is_unique(table: &Table, names: &HashSet<&str>) -> bool {
    let is_same = |columns: &mut dyn Iterator<Item = &Located<ColumnName>>| {
        let columns: HashSet<&str> = columns.map(|name| name.value.as_str()).collect();
        columns == *names
    };
    let key = is_same(&mut table.primary_key.iter());
    let unique = table
        .uniques
        .iter()
        .any(|unique| is_same(&mut unique.columns.iter()));
    let index = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none())
        .any(|index| is_same(&mut index.columns.iter().map(|part| &part.column)));
    key || unique || index
}

/// References do not lead in a circle: then no order of creation would do. A table may refer to itself.
pub(super) fn acyclic(documents: &[&Document], findings: &mut Findings) {
    let tables = tables(documents);
    let mut state = vec![Visit::New; documents.len()];
    for start in 0..documents.len() {
        walk(documents, &tables, start, &mut state, findings);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    New,
    Open,
    Done,
}

/// Depth first without recursion: a chain of references may be as long as there are documents.
fn walk(
    documents: &[&Document],
    tables: &Tables<'_>,
    start: usize,
    state: &mut [Visit],
    findings: &mut Findings,
) {
    let mut path: Vec<(usize, usize)> = vec![(start, 0)];
    if state.get(start) != Some(&Visit::New) {
        return;
    }
    set(state, start, Visit::Open);
    while let Some((position, next)) = path.pop() {
        let table = documents.get(position).copied().and_then(table_of);
        let Some(reference) = table.and_then(|table| table.references.get(next)) else {
            set(state, position, Visit::Done);
            continue;
        };
        path.push((position, next + 1));
        let Some(&(target, _)) = tables.get(&folded(&reference.table.value)) else {
            continue;
        };
        if target == position {
            continue;
        }
        match state.get(target) {
            Some(Visit::New) => {
                set(state, target, Visit::Open);
                path.push((target, 0));
            }
            Some(Visit::Open) => add(findings, position, || cycle(documents, target, reference)),
            _ => {}
        }
    }
}

fn set(state: &mut [Visit], position: usize, visit: Visit) {
    if let Some(slot) = state.get_mut(position) {
        *slot = visit;
    }
}

fn cycle(documents: &[&Document], target: usize, reference: &Reference) -> Diagnostic {
    let path = documents
        .get(target)
        .map_or("", |document| document.path.as_str());
    Diagnostic::error(
        Code::ReferenceCycle,
        reference.table.span,
        format!(
            "the reference to `{}` leads back here",
            reference.table.value
        ),
    )
    .expecting("expected references that can be created one after the other")
    .noting(format!(
        "`{path}` refers to this document, directly or through others"
    ))
    .helping("take one of the references out, and look the other way with a filter")
}
