//! Where the readers of a block put what they find.

use std::ops::Range;

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::{Located, Span};

use crate::block::BlockText;

/// The block that is being read, and the findings so far.
pub(super) struct Report<'r, 'b> {
    block: BlockText<'b>,
    findings: &'r mut Vec<Diagnostic>,
}

impl<'r, 'b> Report<'r, 'b> {
    pub(super) fn new(block: BlockText<'b>, findings: &'r mut Vec<Diagnostic>) -> Self {
        Self { block, findings }
    }

    /// The text of a range of the block.
    pub(super) fn text(&self, range: Range<usize>) -> &'b str {
        self.block.text().get(range).unwrap_or_default()
    }

    /// The text from a byte of the block on.
    pub(super) fn rest(&self, start: usize) -> &'b str {
        self.block.text().get(start..).unwrap_or_default()
    }

    /// The place of a range of the block in the document.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.block.span(range)
    }

    /// `value`, read from a range of the block.
    pub(super) fn locate<T>(&self, value: T, range: Range<usize>) -> Located<T> {
        Located::new(value, self.span(range))
    }

    /// An error at a range of the block, not yet reported.
    pub(super) fn error(
        &self,
        code: Code,
        range: Range<usize>,
        headline: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, self.span(range), headline)
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// How many findings there are.
    pub(super) fn count(&self) -> usize {
        self.findings.len()
    }

    /// The words of a range as a headline shows them: in backticks, on one line, cut where they are long.
    pub(super) fn quote(&self, range: Range<usize>) -> String {
        quote(self.text(range))
    }
}

/// A text as a headline shows it: in backticks, on one line, cut where it is long.
pub(crate) fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text
        .split_whitespace()
        .take(LONGEST)
        .collect::<Vec<_>>()
        .join(" ")
        .replace('`', "'");
    if line.chars().count() <= LONGEST {
        return format!("`{line}`");
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("`{cut}…`")
}
