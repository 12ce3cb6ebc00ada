//! Findings as workflow commands of GitHub Actions, which shows them beside the changed lines.

use std::fmt::Write as _;

use specd_domain::Severity;
use specd_domain::diagnostic::Diagnostic;

use super::FileFindings;
use super::control;
use super::place::Source;

/// The findings of all files, a command and a line each.
pub fn render(files: &[FileFindings<'_>]) -> String {
    let mut out = String::new();
    for file in files {
        let source = Source::new(file.text);
        for finding in file.diagnostics {
            one(&mut out, finding, &source, file.path);
        }
    }
    out
}

fn one(out: &mut String, finding: &Diagnostic, source: &Source<'_>, path: &str) {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = source.place(finding.primary);
    let _ = writeln!(
        out,
        "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}",
        property(path),
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        finding.code,
        data(&message(finding)),
    );
}

fn message(finding: &Diagnostic) -> String {
    let mut text = finding.headline.clone();
    if let Some(label) = &finding.label {
        let _ = write!(text, "\n{label}");
    }
    for note in &finding.notes {
        let _ = write!(text, "\nnote: {note}");
    }
    if let Some(help) = &finding.help {
        let _ = write!(text, "\nhelp: {}", help.message);
        if let Some(replacement) = help
            .replacement
            .as_ref()
            .filter(|text| !text.value.is_empty())
        {
            let _ = write!(text, "\n{}", replacement.value);
        }
    }
    text
}

/// What may not stand raw in the message of a command. Other control characters reach nobody's terminal either.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            acting if control::acts(acting) => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What may not stand raw in a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
