//! What a line says, piece by piece, and the label at its start.

use pulldown_cmark::CowStr;
use specd_domain::Span;

use super::{LabelMark, key_of};

/// A piece of a line.
#[derive(Clone, Debug)]
pub(crate) enum Inline<'a> {
    /// Words. The text has the length of its place, unless it was escaped.
    Text(CowStr<'a>, Span),
    /// A code span; the place is that of the text between the backticks.
    Code(CowStr<'a>, Span),
    /// Bold text begins, at this byte.
    BoldStart(usize),
    /// Bold text ends.
    BoldEnd,
}

impl Inline<'_> {
    /// Its place, where it has words.
    pub(crate) fn span(&self) -> Option<Span> {
        match self {
            Self::Text(_, span) | Self::Code(_, span) => Some(*span),
            Self::BoldStart(_) | Self::BoldEnd => None,
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Text(text, _) | Self::Code(text, _) => text,
            Self::BoldStart(_) | Self::BoldEnd => "",
        }
    }
}

/// The words, without marks.
pub(crate) fn plain_text(inlines: &[Inline<'_>]) -> String {
    let words: String = inlines.iter().map(Inline::words).collect();
    words.trim().to_owned()
}

/// The place from the first to the last piece.
pub(crate) fn span_of(inlines: &[Inline<'_>]) -> Option<Span> {
    let mut spans = inlines.iter().filter_map(Inline::span);
    let first = spans.next()?;
    Some(spans.fold(first, Span::to))
}

/// The label that a line begins with: bold text, and a colon behind it or at its end (ruling H09). Cuts the piece that holds the
/// colon, so that the value begins with a piece of its own.
pub(super) fn take_label(inlines: &mut Vec<Inline<'_>>) -> Option<LabelMark> {
    if !matches!(inlines.first(), Some(Inline::BoldStart(_))) {
        return None;
    }
    let end = inlines
        .iter()
        .position(|inline| matches!(inline, Inline::BoldEnd))?;
    let bold = inlines.get(1..end)?;
    let text = plain_text(bold);
    let span = span_of(bold)?;
    let mark = |text: &str, span, value_start| LabelMark {
        key: key_of(text),
        text: text.to_owned(),
        span,
        value_start,
    };
    if let Some(words) = text.strip_suffix(':') {
        let span = Span::new(span.start, span.end.saturating_sub(1).max(span.start));
        return Some(mark(words.trim_end(), span, end + 1));
    }
    let value = cut_colon(inlines.get_mut(end + 1)?)?;
    inlines.insert(end + 2, value);
    Some(mark(&text, span, end + 2))
}

/// Cuts a text behind the colon that it begins with.
fn cut_colon<'a>(inline: &mut Inline<'a>) -> Option<Inline<'a>> {
    let Inline::Text(text, span) = inline else {
        return None;
    };
    let colon = text.find(':')?;
    let (before, rest) = (text.get(..colon)?, text.get(colon + 1..)?);
    if !before.trim().is_empty() {
        return None;
    }
    let is_exact = text.len() == span.end - span.start;
    let middle = if is_exact {
        span.start + colon + 1
    } else {
        span.end
    };
    let value = Inline::Text(CowStr::from(rest.to_owned()), Span::new(middle, span.end));
    *inline = Inline::Text(CowStr::from(":"), Span::new(span.start, middle));
    Some(value)
}
