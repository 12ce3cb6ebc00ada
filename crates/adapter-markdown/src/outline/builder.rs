//! Walks the events of the Markdown parser once, without recursion, and notes what the outline keeps.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use specd_domain::Span;

use crate::block::FencedText;

use super::inline::{plain_text, span_of, take_label};
use super::link::OpenLink;
use super::{Fence, Heading, Inline, Item, Line, Link, Outline, Part, PartKind, TickBox};

/// Outlines `text`, whose first byte stands at `base` of the file.
pub(super) fn build(text: &str, base: usize) -> Outline<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES;
    let mut builder = Builder::new(text, base);
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        builder.take(event, range);
    }
    builder.end_line();
    builder.outline
}

struct Builder<'a> {
    text: &'a str,
    base: usize,
    outline: Outline<'a>,
    /// How many containers of free text are open.
    free: usize,
    /// The list items that are open.
    open_items: Vec<usize>,
    /// Whether nothing was read yet of the innermost item.
    is_item_new: bool,
    paragraph: usize,
    line: Vec<Inline<'a>>,
    heading: Option<OpenHeading<'a>>,
    fence: Option<Fence>,
    /// Whether the open block has fences; indented code has none and is free text.
    is_fenced: bool,
    links: Vec<OpenLink>,
    /// How many images are open: their words are not the line's.
    images: usize,
}

