//! Diagnostics: what is wrong with a document, as a value. Writing them out is the reader adapter's work.

mod code;

use serde::{Deserialize, Serialize};

pub use code::Code;

use crate::source::{Located, Span};

/// How grave a finding is. Only an error keeps a document from being served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Probably not what the author means.
    Warning,
    /// The document cannot be served.
    Error,
}

impl Severity {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What the author can do about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// What to do, in words.
    pub message: String,
    /// A text that works when pasted, and the text that it replaces (an empty range inserts).
    pub replacement: Option<Located<String>>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one line that stands alone; lower case, no full stop, names in backticks.
    pub headline: String,
    /// The smallest wrong text.
    pub primary: Span,
    /// A word on the primary text: what was expected there.
    pub label: Option<String>,
    /// Other places that matter, each with its word.
    pub labels: Vec<Located<String>>,
    /// Further facts, a line each.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<Help>,
}

impl Diagnostic {
    /// A finding of the given severity.
    pub fn new(code: Code, severity: Severity, primary: Span, headline: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            headline: headline.into(),
            primary,
            label: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// An error.
    pub fn error(code: Code, primary: Span, headline: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, primary, headline)
    }

    /// A warning.
    pub fn warning(code: Code, primary: Span, headline: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, primary, headline)
    }

    /// A note.
    pub fn note(code: Code, primary: Span, headline: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, primary, headline)
    }

    /// With a word on the primary text.
    #[must_use]
    pub fn expecting(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn pointing_at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push(Located::new(label.into(), span));
        self
    }

    /// With a further fact.
    #[must_use]
    pub fn noting(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With what to do, in words.
    #[must_use]
    pub fn helping(mut self, message: impl Into<String>) -> Self {
        self.help = Some(Help {
            message: message.into(),
            replacement: None,
        });
        self
    }

    /// With a text to put in the place of `span`.
    #[must_use]
    pub fn replacing(
        mut self,
        message: impl Into<String>,
        span: Span,
        text: impl Into<String>,
    ) -> Self {
        self.help = Some(Help {
            message: message.into(),
            replacement: Some(Located::new(text.into(), span)),
        });
        self
    }
}

/// Whether any of them is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics
        .iter()
        .any(|finding| finding.severity == Severity::Error)
}

/// Into the order of the text; findings at one place keep their order.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|finding| (finding.primary.start, finding.primary.end));
}
