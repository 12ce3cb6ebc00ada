//! What the last loading found, so that the next one works on what has changed alone.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use specd_domain::document::Document;
use specd_domain::name::SpecNumber;
use specd_domain::{Diagnostic, Spec};

use super::digest::digest;
use crate::ports::revisions::{Revision, RevisionMark};

/// What is remembered from one loading to the next. A new one makes everything be read.
#[derive(Debug, Default)]
pub struct LoadMemory {
    /// The day of the reading: what is overdue may be so from the next day on.
    day: Option<NaiveDate>,
    /// By path.
    read: HashMap<String, Arc<Read>>,
    /// Applied revisions that keep serving.
    kept: HashMap<SpecNumber, Revision>,
}

/// A document as it was read and judged for itself.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) bytes: Arc<[u8]>,
    pub(super) digest: String,
    pub(super) document: Document,
    pub(super) spec: Option<Arc<Spec>>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl LoadMemory {
    /// Forgets what another day has judged.
    pub(super) fn turn_to(&mut self, day: NaiveDate) {
        if self.day.replace(day) != Some(day) {
            self.read.clear();
        }
    }

    /// The document, where the same bytes were read at this path.
    pub(super) fn read(&self, path: &str, bytes: &Arc<[u8]>) -> Option<Arc<Read>> {
        let read = self.read.get(path)?;
        let is_same = Arc::ptr_eq(&read.bytes, bytes) || read.bytes == *bytes;
        is_same.then(|| Arc::clone(read))
    }

    /// Remembers these documents and no others.
    pub(super) fn keep_read(&mut self, read: HashMap<String, Arc<Read>>) {
        self.read = read;
    }

    /// The applied revision of this mark, where it was looked up before.
    pub(super) fn kept(&self, spec: SpecNumber, mark: &RevisionMark) -> Option<Revision> {
        let is_it = |kept: &&Revision| kept.number == mark.number && kept.digest == mark.digest;
        self.kept.get(&spec).filter(is_it).cloned()
    }

    /// Remembers the applied revision of a document that is not served by its own text.
    pub(super) fn keep(&mut self, revision: Revision) {
        self.kept.insert(revision.spec.number, revision);
    }
}

impl Read {
    pub(super) fn new(
        bytes: Arc<[u8]>,
        document: Document,
        spec: Option<Spec>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        Self {
            digest: digest(&bytes),
            bytes,
            document,
            spec: spec.map(Arc::new),
            diagnostics,
        }
    }
}
