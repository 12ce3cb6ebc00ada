//! Documents: where they come from, and how they are read.

use std::sync::Arc;

use specd_domain::{Diagnostic, Document};

/// A document as it lies in its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as the user would write it.
    pub path: String,
    /// The bytes, or why they could not be read. A source that still holds them gives the same ones again.
    pub bytes: Result<Arc<[u8]>, String>,
}

/// A document after reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadDocument {
    /// As much of it as the text allowed.
    pub document: Document,
    /// What reading found.
    pub findings: Vec<Diagnostic>,
}

/// The source could not be listed.
#[derive(Debug, thiserror::Error)]
#[error("could not read the specs in `{place}`: {reason}")]
pub struct SourceError {
    /// The directory or the file.
    pub place: String,
    /// Why, in the system's words.
    pub reason: String,
}

/// Where documents come from.
pub trait SpecSource: Send + Sync {
    /// Every document that is there now, in the order of the paths. A file that cannot be read is in the list.
    ///
    /// # Errors
    /// The place itself cannot be read.
    fn documents(&self) -> Result<Vec<SourceFile>, SourceError>;
}

/// Reads documents. Reading cannot fail and never panics, whatever the bytes.
pub trait SpecReader: Send + Sync {
    /// Reads the bytes of the file at `path`.
    fn read(&self, path: &str, bytes: &[u8]) -> ReadDocument;
}

/// Is told how far a loading is, so that somebody who waits for it can be told.
pub trait LoadProgress: Send + Sync {
    /// `done` of the `total` documents whose tables have to be changed are decided on.
    fn applied(&self, done: usize, total: usize);
}

/// Nobody waits.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl LoadProgress for Unwatched {
    fn applied(&self, _done: usize, _total: usize) {}
}
