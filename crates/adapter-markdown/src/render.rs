//! Diagnostics, written out for people and for tools. Lines and columns count from 1, columns in Unicode code points.

mod control;
pub mod flow;
pub mod github;
pub mod json;
mod place;
pub mod sarif;
pub mod text;

#[cfg(test)]
mod tests;

use specd_domain::{Diagnostic, Severity};

/// A file and what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct FileFindings<'a> {
    /// The path, as the user would write it.
    pub path: &'a str,
    /// The bytes of the file, UTF-8 or not.
    pub text: &'a [u8],
    /// The findings, in the order of the text.
    pub diagnostics: &'a [Diagnostic],
}

/// How text for people looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether a terminal that shows colours reads it.
    pub colour: bool,
}

/// The ways to write findings out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people, as a good compiler prints it.
    #[default]
    Text,
    /// For tools: the schema of [`json`].
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Text, Self::Json, Self::Sarif, Self::Github];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
        }
    }
}

/// Writes the findings of all files out.
pub fn render(format: Format, files: &[FileFindings<'_>], style: Style) -> String {
    match format {
        Format::Text => text::render(files, style),
        Format::Json => json::render(files),
        Format::Sarif => sarif::render(files),
        Format::Github => github::render(files),
    }
}

/// How many findings there are of each severity.
fn count(files: &[FileFindings<'_>], severity: Severity) -> usize {
    files
        .iter()
        .flat_map(|file| file.diagnostics)
        .filter(|finding| finding.severity == severity)
        .count()
}

/// The page of a code, from the root of the project.
fn page(code: specd_domain::Code) -> String {
    format!("docs/diagnostics/{code}.md")
}
