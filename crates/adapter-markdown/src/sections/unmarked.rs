//! Headings that are none for want of a blank: `###Data Schema` is a paragraph to Markdown.

use std::collections::HashSet;

use specd_domain::diagnostic::Code;
use specd_domain::{Diagnostic, Span};

use super::HEADINGS;
use crate::outline::{Inline, key_of};
use crate::reading::Reading;

/// Warns of each line that would be one of the template's headings, or the title, with a blank behind its `#`.
pub(crate) fn report(reading: &mut Reading<'_>) {
    let names: HashSet<String> = HEADINGS.iter().map(|(name, _)| key_of(name)).collect();
    let lines = reading.outline.parts.iter().filter_map(|part| part.line());
    let found: Vec<Diagnostic> = lines
        .filter_map(|line| match line.inlines.first() {
            Some(Inline::Text(text, span)) => unmarked(text, *span, &names),
            _ => None,
        })
        .collect();
    reading.findings.extend(found);
}

fn unmarked(text: &str, span: Span, names: &HashSet<String>) -> Option<Diagnostic> {
    let words = text.trim_start_matches('#');
    let marks = text.len() - words.len();
    if !(1..=6).contains(&marks) || words.starts_with(char::is_whitespace) {
        return None;
    }
    let key = key_of(words);
    let is_title = marks == 1 && key.starts_with("spec ");
    if !is_title && !names.contains(&key) {
        return None;
    }
    let headline = format!("`{}` is no heading", text.trim_end());
    let behind = Span::new(span.start + marks, span.start + marks);
    Some(
        Diagnostic::warning(Code::HeadingUnknown, span, headline)
            .expecting("read as free text")
            .replacing("put a blank behind the `#`", behind, " "),
    )
}
