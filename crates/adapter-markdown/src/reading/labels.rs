//! Finds the labels of a section and what stands behind them.

use std::collections::HashSet;

use specd_domain::diagnostic::Code;
use specd_domain::{Diagnostic, Span};

use super::Reading;
use crate::outline::{Inline, Line, Part, key_of};
use crate::sections::Section;
use crate::suggest::longer_or_shorter;
use crate::value::{Row, Value, tokens_of};

/// A label of the template, as the template writes it.
pub(crate) type LabelName = &'static str;

/// A label that was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its name in the template.
    pub(crate) name: LabelName,
    /// The number of its part.
    pub(crate) part: usize,
    /// What stands behind it.
    pub(crate) value: Value,
}

impl<'a> Reading<'a> {
    /// The labels of these names in these sections, in the order of the text. A second label of one name is an error and left out.
    pub(crate) fn labels_once(&mut self, sections: &[Section], names: &[LabelName]) -> Vec<Found> {
        let mut labels = self.labels(sections, names);
        let mut seen: Vec<(LabelName, Span)> = Vec::new();
        labels.retain(|label| {
            let first = seen.iter().find(|(name, _)| *name == label.name);
            if let Some((_, first)) = first {
                let again = label_twice(label.name, label.value.label, *first);
                self.findings.push(again);
                return false;
            }
            seen.push((label.name, label.value.label));
            true
        });
        labels
    }

