//! Mermaid's sequence diagrams, line by line: participants, messages and the blocks that they stand in. Notes, activations and
//! what only changes the look are passed over.

mod blocks;

use std::collections::{HashMap, HashSet};

use specd_domain::diagnostic::Code;
use specd_domain::flow::{Flow, Message};
use specd_domain::{Diagnostic, Located, Span};

use self::blocks::Blocks;
use crate::block::BlockText;

/// The arrows. Two lines make it dashed, a bracket at its end open.
const ARROWS: [&str; 26] = [
    "<<-->>", "<<->>", "-->>", "->>", "-->", "->", "--x", "-x", "--)", "-)", // whole
    "--|\\", "-|\\", "--|/", "-|/", "--\\\\", "-\\\\", "--//", "-//", // half, at the end
    "/|--", "/|-", "\\|--", "\\|-", "//--", "//-", "\\\\--",
    "\\\\-", // half, at the beginning
];

/// The first words of lines that hold neither participants nor messages nor blocks.
const PASSED_OVER: [&str; 12] = [
    "note",
    "activate",
    "deactivate",
    "autonumber",
    "title",
    "acctitle",
    "accdescr",
    "link",
    "links",
    "properties",
    "details",
    "destroy",
];

/// A line and where it begins in the block.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    start: usize,
}

/// Reads a block. The first line that cannot be read is a note, and the diagram then is none.
pub(super) fn read(
    block: BlockText<'_>,
    span: Span,
    findings: &mut Vec<Diagnostic>,
) -> Option<Flow> {
    let mut lines = lines(block.text()).peekable();
    skip_front_matter(&mut lines);
    let first = lines.next();
    let is_sequence = first.is_some_and(|line| line.text == "sequenceDiagram");
    if !is_sequence {
        let (start, end) = first.map_or((0, 0), |line| (line.start, line.start + line.text.len()));
        findings.push(note(block.span(start..end), "expected `sequenceDiagram`"));
        return None;
    }
    let mut diagram = Diagram::default();
    for line in lines {
        let place = block.span(line.start..line.start + line.text.len());
        if !diagram.take(block, line, place) {
            findings.push(note(
                place,
                "expected a participant or a message such as `Client->>API: POST /orders`",
            ));
            return None;
        }
    }
    if let Some(place) = diagram.blocks.unended() {
        findings.push(note(place, "expected an `end` behind it"));
        return None;
    }
    Some(Flow {
        participants: diagram.participants,
        messages: diagram.messages,
        branches: diagram.blocks.into_branches(),
        span,
    })
}

fn note(span: Span, expected: &str) -> Diagnostic {
    Diagnostic::note(
        Code::FlowUnreadable,
        span,
        "the flow diagram cannot be read",
    )
    .expecting(expected)
    .noting("requests are not compared with it")
    .helping("write for example: Client->>API: POST /api/v1/orders")
}

/// The lines that say something, without blanks at their ends.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let (mut is_hash, mut is_code) = (false, false);
    // `#59;` is a character, and ends no line.
    let ends = move |c: char| {
        let does = c == '\n' || c == ';' && !is_code;
        is_code = (is_hash || is_code) && c.is_ascii_alphanumeric();
        is_hash = c == '#';
        does
    };
    let all = text.split_inclusive(ends).map(move |whole| {
        let line = Line { text: whole, start };
        start += whole.len();
        line
    });
    let trimmed = all.map(|line| {
        let text = line.text.trim_end_matches([';', '\n']);
        let inner = text.trim_start();
        Line {
            text: inner.trim_end(),
            start: line.start + text.len() - inner.len(),
        }
    });
    trimmed.filter(|line| !line.text.is_empty() && !line.text.starts_with("%%"))
}

/// The first word, and what follows it.
fn cut(text: &str) -> (&str, &str) {
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// `---` to `---` before the diagram.
fn skip_front_matter<'a>(lines: &mut std::iter::Peekable<impl Iterator<Item = Line<'a>>>) {
    if lines.next_if(|line| line.text == "---").is_some() {
        while lines.next_if(|line| line.text != "---").is_some() {}
        lines.next();
    }
}

#[derive(Default)]
struct Diagram {
    participants: Vec<Located<String>>,
    messages: Vec<Message>,
    blocks: Blocks,
    known: HashSet<String>,
    /// What a participant is called, by the name it goes by in messages.
    aliases: HashMap<String, String>,
    /// Whether the line is one of a description in braces.
    is_described: bool,
}

impl Diagram {
    /// Takes a line; whether it could be read.
    fn take(&mut self, block: BlockText<'_>, line: Line<'_>, place: Span) -> bool {
        if self.is_described {
            self.is_described = !line.text.contains('}');
            return true;
        }
        let (word, rest) = cut(line.text);
        let word = word.to_lowercase();
        let word = word.trim_end_matches([':', '{']);
        let (word, rest) = match word {
            "create" => cut(rest.trim_start()),
            word => (word, rest),
        };
        if matches!(word, "participant" | "actor") {
            return self.declare(rest.trim(), place);
        }
        if PASSED_OVER.contains(&word) {
            let text = line.text;
            self.is_described = word == "accdescr" && text.contains('{') && !text.contains('}');
            return true;
        }
        let is_in_place = self.blocks.take(word, place);
        is_in_place.unwrap_or_else(|| self.message(block, line, place))
    }

    /// `participant A as Words`.
    fn declare(&mut self, text: &str, place: Span) -> bool {
        let (name, shown) = text
            .split_once(" as ")
            .map_or((text, text), |(name, shown)| (name.trim(), shown.trim()));
        // Mermaid takes settings behind `@`; they say nothing to a reader.
        let name = name.split('@').next().unwrap_or(name).trim();
        if name.is_empty() || shown.is_empty() {
            return false;
        }
        let shown = if name.len() < shown.len() && shown.starts_with(name) && shown.contains('@') {
            name
        } else {
            shown
        };
        self.aliases.insert(name.to_owned(), shown.to_owned());
        self.meet(shown.to_owned(), place);
        true
    }

    /// `A->>B: words`; `+` and `-` before the receiver start and end an activation.
    fn message(&mut self, block: BlockText<'_>, line: Line<'_>, place: Span) -> bool {
        let (head, words) = line.text.split_once(':').unwrap_or((line.text, ""));
        let arrow = ARROWS
            .into_iter()
            .filter_map(|arrow| Some((head.find(arrow)?, arrow)))
            .min_by_key(|(at, arrow)| (*at, usize::MAX - arrow.len()));
        let Some((at, arrow)) = arrow else {
            return false;
        };
        let (Some(from), Some(to)) = (head.get(..at), head.get(at + arrow.len()..)) else {
            return false;
        };
        // `()` is a mark on a lifeline.
        let (from, to) = (from.trim().trim_end_matches("()"), to.trim());
        let to = to.trim_start_matches(['+', '-']).trim_start_matches("()");
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() || to.is_empty() {
            return false;
        }
        let span = block.span(line.start..line.start + head.len());
        let (from, to) = (self.shown(from), self.shown(to));
        self.meet(from.clone(), span);
        self.meet(to.clone(), span);
        self.messages.push(Message {
            from,
            to,
            text: words.trim().to_owned(),
            is_reply: arrow.contains("--"),
            is_async: arrow.ends_with(')'),
            branch: self.blocks.here(),
            span: place,
        });
        true
    }

    fn shown(&self, name: &str) -> String {
        self.aliases
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    }

    fn meet(&mut self, name: String, place: Span) {
        if self.known.insert(name.clone()) {
            self.participants.push(Located::new(name, place));
        }
    }
}
