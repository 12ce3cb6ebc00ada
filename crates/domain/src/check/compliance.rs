//! Sensitive columns: they exist, and what is encrypted is not compared (spec-language, sections 10 and 11).

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::endpoint::Operation;
use crate::name::ColumnName;
use crate::source::{Located, Span};
use crate::table::Table;

use super::subject::{Subject, query_of};

/// Each column that is named as sensitive is there.
pub(super) fn columns(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if subject.table.is_none() {
        return;
    }
    for name in named(subject) {
        if subject.column(name.value.as_str()).is_some() {
            continue;
        }
        let finding = Diagnostic::error(
            Code::SensitiveColumnUnknown,
            name.span,
            format!("`{}` is no column", name.value),
        )
        .expecting("expected a column of the table");
        findings.push(subject.suggest(finding, name, str::to_owned));
    }
}

fn named<'d>(subject: &Subject<'d>) -> impl Iterator<Item = &'d Located<ColumnName>> + use<'d> {
    let compliance = &subject.document.compliance;
    compliance
        .pii
        .iter()
        .chain(&compliance.subject)
        .chain(&compliance.phi)
        .chain(&compliance.encrypted)
}

/// A retention keeps something.
pub(super) fn retention(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let retention = subject.document.compliance.retention_days.as_ref();
    if let Some(retention) = retention.filter(|retention| retention.value == 0) {
        findings.push(
            Diagnostic::error(
                Code::RetentionZero,
                retention.span,
                "a retention of 0 days keeps nothing",
            )
            .expecting("expected at least 1 day, as in `retention: 365 days`"),
        );
    }
}

/// An encrypted column is bytes to the database: it cannot be unique, referred to, filtered or sorted (ruling H35).
pub(super) fn encrypted(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let compliance = &subject.document.compliance;
    let mut encrypted: HashMap<&str, Span> = HashMap::new();
    for name in compliance.encrypted.iter().chain(&compliance.phi) {
        encrypted.entry(name.value.as_str()).or_insert(name.span);
    }
    if encrypted.is_empty() {
        return;
    }
    let uses = subject.table.map(compared).unwrap_or_default();
    for (role, name, span) in uses.into_iter().chain(queried(subject)) {
        if let Some(&declared) = encrypted.get(name) {
            findings.push(
                Diagnostic::error(
                    Code::EncryptedColumnUnsuited,
                    span,
                    format!("`{name}` is encrypted and cannot be {role}"),
                )
                .expecting("the database sees only its encrypted bytes")
                .pointing_at(declared, "encrypted here"),
            );
        }
    }
}

type Use<'d> = (&'static str, &'d str, Span);

fn compared(table: &Table) -> Vec<Use<'_>> {
    let key = table.primary_key.iter().map(|name| ("the key", name));
    let uniques = table
        .uniques
        .iter()
        .flat_map(|unique| unique.columns.iter().map(|name| ("unique", name)));
    let indexes = table.indexes.iter().filter(|index| index.unique);
    let unique_indexes =
        indexes.flat_map(|index| index.columns.iter().map(|part| ("unique", &part.column)));
    let references = table
        .references
        .iter()
        .flat_map(|reference| reference.columns.iter().map(|name| ("a reference", name)));
    key.chain(uniques)
        .chain(unique_indexes)
        .chain(references)
        .map(|(role, name)| (role, name.value.as_str(), name.span))
        .collect()
}

fn queried<'d>(subject: &Subject<'d>) -> Vec<Use<'d>> {
    let Some(entry) = subject.entry(Operation::List) else {
        return Vec::new();
    };
    let one = |role| match role {
        "filter" => "a filter",
        _ => "a sort key",
    };
    query_of(entry)
        .map(|(role, name)| (one(role), name.value.as_str(), name.span))
        .collect()
}