struct OpenHeading<'a> {
    level: u8,
    is_underlined: bool,
    lines: Vec<Vec<Inline<'a>>>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, base: usize) -> Self {
        Self {
            text,
            base,
            outline: Outline::default(),
            free: 0,
            open_items: Vec::new(),
            is_item_new: false,
            paragraph: 0,
            line: Vec::new(),
            heading: None,
            fence: None,
            is_fenced: false,
            links: Vec::new(),
            images: 0,
        }
    }

    fn take(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) => self.words(text, range, false),
            Event::Code(text) => self.words(text, range, true),
            Event::SoftBreak | Event::HardBreak => self.end_line(),
            Event::TaskListMarker(ticked) => self.tick(ticked, range),
            Event::Rule => self.end_paragraph(),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::List(_) => self.end_paragraph(),
            Tag::Heading { level, .. } => self.start_heading(level as u8, &range),
            Tag::BlockQuote(_)
            | Tag::HtmlBlock
            | Tag::Table(_)
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::MetadataBlock(_)
            | Tag::Strikethrough => {
                if !matches!(tag, Tag::Strikethrough) {
                    self.end_paragraph();
                }
                self.free += 1;
            }
            Tag::CodeBlock(kind) => self.start_code(&kind, range),
            Tag::Item => self.start_item(),
            Tag::Strong => self.push(Inline::BoldStart(range.start + self.base)),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => self.start_link(link_type, &dest_url, range),
            Tag::Image { .. } => self.images += 1,
            Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Superscript
            | Tag::Subscript => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::List(_) => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(range),
            TagEnd::BlockQuote(_)
            | TagEnd::HtmlBlock
            | TagEnd::Table
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::MetadataBlock(_)
            | TagEnd::Strikethrough => self.free = self.free.saturating_sub(1),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Item => self.end_item(),
            TagEnd::Strong => self.push(Inline::BoldEnd),
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
        }
    }

    fn place(&self, range: &Range<usize>) -> Span {
        Span::new(range.start + self.base, range.end + self.base)
    }

    fn push(&mut self, inline: Inline<'a>) {
        if self.free == 0 && self.images == 0 {
            self.line.push(inline);
        }
    }

    fn words(&mut self, text: CowStr<'a>, range: Range<usize>, is_code: bool) {
        let place = self.place(&range);
        if let Some(fence) = &mut self.fence {
            fence.text.push(&text, place);
            return;
        }
        for link in &mut self.links {
            link.text.push_str(&text);
            link.words_end = range.end;
        }
        if is_code {
            let place = self.inside_backticks(&text, range);
            self.push(Inline::Code(text, place));
        } else {
            self.push(Inline::Text(text, place));
        }
    }

    /// The place of a code span's text. The parser drops one blank at each end, and makes line ends blanks.
    fn inside_backticks(&self, text: &str, range: Range<usize>) -> Span {
        let whole = self.text.get(range.clone()).unwrap_or_default();
        let ticks = whole.bytes().take_while(|&b| b == b'`').count();
        let inner = whole
            .get(ticks..whole.len().saturating_sub(ticks))
            .unwrap_or_default();
        let start = range.start + ticks;
        let is_blank = |c: char| matches!(c, ' ' | '\n' | '\r');
        let is_padded = inner.len() == text.len() + 2
            && inner.starts_with(is_blank)
            && inner.ends_with(is_blank);
        let padding = usize::from(is_padded);
        self.place(&(start + padding..(start + inner.len()).saturating_sub(padding)))
    }

    fn end_line(&mut self) {
        let mut inlines = std::mem::take(&mut self.line);
        if let Some(heading) = &mut self.heading {
            heading.lines.push(inlines);
            return;
        }
        let Some(span) = span_of(&inlines) else {
            return;
        };
        let label = take_label(&mut inlines);
        let opens_item = std::mem::take(&mut self.is_item_new);
        let line = Line {
            paragraph: self.paragraph,
            opens_item,
            label,
            inlines,
            span,
        };
        self.add(PartKind::Line(line));
    }

    fn add(&mut self, kind: PartKind<'a>) {
        self.outline.parts.push(Part {
            heading: self.outline.headings.len().checked_sub(1),
            item: self.open_items.last().copied(),
            kind,
        });
    }

    fn end_paragraph(&mut self) {
        self.end_line();
        self.paragraph += 1;
    }

    fn start_heading(&mut self, level: u8, range: &Range<usize>) {
        self.end_paragraph();
        let source = self.text.get(range.clone()).unwrap_or_default();
        self.heading = Some(OpenHeading {
            level,
            is_underlined: !source.trim_start().starts_with('#'),
            lines: Vec::new(),
        });
    }

    /// A heading in a list or a quotation divides nothing. A paragraph of labels with a rule right below is a paragraph still, though
    /// Markdown takes the rule for the underline of a heading.
    fn end_heading(&mut self, range: &Range<usize>) {
        self.end_line();
        let Some(mut heading) = self.heading.take() else {
            return;
        };
        if self.free > 0 || !self.open_items.is_empty() {
            return;
        }
        let begins_with_label = heading.is_underlined
            && heading
                .lines
                .first()
                .is_some_and(|line| take_label(&mut line.clone()).is_some());
        if begins_with_label {
            for line in heading.lines {
                self.line = line;
                self.end_line();
            }
            self.end_paragraph();
            return;
        }
        let inlines: Vec<_> = heading.lines.drain(..).flatten().collect();
        let span = span_of(&inlines).unwrap_or_else(|| self.place(range));
        self.outline.headings.push(Heading {
            level: heading.level,
            text: plain_text(&inlines),
            inlines,
            span,
        });
    }

    fn start_item(&mut self) {
        self.end_paragraph();
        if self.free > 0 {
            return;
        }
        self.outline.items.push(Item {
            parent: self.open_items.last().copied(),
            tick: None,
        });
        self.open_items.push(self.outline.items.len() - 1);
        self.is_item_new = true;
    }

    fn end_item(&mut self) {
        self.end_paragraph();
        if self.free == 0 {
            self.open_items.pop();
            self.is_item_new = false;
        }
    }

    fn tick(&mut self, ticked: bool, range: Range<usize>) {
        if self.free > 0 {
            return;
        }
        let span = self.place(&range);
        let innermost = self.open_items.last().copied();
        if let Some(item) = innermost.and_then(|index| self.outline.items.get_mut(index)) {
            item.tick = Some(TickBox { ticked, span });
        }
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'a>, range: Range<usize>) {
        self.end_paragraph();
        self.is_fenced = kind.is_fenced();
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.clone(),
            CodeBlockKind::Indented => CowStr::from(""),
        };
        let source = self.text.get(range.clone()).unwrap_or_default();
        let opening = source.split(['\n', '\r']).next().unwrap_or_default();
        let fence_char = opening.chars().next().unwrap_or('`');
        let fence_length = opening.chars().take_while(|&c| c == fence_char).count();
        let info_place = opening.get(fence_length..).unwrap_or_default();
        let blanks = info_place.len() - info_place.trim_start().len();
        let tag_start = range.start + fence_length + blanks;
        let tag = info.split_whitespace().next().unwrap_or_default();
        // As it stands there, escapes and all.
        let tag_length = info_place.split_whitespace().next().map_or(0, str::len);
        let first_line_end = (range.start + opening.len() + 1).min(range.end);
        self.fence = Some(Fence {
            tag_span: self.place(&(tag_start..tag_start + tag_length)),
            tag: tag.to_lowercase(),
            text: FencedText::starting_at(first_line_end + self.base),
            is_closed: true,
            span: self.place(&range),
        });
    }

    fn end_code(&mut self) {
        let Some(mut fence) = self.fence.take() else {
            return;
        };
        fence.is_closed = self.is_closed(&fence);
        if self.free == 0 && self.is_fenced {
            self.is_item_new = false;
            self.add(PartKind::Fence(fence));
        }
    }

    /// Whether a fence stands between the end of the text and the end of the block.
    fn is_closed(&self, fence: &Fence) -> bool {
        let block = fence.text.as_block();
        let text_end = block.span(block.text().len()..block.text().len()).start;
        let tail = self
            .text
            .get(text_end - self.base..fence.span.end - self.base)
            .unwrap_or_default();
        tail.contains("```") || tail.contains("~~~")
    }

    fn start_link(&mut self, kind: LinkType, target: &str, range: Range<usize>) {
        if matches!(kind, LinkType::Email) {
            return;
        }
        self.links.push(OpenLink {
            text: String::new(),
            target: target.to_owned(),
            is_inline: matches!(kind, LinkType::Inline),
            words_end: range.start,
            range,
        });
    }

    fn end_link(&mut self) {
        let Some(link) = self.links.pop() else {
            return;
        };
        let span = link.target_span(self.text, self.base);
        self.outline.links.push(Link {
            text: link.text,
            target: link.target,
            span,
        });
    }
}
