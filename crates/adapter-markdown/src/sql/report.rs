//! Where the readers of a block put what they find.

use std::cmp::Ordering;
use std::ops::Range;

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::{Located, Span};

use crate::block::BlockText;

/// The block that is being read, and the findings so far.
pub(super) struct Report<'r, 'b> {
    block: BlockText<'b>,
    findings: &'r mut Vec<Diagnostic>,
    /// The findings of this block, those that are not listed too.
    count: usize,
}

/// The most findings that are listed of one block. A block of a million commas has a million mistakes, and nobody reads them.
const MOST_FINDINGS: usize = 200;

impl<'r, 'b> Report<'r, 'b> {
    pub(super) fn new(block: BlockText<'b>, findings: &'r mut Vec<Diagnostic>) -> Self {
        Self {
            block,
            findings,
            count: 0,
        }
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
        self.count += 1;
        match self.count.cmp(&MOST_FINDINGS) {
            Ordering::Less => self.findings.push(finding),
            Ordering::Equal => self
                .findings
                .push(finding.noting("the block has more mistakes, which are not listed")),
            Ordering::Greater => {}
        }
    }

    /// How many findings there are.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Whether nothing more is listed, so that nothing more needs to be looked for.
    pub(super) const fn is_full(&self) -> bool {
        self.count >= MOST_FINDINGS
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
