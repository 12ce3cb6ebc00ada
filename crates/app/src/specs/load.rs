//! Loading: every document of the source is read, checked, applied, and served or refused.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_domain::check::{Checked, check, check_together};
use specd_domain::document::Document;
use specd_domain::name::SpecNumber;
use specd_domain::table::Table;
use specd_domain::{Diagnostic, Spec};

use super::digest::digest;
use super::order::by_reference;
use super::report::{FileReport, Loaded, NotServed, Outcome};
use super::revise::{Revised, revise};
use crate::ports::clock::Clock;
use crate::ports::documents::{SourceError, SourceFile, SpecReader, SpecSource};
use crate::ports::revisions::RevisionRepository;
use crate::ports::store::StoreError;

/// What loading needs.
#[derive(Clone, Copy)]
pub struct LoadPorts<'a> {
    /// Where documents come from.
    pub source: &'a dyn SpecSource,
    /// Who reads them.
    pub reader: &'a dyn SpecReader,
    /// Who keeps the tables in step.
    pub revisions: &'a dyn RevisionRepository,
    /// The time.
    pub clock: &'a dyn Clock,
}

/// Loading came to nothing: what was served before stays.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The source cannot be listed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Loads every document. With `preview`, drafts and documents in review are served too.
///
/// A document with errors never touches the others, and what it served before it keeps serving.
///
/// # Errors
/// The source or the database is away; nothing was decided. A document's own faults are in its report.
pub async fn load(ports: LoadPorts<'_>, preview: bool) -> Result<Loaded, LoadError> {
    let now = ports.clock.now();
    let mut pending = read_all(ports, now)?;
    let order = application_order(&pending);
    for at in order {
        let Some(document) = pending.get_mut(at) else {
            continue;
        };
        document.outcome = Some(decide(document, ports.revisions, preview, now).await?);
    }
    keep_each_spec_once(&mut pending);
    Ok(Loaded {
        files: pending.into_iter().map(Pending::into_report).collect(),
    })
}

/// A document on its way.
struct Pending {
    path: String,
    bytes: Vec<u8>,
    unreadable: Option<String>,
    number: Option<SpecNumber>,
    spec: Option<Arc<Spec>>,
    diagnostics: Vec<Diagnostic>,
    outcome: Option<Outcome>,
}

impl Pending {
    fn into_report(self) -> FileReport {
        FileReport {
            path: self.path,
            bytes: self.bytes,
            diagnostics: self.diagnostics,
            outcome: self
                .outcome
                .unwrap_or(Outcome::NotServed(NotServed::Errors)),
        }
    }
}

fn read_all(ports: LoadPorts<'_>, now: DateTime<Utc>) -> Result<Vec<Pending>, SourceError> {
    let files = ports.source.documents()?;
    let mut documents: Vec<Document> = Vec::with_capacity(files.len());
    let mut checked: Vec<Checked> = Vec::with_capacity(files.len());
    for file in &files {
        let bytes = file.bytes.as_deref().unwrap_or_default();
        let read = ports.reader.read(&file.path, bytes);
        checked.push(check(&read.document, read.findings, now.date_naive()));
        documents.push(read.document);
    }
    check_together(&documents, &mut checked);
    Ok(files
        .into_iter()
        .zip(documents)
        .zip(checked)
        .map(|((file, document), checked)| pending(file, &document, checked))
        .collect())
}

fn pending(file: SourceFile, document: &Document, checked: Checked) -> Pending {
    let (bytes, unreadable) = match file.bytes {
        Ok(bytes) => (bytes, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    Pending {
        path: file.path,
        bytes,
        number: document.file_number,
        spec: if unreadable.is_none() {
            checked.spec.map(Arc::new)
        } else {
            None
        },
        diagnostics: if unreadable.is_none() {
            checked.diagnostics
        } else {
            Vec::new()
        },
        unreadable,
        outcome: None,
    }
}

/// Documents with a table first, each after those that it refers to; then the rest.
fn application_order(pending: &[Pending]) -> Vec<usize> {
    let with_table: Vec<(usize, &Table)> = pending
        .iter()
        .enumerate()
        .filter_map(|(at, document)| Some((at, document.spec.as_ref()?.table.as_ref())))
        .collect();
    let tables: Vec<&Table> = with_table.iter().map(|(_, table)| *table).collect();
    let mut order: Vec<usize> = by_reference(&tables)
        .into_iter()
        .filter_map(|at| with_table.get(at).map(|(position, _)| *position))
        .collect();
    order.extend(
        pending
            .iter()
            .enumerate()
            .filter(|(_, document)| document.spec.is_none())
            .map(|(at, _)| at),
    );
    order
}

async fn decide(
    document: &mut Pending,
    revisions: &dyn RevisionRepository,
    preview: bool,
    now: DateTime<Utc>,
) -> Result<Outcome, StoreError> {
    let Some(spec) = document.spec.clone() else {
        return keep(document, revisions, preview).await;
    };
    if !spec.status.is_final() && !preview {
        return Ok(Outcome::NotServed(NotServed::Preview(spec.status)));
    }
    match revise(revisions, Arc::clone(&spec), digest(&document.bytes), now).await? {
        Revised::Applied(revision) => Ok(Outcome::Served {
            spec,
            revision: revision.number,
        }),
        Revised::Refused { findings, current } => {
            document.diagnostics.extend(findings);
            specd_domain::diagnostic::sort(&mut document.diagnostics);
            Ok(
                current.map_or(Outcome::NotServed(NotServed::Database), |kept| {
                    Outcome::Kept {
                        spec: kept.spec,
                        revision: kept.number,
                    }
                }),
            )
        }
    }
}

/// What a document that cannot be served leaves serving: its last applied revision, if that one may be served.
async fn keep(
    document: &Pending,
    revisions: &dyn RevisionRepository,
    preview: bool,
) -> Result<Outcome, StoreError> {
    let reason = document
        .unreadable
        .clone()
        .map_or(NotServed::Errors, NotServed::Unreadable);
    let Some(number) = document.number else {
        return Ok(Outcome::NotServed(reason));
    };
    let current = revisions.current(number).await?;
    Ok(match current {
        Some(kept) if preview || kept.spec.status.is_final() => Outcome::Kept {
            spec: kept.spec,
            revision: kept.number,
        },
        _ => Outcome::NotServed(reason),
    })
}

/// Two files may carry one number; the one that is served by its own text wins over a revision that is only kept.
fn keep_each_spec_once(pending: &mut [Pending]) {
    let mut served: Vec<SpecNumber> = pending
        .iter()
        .filter_map(|document| match &document.outcome {
            Some(Outcome::Served { spec, .. }) => Some(spec.number),
            _ => None,
        })
        .collect();
    for document in pending {
        let Some(Outcome::Kept { spec, .. }) = &document.outcome else {
            continue;
        };
        if served.contains(&spec.number) {
            document.outcome = Some(Outcome::NotServed(NotServed::Errors));
        } else {
            served.push(spec.number);
        }
    }
}
