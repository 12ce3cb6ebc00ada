//! Helpers of the tests: reads a text, and writes findings and places as short lines.

use specd_adapter_markdown::MarkdownReader;
use specd_app::ports::documents::{ReadDocument, SpecReader};
use specd_domain::diagnostic::{Diagnostic, Severity};
use specd_domain::{Document, Span};

pub(crate) fn read_bytes(bytes: &[u8]) -> ReadDocument {
    MarkdownReader::new(Box::new(|_, target| !target.contains("missing")))
        .read("0001-test.md", bytes)
}

pub(crate) fn read(text: &str) -> ReadDocument {
    read_bytes(text.as_bytes())
}

/// `line:column`, the column in characters.
pub(crate) fn place(document: &Document, text: &str, span: Span) -> String {
    let line = document.line_of(span.start);
    let start = document.line_starts[line - 1];
    let column = text
        .get(start..span.start)
        .map_or(0, |before| before.chars().count())
        + 1;
    format!("{line}:{column}")
}

/// `error SD0101 3:5 |text| headline`.
pub(crate) fn finding(document: &Document, text: &str, finding: &Diagnostic) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let span = finding.primary;
    let underlined = text.get(span.start..span.end).unwrap_or("(no text)");
    let first_line = underlined.lines().next().unwrap_or_default();
    format!(
        "{severity} {} {} |{first_line}| {}",
        finding.code,
        place(document, text, span),
        finding.headline
    )
}

pub(crate) fn findings(read: &ReadDocument, text: &str) -> Vec<String> {
    let all = read.findings.iter();
    all.map(|found| finding(&read.document, text, found))
        .collect()
}

/// `3:5 |text| label`, with a `!` where it is required.
pub(crate) fn unfilled(read: &ReadDocument, text: &str) -> Vec<String> {
    let places = read.document.unfilled.iter();
    places
        .map(|unfilled| {
            let mark = if unfilled.required { "!" } else { "" };
            let underlined = &text[unfilled.span.start..unfilled.span.end];
            let underlined = underlined.replace('\n', "⏎");
            format!(
                "{} |{underlined}| {}{mark}",
                place(&read.document, text, unfilled.span),
                unfilled.label
            )
        })
        .collect()
}
