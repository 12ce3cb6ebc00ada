//! Findings as a good compiler prints them.

use std::borrow::Cow;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet, Title};
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
        for (position, finding) in file.diagnostics.iter().enumerate() {
            let written = if position < SHOWN_WHOLE {
                one(finding, &source, &path, &renderer)
            } else {
                brief(finding, &source, &path, &renderer)
            };
            out.push_str(&written);
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

/// How many findings of a file are written with their lines. Nobody reads so many; the others have their place and no lines.
const SHOWN_WHOLE: usize = 300;

fn title(finding: &Diagnostic) -> Title<'_> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    level
        .primary_title(control::line(&finding.headline))
        .id(finding.code.as_str())
}

/// The headline and the place.
fn brief(finding: &Diagnostic, source: &Source<'_>, path: &str, renderer: &Renderer) -> String {
    let place = source.place(finding.primary);
    let origin = Origin::path(path)
        .line(place.line)
        .char_column(place.column);
    renderer.render(&[Group::with_title(title(finding)).element(origin)])
}

fn one(finding: &Diagnostic, source: &Source<'_>, path: &str, renderer: &Renderer) -> String {
    let spans = finding.labels.iter().map(|label| label.span);
    let lines = Lines::around(
        finding.primary,
        spans.fold(finding.primary, Span::to),
        source,
    );
    let mut group = annotated(
        Group::with_title(title(finding)),
        finding,
        &lines,
        source,
        path,
    );
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(control::line(note)));
    }
    let Some(help) = &finding.help else {
        return renderer.render(&[group]);
    };
    let Some(replacement) = &help.replacement else {
        let group = group.element(Level::HELP.message(control::line(&help.message)));
        return renderer.render(&[group]);
    };
    let lines = Lines::around(replacement.span, replacement.span, source);
    if lines.is_piece || lines.is_clipped {
        let text = format!("{}: `{}`", help.message, replacement.value);
        let group = group.element(Level::HELP.message(control::line(&text)));
        return renderer.render(&[group]);
    }
    let mended = patched(help, replacement, &lines, source, path);
    renderer.render(&[group, mended])
}

/// The lines of the finding, underlined.
fn annotated<'s>(
    group: Group<'s>,
    finding: &Diagnostic,
    lines: &'s Lines<'_>,
    source: &Source<'_>,
    path: &'s str,
) -> Group<'s> {
    let primary = AnnotationKind::Primary
        .span(lines.inside(finding.primary, source))
        .label(finding.label.as_deref().map(control::line));
    let (near, far): (Vec<_>, Vec<_>) = finding
        .labels
        .iter()
        .partition(|label| lines.holds(label.span, source));
    let others = near.iter().map(|label| {
        AnnotationKind::Context
            .span(lines.inside(label.span, source))
            .label(control::line(&label.value))
    });
    let snippet = Snippet::source(lines.text.as_ref())
        .line_start(lines.number)
        .annotation(primary)
        .annotations(others);
    let notes = far.into_iter().map(|label| {
        let place = source.place(label.span);
        let text = format!(
            "line {}, column {}: {}",
            place.line, place.column, label.value
        );
        Level::NOTE.message(control::line(&text))
    });
    if !lines.is_piece {
        return group.element(snippet.path(path)).elements(notes);
    }
    let place = source.place(finding.primary);
    let origin = Origin::path(path)
        .line(place.line)
        .char_column(place.column);
    group.element(origin).element(snippet).elements(notes)
}

/// The help, with the lines as they would be.
fn patched<'s>(
    help: &Help,
    replacement: &Located<String>,
    lines: &'s Lines<'_>,
    source: &Source<'_>,
    path: &'s str,
) -> Group<'s> {
    let range = lines.inside(replacement.span, source);
    let title = Level::HELP.secondary_title(control::line(&help.message));
    Group::with_title(title).element(
        Snippet::source(lines.text.as_ref())
            .line_start(lines.number)
            .path(path)
            .patch(Patch::new(range, control::lines(&replacement.value))),
    )
}

/// The longest line that is shown whole, in bytes.
const LONGEST_LINE: usize = 4096;
/// The most text between a finding and what it points at for which both are shown, in bytes.
const LARGEST_PART: usize = 32 * 1024;
/// How much is shown before and behind a place in a longer line, in bytes.
const CUT: usize = 60;

/// Whole lines of a source, or a piece of a line that is too long to be shown.
struct Lines<'s> {
    text: Cow<'s, str>,
    start: usize,
    /// The number of the first.
    number: usize,
    /// Whether it is not a whole line.
    is_piece: bool,
    /// Whether lines are left out at the end.
    is_clipped: bool,
}

impl<'s> Lines<'s> {
    /// The lines of `whole`; where that is too much those of `primary` alone, or the first of them; where a line is too long, a piece
    /// of it around `primary`.
    fn around(primary: Span, whole: Span, source: &'s Source<'_>) -> Self {
        let (mut range, mut number) = source.lines_around(source.range(whole));
        if range.len() > LARGEST_PART {
            (range, number) = source.lines_around(source.range(primary));
        }
        let is_clipped = range.len() > LARGEST_PART;
        if is_clipped {
            let first = source.piece(range.start, LARGEST_PART);
            let shown = source.text.get(first.clone()).unwrap_or_default();
            range = first.start..shown.rfind('\n').map_or(first.end, |at| first.start + at);
        }
        let text = source.text.get(range.clone()).unwrap_or_default();
        let is_piece = text.lines().any(|line| line.len() > LONGEST_LINE);
        if is_piece {
            number = source.place(primary).line;
            range = source.piece_around(source.range(primary), CUT);
        }
        Self {
            text: control::source(source.text.get(range.clone()).unwrap_or_default()),
            start: range.start,
            number,
            is_piece,
            is_clipped,
        }
    }

    fn holds(&self, span: Span, source: &Source<'_>) -> bool {
        let range = source.range(span);
        self.start <= range.start && range.end <= self.start + self.text.len()
    }

    fn inside(&self, span: Span, source: &Source<'_>) -> std::ops::Range<usize> {
        let range = source.range(span);
        let start = range.start.saturating_sub(self.start).min(self.text.len());
        let end = range.end.saturating_sub(self.start).min(self.text.len());
        start..end.max(start)
    }
}
