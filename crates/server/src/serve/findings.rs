//! Diagnostics on the terminal of a server: errors and warnings; the notes are for `specd check`.

use std::collections::HashMap;
use std::io::{IsTerminal as _, Write as _};

use specd_adapter_markdown::render::{FileFindings, Style, text};
use specd_app::specs::FileReport;
use specd_domain::{Diagnostic, Severity};

/// Writes the errors and warnings of these documents to standard error.
pub(crate) fn show<'a>(files: impl IntoIterator<Item = &'a FileReport>) {
    write(files.into_iter().map(|file| (file, graver(file))));
}

/// Writes the errors of changed documents, and of their warnings those that they did not have before.
pub(crate) fn show_news<'a>(
    files: impl IntoIterator<Item = &'a FileReport>,
    before: &HashMap<&str, &FileReport>,
) {
    write(files.into_iter().map(|file| {
        let known = before
            .get(&*file.path)
            .map_or(&[][..], |old| &old.diagnostics[..]);
        (file, news(graver(file), known))
    }));
}

fn write<'a>(files: impl Iterator<Item = (&'a FileReport, Vec<Diagnostic>)>) {
    let graver: Vec<(&FileReport, Vec<Diagnostic>)> = files
        .filter(|(_, diagnostics)| !diagnostics.is_empty())
        .collect();
    if graver.is_empty() {
        return;
    }
    let findings: Vec<FileFindings<'_>> = graver
        .iter()
        .map(|(file, diagnostics)| FileFindings {
            path: &file.path,
            text: &file.bytes,
            diagnostics,
        })
        .collect();
    let mut stderr = std::io::stderr().lock();
    let style = Style {
        colour: stderr.is_terminal(),
    };
    // Where standard error is gone there is nobody left to tell.
    let _ = stderr.write_all(text::render(&findings, style).as_bytes());
}

fn graver(file: &FileReport) -> Vec<Diagnostic> {
    file.diagnostics
        .iter()
        .filter(|finding| finding.severity > Severity::Note)
        .cloned()
        .collect()
}

/// Places move when a line is added, words do not.
fn news(findings: Vec<Diagnostic>, known: &[Diagnostic]) -> Vec<Diagnostic> {
    let is_known = |finding: &Diagnostic| {
        finding.severity < Severity::Error
            && known
                .iter()
                .any(|old| old.code == finding.code && old.headline == finding.headline)
    };
    findings
        .into_iter()
        .filter(|finding| !is_known(finding))
        .collect()
}

#[cfg(test)]
mod tests {
    use specd_domain::{Code, Span};

    use super::*;

    #[test]
    fn a_warning_is_told_once_and_an_error_each_time() {
        let at = |start, severity, words: &str| {
            Diagnostic::new(Code::Unfilled, severity, Span::new(start, start), words)
        };
        let known = [at(1, Severity::Warning, "a"), at(2, Severity::Error, "b")];
        let found = vec![
            at(5, Severity::Warning, "a"),
            at(6, Severity::Error, "b"),
            at(7, Severity::Warning, "c"),
        ];
        let words: Vec<String> = news(found, &known)
            .into_iter()
            .map(|finding| finding.headline)
            .collect();
        assert_eq!(words, ["b", "c"]);
    }
}
