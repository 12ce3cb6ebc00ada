//! A text that grows, and the places in it.

use crate::document::{Document, Entry, ExampleBlock};
use crate::source::{Located, Span};

use super::block;

/// A text that grows, and the places in it.
#[derive(Default)]
pub(in crate::check) struct Page {
    pub(in crate::check) text: String,
}

impl Page {
    pub(in crate::check) fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Appends `text` and tells its place.
    pub(in crate::check) fn mark(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span::new(start, self.text.len())
    }

    pub(in crate::check) fn put<T>(&mut self, value: T, text: &str) -> Located<T> {
        Located::new(value, self.mark(text))
    }

    pub(in crate::check) fn labelled<T>(
        &mut self,
        label: &str,
        value: T,
        text: &str,
    ) -> Located<T> {
        self.mark(&format!("**{label}**: "));
        let located = self.put(value, text);
        self.line("");
        located
    }

    pub(in crate::check) fn heading(&mut self, document: &mut Document, text: &str) -> Span {
        self.line("");
        let heading = self.put(text.to_owned(), &format!("## {text}"));
        let span = heading.span;
        document.headings.push(heading);
        self.line("\n");
        span
    }

    pub(in crate::check) fn block(&mut self, label: &str, text: &str) -> Entry<ExampleBlock> {
        self.line(&format!("\n**{label}**:\n```json"));
        let span = self.mark(text);
        self.line("\n```");
        Entry::Filled(Located::new(block(text, span.start), span))
    }
}
