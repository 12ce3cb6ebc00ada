//! Mermaid's sequence diagrams, line by line: participants and messages; notes, boxes and blocks are passed over, what stands in them
//! is read.

use std::collections::{HashMap, HashSet};

use specd_domain::diagnostic::Code;
use specd_domain::flow::{Flow, Message};
use specd_domain::{Diagnostic, Located, Span};

use crate::block::BlockText;

/// The arrows, longest first, and whether each is dashed.
const ARROWS: [(&str, bool); 10] = [
    ("<<-->>", true),
    ("<<->>", false),
    ("-->>", true),
    ("->>", false),
    ("-->", true),
    ("--x", true),
    ("--)", true),
    ("->", false),
    ("-x", false),
    ("-)", false),
];

/// The first words of lines that hold neither participants nor messages.
const PASSED_OVER: [&str; 25] = [
    "note",
    "loop",
    "alt",
    "else",
    "opt",
    "par",
    "and",
    "critical",
    "option",
    "break",
    "rect",
    "end",
    "activate",
    "deactivate",
    "autonumber",
    "box",
    "title",
    "acctitle",
    "accdescr",
    "link",
    "links",
    "properties",
    "details",
    "destroy",
    "create",
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
    Some(Flow {
        participants: diagram.participants,
        messages: diagram.messages,
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
    let all = text.split_inclusive(['\n', ';']).map(move |whole| {
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
    known: HashSet<String>,
    /// What a participant is called, by the name it goes by in messages.
    aliases: HashMap<String, String>,
}

impl Diagram {
    /// Takes a line; whether it could be read.
    fn take(&mut self, block: BlockText<'_>, line: Line<'_>, place: Span) -> bool {
        let (word, rest) = line
            .text
            .split_once(char::is_whitespace)
            .unwrap_or((line.text, ""));
        let word = word.to_lowercase();
        let (word, rest) = match word.as_str() {
            "create" => rest
                .trim_start()
                .split_once(char::is_whitespace)
                .unwrap_or((rest, "")),
            word => (word, rest),
        };
        if matches!(word, "participant" | "actor") {
            return self.declare(rest.trim(), place);
        }
        if self.message(block, line, place) {
            return true;
        }
        let word = word.trim_end_matches(':').to_lowercase();
        PASSED_OVER.contains(&word.as_str())
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
            .filter_map(|(arrow, is_reply)| Some((head.find(arrow)?, arrow, is_reply)))
            .min_by_key(|(at, arrow, _)| (*at, usize::MAX - arrow.len()));
        let Some((at, arrow, is_reply)) = arrow else {
            return false;
        };
        let (Some(from), Some(to)) = (head.get(..at), head.get(at + arrow.len()..)) else {
            return false;
        };
        let (from, to) = (from.trim(), to.trim().trim_start_matches(['+', '-']).trim());
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
            is_reply,
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
