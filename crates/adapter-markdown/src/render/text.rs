//! Findings as a good compiler prints them.

use std::borrow::Cow;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use specd_domain::diagnostic::{Diagnostic, Help};
use specd_domain::{Located, Severity, Span};

use super::control;
use super::place::Source;
use super::{FileFindings, Style, count};

/// The findings of all files, each with the lines it speaks of, and a line that sums them up.
pub fn render(files: &[FileFindings<'_>], style: Style) -> String {
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for file in files.iter().filter(|file| !file.diagnostics.is_empty()) {
        let source = Source::new(file.text);
        let path = control::line(file.path);
        for finding in file.diagnostics {
            out.push_str(&one(finding, &source, &path, &renderer));
            out.push_str("\n\n");
        }
    }
    let _ = writeln!(out, "{}", summary(files));
    out
}

/// `2 errors, 1 warning in 3 files`.
pub fn summary(files: &[FileFindings<'_>]) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (count(files, severity), severity.as_str()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| plural(number, word))
        .collect();
    let files = plural(files.len(), "file");
    if counts.is_empty() {
        return format!("no findings in {files}");
    }
    format!("{} in {files}", counts.join(", "))
}

fn plural(number: usize, word: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {word}{ending}")
}

fn one(finding: &Diagnostic, source: &Source<'_>, path: &str, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(control::line(&finding.headline))
        .id(finding.code.as_str());
    let mut group = Group::with_title(title).element(snippet(finding, source, path));
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(control::line(note)));
    }
    let mut groups = Vec::new();
    match &finding.help {
        Some(Help {
            message,
            replacement: Some(replacement),
        }) => {
            groups.push(group);
            groups.push(patch(message, replacement, source, path));
        }
        Some(help) => {
            groups.push(group.element(Level::HELP.message(control::line(&help.message))));
        }
        None => groups.push(group),
    }
    renderer.render(&groups)
}

/// The lines of the finding, underlined.
fn snippet<'s>(
    finding: &'s Diagnostic,
    source: &'s Source<'_>,
    path: &'s str,
) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let spans = finding.labels.iter().map(|label| label.span);
    let whole = spans.fold(finding.primary, Span::to);
    let lines = Lines::around(whole, source);
    let primary = AnnotationKind::Primary
        .span(lines.inside(finding.primary, source))
        .label(finding.label.as_deref().map(control::line));
    let others: Vec<_> = finding
        .labels
        .iter()
        .map(|label| {
            AnnotationKind::Context
                .span(lines.inside(label.span, source))
                .label(control::line(&label.value))
        })
        .collect();
    Snippet::source(lines.text)
        .line_start(lines.number)
        .path(path)
        .annotation(primary)
        .annotations(others)
}

/// The help, with the lines as they would be.
fn patch<'s>(
    message: &str,
    replacement: &'s Located<String>,
    source: &'s Source<'_>,
    path: &'s str,
) -> Group<'s> {
    let lines = Lines::around(replacement.span, source);
    let range = lines.inside(replacement.span, source);
    Group::with_title(Level::HELP.secondary_title(control::line(message))).element(
        Snippet::source(lines.text)
            .line_start(lines.number)
            .path(path)
            .patch(Patch::new(range, control::line(&replacement.value))),
    )
}

/// Whole lines of a source: a snippet of them costs nothing of the rest.
struct Lines<'s> {
    text: Cow<'s, str>,
    start: usize,
    /// The number of the first.
    number: usize,
}

impl<'s> Lines<'s> {
    fn around(span: Span, source: &'s Source<'_>) -> Self {
        let (range, number) = source.lines_around(source.range(span));
        Self {
            text: control::source(source.text.get(range.clone()).unwrap_or_default()),
            start: range.start,
            number,
        }
    }

    fn inside(&self, span: Span, source: &Source<'_>) -> std::ops::Range<usize> {
        let range = source.range(span);
        let start = range.start.saturating_sub(self.start).min(self.text.len());
        let end = range.end.saturating_sub(self.start).min(self.text.len());
        start..end.max(start)
    }
}
