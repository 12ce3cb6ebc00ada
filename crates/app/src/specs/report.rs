//! What became of the documents.

use std::sync::Arc;

use specd_domain::Diagnostic;
use specd_domain::document::Status;
use specd_domain::spec::Spec;

use crate::catalog::{Catalog, ServedSpec};

/// Why a document is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotServed {
    /// It has errors.
    Errors,
    /// Its status is served with `--preview` only.
    Preview(Status),
    /// The file cannot be read; the system's words.
    Unreadable(String),
    /// The database refused its table.
    Database,
}

/// What became of one document.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It is served as it stands.
    Served {
        /// The spec.
        spec: Arc<Spec>,
        /// Its revision.
        revision: u32,
    },
    /// It is refused, and the revision before it keeps serving.
    Kept {
        /// The spec that keeps serving.
        spec: Arc<Spec>,
        /// Its revision.
        revision: u32,
    },
    /// Nothing is served for it.
    NotServed(NotServed),
}

/// A spec that was not made anew is known by its place, which is quicker than comparing all of it.
impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        let is_same =
            |spec: &Arc<Spec>, other: &Arc<Spec>| Arc::ptr_eq(spec, other) || spec == other;
        match (self, other) {
            (
                Self::Served { spec, revision },
                Self::Served {
                    spec: other,
                    revision: theirs,
                },
            )
            | (
                Self::Kept { spec, revision },
                Self::Kept {
                    spec: other,
                    revision: theirs,
                },
            ) => revision == theirs && is_same(spec, other),
            (Self::NotServed(reason), Self::NotServed(other)) => reason == other,
            _ => false,
        }
    }
}

/// One document and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct FileReport {
    /// The path.
    pub path: String,
    /// The bytes; empty where they could not be read.
    pub bytes: Arc<[u8]>,
    /// Every finding, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Every document and what became of it, in the order of the paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The documents.
    pub files: Vec<FileReport>,
}

impl Loaded {
    /// Everything that is to be served: as `before` has it ready, or made ready now.
    pub fn served(&self, before: &Catalog) -> Vec<Arc<ServedSpec>> {
        self.files
            .iter()
            .filter_map(|file| match &file.outcome {
                Outcome::Served { spec, revision } | Outcome::Kept { spec, revision } => {
                    Some(before.ready(spec, *revision))
                }
                Outcome::NotServed(_) => None,
            })
            .collect()
    }
}
