//! Loading: every document of the source is read, checked, applied, and served or refused.

use std::collections::HashSet;
use std::sync::Arc;

use specd_domain::check::{beside, judge_together};
use specd_domain::diagnostic::has_errors;
use specd_domain::document::Document;
use specd_domain::name::SpecNumber;
use specd_domain::table::Table;
use specd_domain::{Diagnostic, Spec};

use super::decide::Decider;
use super::memory::{LoadMemory, Read};
use super::order::by_reference;
use super::read::read_each;
use super::report::{FileReport, Loaded, NotServed, Outcome};
use crate::ports::clock::Clock;
use crate::ports::documents::{LoadProgress, SourceError, SourceFile, SpecReader, SpecSource};
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
    /// Who is told how far it is.
    pub progress: &'a dyn LoadProgress,
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

/// Loads every document. With `preview`, drafts and documents in review are served too. What `memory` has of the last
/// loading is not done again.
///
/// A document with errors never touches the others, and what it served before it keeps serving.
///
/// # Errors
/// The source or the database is away; nothing was decided. A document's own faults are in its report.
pub async fn load(
    ports: LoadPorts<'_>,
    preview: bool,
    memory: &mut LoadMemory,
) -> Result<Loaded, LoadError> {
    let now = ports.clock.now();
    let files = ports.source.documents()?;
    let read = read_each(&files, ports.reader, now.date_naive(), memory);
    let mut pending = judged(files, read);
    let order = application_order(&pending);
    let mut decider = Decider {
        revisions: ports.revisions,
        progress: ports.progress,
        memory,
        preview,
        now,
    };
    decider.decide(&mut pending, order).await?;
    keep_each_spec_once(&mut pending);
    Ok(Loaded {
        files: pending.into_iter().map(Pending::into_report).collect(),
    })
}

/// A document on its way.
pub(super) struct Pending {
    path: String,
    pub(super) read: Arc<Read>,
    pub(super) unreadable: Option<String>,
    pub(super) spec: Option<Arc<Spec>>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) outcome: Option<Outcome>,
}

impl Pending {
    fn into_report(self) -> FileReport {
        FileReport {
            path: self.path,
            bytes: Arc::clone(&self.read.bytes),
            diagnostics: self.diagnostics,
            outcome: self
                .outcome
                .unwrap_or(Outcome::NotServed(NotServed::Errors)),
        }
    }
}

/// The documents with what they owe to each other.
fn judged(files: Vec<SourceFile>, read: Vec<Arc<Read>>) -> Vec<Pending> {
    let documents: Vec<&Document> = read.iter().map(|read| &read.document).collect();
    let together = judge_together(&documents);
    files
        .into_iter()
        .zip(read)
        .zip(together)
        .map(|((file, read), findings)| pending(file, read, findings))
        .collect()
}

fn pending(file: SourceFile, read: Arc<Read>, findings: Vec<Diagnostic>) -> Pending {
    let unreadable = file.bytes.err();
    let is_readable = unreadable.is_none();
    let diagnostics = if is_readable {
        beside(read.diagnostics.clone(), findings)
    } else {
        Vec::new()
    };
    let spec = read.spec.clone();
    Pending {
        path: file.path,
        spec: spec.filter(|_| is_readable && !has_errors(&diagnostics)),
        read,
        unreadable,
        diagnostics,
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

/// Two files may carry one number; the one that is served by its own text wins over a revision that is only kept.
fn keep_each_spec_once(pending: &mut [Pending]) {
    let mut served: HashSet<SpecNumber> = pending
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
        if !served.insert(spec.number) {
            document.outcome = Some(Outcome::NotServed(NotServed::Errors));
        }
    }
}
