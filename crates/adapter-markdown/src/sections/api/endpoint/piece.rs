//! Pieces of an endpoint's line, each with its place.

use specd_domain::Span;

use crate::value::Token;

/// A piece of the line and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    /// The place of all of the code span, where its text has another length: it goes over a line.
    pub(super) inexact: Option<Span>,
}

impl<'a> Piece<'a> {
    /// The text of a code span.
    pub(super) fn of(code: &'a Token) -> Self {
        Self {
            text: &code.text,
            start: code.span.start,
            inexact: (!code.is_exact()).then_some(code.span),
        }
    }

    /// Its place.
    pub(super) fn span(self) -> Span {
        let exact = Span::new(self.start, self.start + self.text.len());
        self.inexact.unwrap_or(exact)
    }

    /// Without the blanks at its ends.
    pub(super) fn trim(self) -> Self {
        let text = self.text.trim_start();
        Self {
            text: text.trim_end(),
            start: self.start + self.text.len() - text.len(),
            ..self
        }
    }

    /// What stands before the separator, and what behind it.
    pub(super) fn cut(self, separator: char) -> (Self, Option<Self>) {
        match self.text.split_once(separator) {
            Some((before, behind)) => {
                let start = self.start + before.len() + separator.len_utf8();
                let before = Self {
                    text: before,
                    ..self
                };
                (
                    before,
                    Some(Self {
                        text: behind,
                        start,
                        ..self
                    }),
                )
            }
            None => (self, None),
        }
    }

    /// What stands behind a prefix.
    pub(super) fn strip(self, prefix: &str) -> Option<Self> {
        let text = self.text.strip_prefix(prefix)?;
        Some(Self {
            text,
            start: self.start + prefix.len(),
            ..self
        })
    }
}
