//! What documents owe to each other: numbers, tables, collections and names that are one document's (ruling H34).

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Document;
use crate::source::Span;
use crate::table::Table;

use super::names;

/// The findings of each document, in their order.
pub(super) type Findings = Vec<Vec<Diagnostic>>;

/// The table of a document, where it was read.
pub(super) fn table_of(document: &Document) -> Option<&Table> {
    document.schema.filled().map(|located| &located.value)
}

/// One number is one document's.
pub(super) fn numbers(documents: &[&Document], findings: &mut Findings) {
    let numbered = |document: &Document| {
        let title = document.header.title.filled()?;
        Some((title.value.number.value, title.value.number.span))
    };
    for (position, number, span, first) in repeated(documents, |document| {
        numbered(document).into_iter().collect()
    }) {
        add(findings, position, || {
            Diagnostic::error(
                Code::NumberTaken,
                span,
                format!("number {number} is taken by `{}`", first.path),
            )
            .expecting("expected a number of its own")
            .helping("`specd new` gives the next free number")
        });
    }
}

/// One table is one document's.
pub(super) fn tables(documents: &[&Document], findings: &mut Findings) {
    let named = |document: &Document| {
        let table = table_of(document)?;
        Some((
            table.name.value.as_str().to_ascii_lowercase(),
            table.name.span,
        ))
    };
    for (position, name, span, first) in
        repeated(documents, |document| named(document).into_iter().collect())
    {
        add(findings, position, || {
            Diagnostic::error(
                Code::TableTaken,
                span,
                format!("table `{name}` is created by `{}` already", first.path),
            )
            .expecting("expected a table of its own")
        });
    }
}

/// One version of one collection is one document's.
pub(super) fn collections(documents: &[&Document], findings: &mut Findings) {
    let served = |document: &Document| {
        let line = &document.endpoints.first()?.line;
        let path = &line.value.path;
        Some(((path.version, path.collection.clone()), line.span))
    };
    for (position, (version, collection), span, first) in
        repeated(documents, |document| served(document).into_iter().collect())
    {
        add(findings, position, || {
            Diagnostic::error(
                Code::CollectionTaken,
                span,
                format!(
                    "`/api/v{version}/{collection}` is served by `{}` already",
                    first.path
                ),
            )
            .expecting("expected a collection or a version of its own")
        });
    }
}

/// One index name is one document's: the database keeps them in one list.
pub(super) fn index_names(documents: &[&Document], findings: &mut Findings) {
    let shared = |document: &Document| {
        let table = table_of(document);
        // The first two are the table's own, which `tables` judges.
        table.map_or_else(Vec::new, names::shared_names)
    };
    for (position, name, whole, first) in repeated(documents, shared) {
        let Some(&document) = documents.get(position) else {
            continue;
        };
        if table_of(document).is_some_and(|table| table.name.span == whole) {
            continue;
        }
        let span = name_within(document, whole, &name);
        add(findings, position, || {
            Diagnostic::error(
                Code::SqlDuplicateName,
                span,
                format!("the name `{name}` is given in `{}` already", first.path),
            )
            .expecting("expected a name of its own")
        });
    }
}

/// The name where the text gives it; the whole, where it is derived.
fn name_within(document: &Document, whole: Span, name: &str) -> Span {
    let text = document.text_at(whole).to_ascii_lowercase();
    text.find(name).map_or(whole, |at| {
        let start = whole.start + at;
        Span::new(start, start + name.len())
    })
}

/// What a later document has in common with an earlier one: its position, the thing, its place, the first document.
fn repeated<'d, K: Clone + Eq + std::hash::Hash>(
    documents: &[&'d Document],
    things: impl Fn(&Document) -> Vec<(K, Span)>,
) -> Vec<(usize, K, Span, &'d Document)> {
    let mut first_of: HashMap<K, usize> = HashMap::new();
    let mut repeated = Vec::new();
    for (position, document) in documents.iter().enumerate() {
        for (thing, span) in things(document) {
            let first = *first_of.entry(thing.clone()).or_insert(position);
            if first != position
                && let Some(&document) = documents.get(first)
            {
                repeated.push((position, thing, span, document));
            }
        }
    }
    repeated
}

/// Adds a finding to the document at a position.
pub(super) fn add(findings: &mut Findings, position: usize, finding: impl FnOnce() -> Diagnostic) {
    if let Some(findings) = findings.get_mut(position) {
        findings.push(finding());
    }
}
