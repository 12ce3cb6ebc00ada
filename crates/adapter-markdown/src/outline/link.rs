//! A link while its words are read, and the place of its target.

use std::ops::Range;

use specd_domain::Span;

/// A link whose end was not read yet.
pub(super) struct OpenLink {
    /// Its words so far.
    pub(super) text: String,
    /// Its target, unescaped.
    pub(super) target: String,
    /// Whether the target stands behind the words.
    pub(super) is_inline: bool,
    /// The whole link.
    pub(super) range: Range<usize>,
    /// Where its words end.
    pub(super) words_end: usize,
}

impl OpenLink {
    /// The place of the target, which stands behind the words: `](target`, `](<target`. Of the whole link, where it stands elsewhere or
    /// was escaped. `base` is the file's offset of the text.
    pub(super) fn target_span(&self, text: &str, base: usize) -> Span {
        let whole = Span::new(self.range.start + base, self.range.end + base);
        if !self.is_inline {
            return whole;
        }
        let tail = text.get(self.words_end..self.range.end);
        let Some((before, rest)) = tail.and_then(|tail| tail.split_once('(')) else {
            return whole;
        };
        let target = rest.trim_start().trim_start_matches('<');
        let start = base + self.words_end + before.len() + 1 + (rest.len() - target.len());
        if target.starts_with(self.target.as_str()) {
            Span::new(start, start + self.target.len())
        } else {
            whole
        }
    }
}