    /// The labels of these names in these sections, in the order of the text.
    pub(crate) fn labels(&mut self, sections: &[Section], names: &[LabelName]) -> Vec<Found> {
        let keys: Vec<String> = names.iter().map(|name| key_of(name)).collect();
        let known = |line: &Line<'_>| {
            let key = &line.label.as_ref()?.key;
            let index = keys.iter().position(|known| known == key)?;
            names.get(index).copied()
        };
        let mut found = Vec::new();
        let parts: Vec<(usize, &'a Part<'a>)> = self.parts(sections).collect();
        for (at, (index, part)) in parts.iter().enumerate() {
            let Some(line) = part.line() else { continue };
            let Some((name, mark)) = known(line).zip(line.label.as_ref()) else {
                continue;
            };
            let below = parts.get(at + 1..).unwrap_or_default();
            // In a paragraph of labels also one of the author's own ends the value.
            let paragraph = line.paragraph;
            let ends_value = |line: &Line<'_>| {
                known(line).is_some() || (line.paragraph == paragraph && line.label.is_some())
            };
            let rows = self.rows(part, line, below, &ends_value);
            let label = mark.span;
            found.push(Found {
                name,
                part: *index,
                value: Value { rows, label },
            });
        }
        self.report_lookalikes(&parts, names, &found);
        found
    }

    /// The value of a line without a label: the line, what its paragraph goes on with, and the list items in it.
    pub(crate) fn value_of(&self, index: usize) -> Value {
        let parts = &self.outline.parts;
        let below: Vec<(usize, &Part<'_>)> =
            parts.iter().enumerate().skip(index + 1).take(64).collect();
        let part = parts.get(index);
        let Some((part, line)) = part.and_then(|part| Some((part, part.line()?))) else {
            return Value {
                rows: Vec::new(),
                label: Span::default(),
            };
        };
        Value {
            rows: self.rows(part, line, &below, &|line| line.label.is_some()),
            label: line.label.as_ref().map_or(line.span, |label| label.span),
        }
    }

    /// The rows of a value: its own line, further lines of the paragraph, and the list items below it. A label's list may stand in
    /// the label's own item, or below the label's paragraph.
    fn rows(
        &self,
        part: &Part<'_>,
        line: &Line<'_>,
        below: &[(usize, &Part<'_>)],
        is_label: &dyn Fn(&Line<'_>) -> bool,
    ) -> Vec<Row> {
        let mut rows = vec![Row::of(line.value())];
        for (_, next) in below {
            let Some(next_line) = next.line() else { break };
            if is_label(next_line) || next.heading != part.heading {
                break;
            }
            if next_line.paragraph == line.paragraph {
                if let Some(row) = rows.last_mut() {
                    row.extend(next_line.value_with_label());
                }
                continue;
            }
            let is_nested = match (part.item, next.item) {
                (None, item) => item.is_some(),
                (Some(own), item) => item != Some(own) && self.outline.is_inside(item, own),
            };
            if !is_nested {
                break;
            }
            if next_line.opens_item {
                rows.push(Row::of(next_line.value_with_label()));
            } else if let Some(row) = rows.last_mut() {
                row.extend(next_line.value_with_label());
            }
        }
        rows.retain(|row| !row.tokens.is_empty());
        rows
    }

    /// Warns of a word with a slip in it.
    pub(crate) fn report_slip(&mut self, text: &str, span: Span, name: &str) {
        self.findings.push(slip(text, span, name));
    }

    /// Warns of what was probably meant as one of the labels: bold text with a slip in it, and a label's words that are not bold.
    fn report_lookalikes(
        &mut self,
        parts: &[(usize, &Part<'_>)],
        names: &[LabelName],
        found: &[Found],
    ) {
        let taken: HashSet<usize> = found.iter().map(|label| label.part).collect();
        let is_absent = |name: &&LabelName| found.iter().all(|label| label.name != **name);
        let absent: Vec<LabelName> = names.iter().filter(is_absent).copied().collect();
        for (index, part) in parts {
            let Some(line) = part.line().filter(|_| !taken.contains(index)) else {
                continue;
            };
            let finding = match &line.label {
                Some(label) => self
                    .suggestions
                    .closest(&label.text, names)
                    .or_else(|| longer_or_shorter(&label.text, &absent))
                    .map(|name| slip(&label.text, label.span, name)),
                None => no_label(line, names),
            };
            self.findings.extend(finding);
        }
    }
}

pub(crate) fn label_twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code::LabelTwice,
        span,
        format!("the label `{name}` stands twice"),
    )
    .expecting("the second")
    .pointing_at(first, "the first, which is read")
    .helping("leave one of them")
}

fn slip(text: &str, span: Span, name: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::LabelUnknown,
        span,
        format!("`{text}` is no label that is read here"),
    )
    .expecting("read as free text")
    .replacing(format!("did you mean `{name}`?"), span, name)
}

/// A line `Label: value` whose label is not bold, and a line `**Label** value` that has no colon.
fn no_label(line: &Line<'_>, names: &[LabelName]) -> Option<Diagnostic> {
    let bold = line.leading_bold();
    let words = match &bold {
        Some((words, _)) => words.clone(),
        None => line.leading_words()?,
    };
    // `**Label: value**`
    let (label, value) = match words.split_once(':') {
        Some((label, value)) if bold.is_some() => (label, Some(value.trim())),
        _ => (words.as_str(), None),
    };
    let key = key_of(label);
    let name = names.iter().find(|name| key_of(name) == key)?;
    if let (Some(value), Some((_, span))) = (value, &bold) {
        let span = Span::new(line.start(), span.end + 2);
        let headline = format!("all of `{words}` is bold, and so it is no label");
        let finding = Diagnostic::warning(Code::LabelUnknown, span, headline)
            .expecting("read as free text")
            .replacing(
                "make the label alone bold",
                span,
                format!("**{name}**: {value}"),
            );
        return Some(finding);
    }
    let (span, what, help) = match bold {
        Some((_, span)) => (
            Span::new(line.start(), span.end + 2),
            "has no colon",
            "give it a colon",
        ),
        None => (words_with_colon(line)?, "is not bold", "make it bold"),
    };
    let finding = Diagnostic::warning(
        Code::LabelUnknown,
        span,
        format!("`{name}` {what}, and so it is no label"),
    )
    .expecting("read as free text");
    Some(finding.replacing(help, span, format!("**{name}**:")))
}

fn words_with_colon(line: &Line<'_>) -> Option<Span> {
    let tokens = tokens_of(&line.inlines);
    let colon = tokens.iter().find(|token| token.is_sign(":"))?;
    // `*Label*:` has a star on both sides of its words.
    let star = match line.inlines.as_slice() {
        [Inline::Text(words, first), Inline::Text(_, next), ..] if !words.contains(':') => {
            next.start == first.end + 1
        }
        _ => false,
    };
    let start = line.start().saturating_sub(usize::from(star));
    Some(Span::new(start, colon.span.end))
}
