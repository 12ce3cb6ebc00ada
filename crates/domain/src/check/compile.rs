//! Compiling: a document and its compiled parts put together into a [`Spec`].

use std::sync::Arc;

use crate::endpoint::Endpoint;
use crate::name::SpecNumber;
use crate::rule::Rule;
use crate::spec::Spec;
use crate::table::Table;

use super::access;
use super::preconditions;
use super::subject::Subject;

/// What was compiled part by part.
pub(super) struct Parts {
    /// The table, its conditions resolved.
    pub(super) table: Table,
    /// The endpoints.
    pub(super) endpoints: Vec<Endpoint>,
    /// The rules.
    pub(super) rules: Vec<Rule>,
}

/// The spec, as far as the document goes; `None` without an endpoint.
///
/// A draft may lack its title, author or dates and is served with `--preview` all the same.
pub(super) fn spec(subject: &Subject<'_>, parts: Parts) -> Option<Spec> {
    let document = subject.document;
    let header = &document.header;
    let path = subject.path()?;
    let title = header.title.filled();
    let created = header.created.filled().map(|date| date.value);
    let updated = header.last_updated.filled().map(|date| date.value);
    Some(Spec {
        number: number(subject).unwrap_or(SpecNumber(0)),
        title: title.map_or_else(|| "Untitled".to_owned(), |title| title.value.text.clone()),
        status: subject.status,
        author: header
            .author
            .filled()
            .map_or_else(String::new, |author| author.value.clone()),
        created: created.or(updated).unwrap_or(subject.today),
        last_updated: updated.or(created).unwrap_or(subject.today),
        reviewers: header
            .reviewers
            .iter()
            .map(|name| name.value.clone())
            .collect(),
        path: document.path.clone(),
        summary: document.summary.clone(),
        version: path.version,
        collection: path.collection.clone(),
        endpoints: parts.endpoints,
        table: Arc::new(parts.table),
        rules: parts.rules,
        access: access::compile(subject, &path.collection),
        if_match_required: preconditions::compile(subject),
        limits: document.limits.clone(),
        rollout: document.rollout.clone(),
        objectives: document.objectives.clone(),
        alerts: document.alerts.clone(),
        compliance: document.compliance.clone(),
        compatibility: document.compatibility.clone(),
        flow: document.flow.filled().map(|flow| flow.value.clone()),
        runbook: document.runbook.as_ref().map(|link| link.value.clone()),
    })
}

/// Whether the spec has a number. What is missing was reported.
pub(super) fn is_numbered(subject: &Subject<'_>) -> bool {
    number(subject).is_some()
}

fn number(subject: &Subject<'_>) -> Option<SpecNumber> {
    let title = subject.document.header.title.filled();
    title.map_or(subject.document.file_number, |title| {
        Some(title.value.number.value)
    })
}
