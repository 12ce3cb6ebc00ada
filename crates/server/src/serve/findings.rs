//! Diagnostics on the terminal of a server: errors and warnings; the notes are for `specd check`.

use std::io::{IsTerminal as _, Write as _};

use specd_adapter_markdown::render::{FileFindings, Style, text};
use specd_app::specs::FileReport;
use specd_domain::{Diagnostic, Severity};

/// Writes the errors and warnings of these documents to standard error.
pub(crate) fn show<'a>(files: impl IntoIterator<Item = &'a FileReport>) {
    let graver: Vec<(&FileReport, Vec<Diagnostic>)> = files
        .into_iter()
        .map(|file| (file, graver(&file.diagnostics)))
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

fn graver(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    diagnostics
        .iter()
        .filter(|finding| finding.severity > Severity::Note)
        .cloned()
        .collect()
}
