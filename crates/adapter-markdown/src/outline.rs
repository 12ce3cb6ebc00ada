//! The second pass: the events of the Markdown parser become headings, lines, labels, ticks and blocks, each with its place.
//!
//! Quotations, HTML, tables and footnotes are free text: nothing of theirs but their links is kept (ruling H45).

mod builder;
mod inline;
mod link;

use specd_domain::Span;

use crate::block::FencedText;
use crate::source::Source;

pub(crate) use inline::{Inline, plain_text};

/// A document as headings and what stands below them.
#[derive(Debug, Default)]
pub(crate) struct Outline<'a> {
    /// The headings in order.
    pub(crate) headings: Vec<Heading<'a>>,
    /// The list items in order.
    pub(crate) items: Vec<Item>,
    /// Lines and blocks in order.
    pub(crate) parts: Vec<Part<'a>>,
    /// Links anywhere.
    pub(crate) links: Vec<Link>,
}

/// A heading.
#[derive(Debug)]
pub(crate) struct Heading<'a> {
    /// 1 to 6.
    pub(crate) level: u8,
    /// What it says.
    pub(crate) inlines: Vec<Inline<'a>>,
    /// Its words.
    pub(crate) text: String,
    /// The place of its words.
    pub(crate) span: Span,
}

/// A list item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    /// The item that it is nested in.
    pub(crate) parent: Option<usize>,
    /// The box of a task-list item.
    pub(crate) tick: Option<TickBox>,
}

/// `[ ]` or `[x]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TickBox {
    /// Whether it is ticked.
    pub(crate) ticked: bool,
    /// Its place.
    pub(crate) span: Span,
}

/// A line or a block, and where it belongs.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// The heading above it.
    pub(crate) heading: Option<usize>,
    /// The list item that it stands in.
    pub(crate) item: Option<usize>,
    /// What it is.
    pub(crate) kind: PartKind<'a>,
}

impl<'a> Part<'a> {
    /// The line, where it is one.
    pub(crate) fn line(&self) -> Option<&Line<'a>> {
        match &self.kind {
            PartKind::Line(line) => Some(line),
            PartKind::Fence(_) => None,
        }
    }

    /// The block, where it is one.
    pub(crate) fn fence(&self) -> Option<&Fence> {
        match &self.kind {
            PartKind::Line(_) => None,
            PartKind::Fence(fence) => Some(fence),
        }
    }
}

/// A line or a block.
#[derive(Debug)]
pub(crate) enum PartKind<'a> {
    /// One line of a paragraph or a list item.
    Line(Line<'a>),
    /// A fenced code block.
    Fence(Fence),
}

/// One line of a paragraph or a list item.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The paragraph; lines of one paragraph have the same number.
    pub(crate) paragraph: usize,
    /// Whether it is the first of its list item.
    pub(crate) opens_item: bool,
    /// The label at its start.
    pub(crate) label: Option<LabelMark>,
    /// What it says, its label included.
    pub(crate) inlines: Vec<Inline<'a>>,
    /// Its place.
    pub(crate) span: Span,
}

impl<'a> Line<'a> {
    /// What stands behind the label; all, where there is none.
    pub(crate) fn value(&self) -> &[Inline<'a>] {
        let from = self.label.as_ref().map_or(0, |label| label.value_start);
        self.inlines.get(from..).unwrap_or_default()
    }

    /// Whether all of it is bold.
    pub(crate) fn is_bold(&self) -> bool {
        let ends = (self.inlines.first(), self.inlines.last());
        matches!(ends, (Some(Inline::BoldStart(_)), Some(Inline::BoldEnd)))
    }

    /// Its first byte, the mark of bold text included.
    pub(crate) fn start(&self) -> usize {
        match self.inlines.first() {
            Some(Inline::BoldStart(start)) => *start,
            _ => self.span.start,
        }
    }

    /// The bold words that it begins with, and their place.
    pub(crate) fn leading_bold(&self) -> Option<(String, Span)> {
        match self.inlines.as_slice() {
            [
                Inline::BoldStart(_),
                Inline::Text(text, span),
                Inline::BoldEnd,
                ..,
            ] => Some((text.to_string(), *span)),
            _ => None,
        }
    }

    /// The words that it begins with, up to a colon, where neither bold text nor code stands before it.
    pub(crate) fn leading_words(&self) -> Option<String> {
        let mut words = String::new();
        for inline in &self.inlines {
            let Inline::Text(text, _) = inline else { break };
            if let Some((before, _)) = text.split_once(':') {
                words.push_str(before);
                return Some(words);
            }
            words.push_str(text);
        }
        None
    }

    /// All of it, its label included.
    pub(crate) fn value_with_label(&self) -> &[Inline<'a>] {
        &self.inlines
    }
}

/// `**Label**:` at the start of a line.
#[derive(Clone, Debug)]
pub(crate) struct LabelMark {
    /// Its words, for matching.
    pub(crate) key: String,
    /// Its words as they stand there, without the colon.
    pub(crate) text: String,
    /// The place of the words.
    pub(crate) span: Span,
    /// The first inline of the value.
    value_start: usize,
}

/// A fenced code block.
#[derive(Debug)]
pub(crate) struct Fence {
    /// The first word of the info string, lower case.
    pub(crate) tag: String,
    /// The place of the info string; empty where there is none.
    pub(crate) tag_span: Span,
    /// The block with its fences.
    pub(crate) span: Span,
    /// The text between the fences.
    pub(crate) text: FencedText,
    /// Whether a closing fence is there.
    pub(crate) is_closed: bool,
}

/// A link.
#[derive(Debug)]
pub(crate) struct Link {
    /// Its words.
    pub(crate) text: String,
    /// Its target as it stands there.
    pub(crate) target: String,
    /// The target's place; of the whole link, where the target stands elsewhere.
    pub(crate) span: Span,
}

impl<'a> Outline<'a> {
    /// Outlines a text.
    pub(crate) fn of(source: &'a Source) -> Self {
        builder::build(&source.text, source.base)
    }

    /// The number of items around a part.
    pub(crate) fn is_inside(&self, item: Option<usize>, ancestor: usize) -> bool {
        let mut current = item;
        while let Some(index) = current {
            if index == ancestor {
                return true;
            }
            // Items are numbered in order of the text: what is nested has the higher number.
            if index < ancestor {
                return false;
            }
            current = self.items.get(index).and_then(|item| item.parent);
        }
        false
    }
}

/// A text for matching: lower case, white space as one blank, without punctuation at its ends.
pub(crate) fn key_of(text: &str) -> String {
    let trimmed = text.trim_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = trimmed.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}
