//! The header: title, status, author and dates (spec-language, section 2).

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Entry;
use crate::source::Span;

use super::subject::Subject;

/// Each required line is there.
pub(super) fn complete(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let header = &subject.document.header;
    if matches!(header.title, Entry::Missing) {
        findings.push(title_missing(subject));
    }
    let today = subject.today;
    let lines = [
        ("Status", "draft".to_owned(), is_missing(&header.status)),
        (
            "Author",
            "Ada Lovelace".to_owned(),
            is_missing(&header.author),
        ),
        ("Created", today.to_string(), is_missing(&header.created)),
        (
            "Last Updated",
            today.to_string(),
            is_missing(&header.last_updated),
        ),
    ];
    for (label, example, is_missing) in lines {
        if is_missing {
            findings.push(line_missing(subject, label, &example));
        }
    }
}

const fn is_missing<T>(entry: &Entry<T>) -> bool {
    matches!(entry, Entry::Missing)
}

fn title_missing(subject: &Subject<'_>) -> Diagnostic {
    let number = subject
        .document
        .file_number
        .map_or_else(|| "0001".to_owned(), |number| number.to_string());
    Diagnostic::error(
        Code::HeaderItemMissing,
        Span::default(),
        "the document has no title",
    )
    .expecting(format!("expected `# SPEC {number}: Title`"))
    .replacing(
        "begin the document with its number and title",
        Span::default(),
        format!("# SPEC {number}: Orders\n\n"),
    )
}

fn line_missing(subject: &Subject<'_>, label: &str, example: &str) -> Diagnostic {
    let title = subject.document.header.title.span().unwrap_or_default();
    Diagnostic::error(
        Code::HeaderItemMissing,
        title,
        format!("the header has no `{label}`"),
    )
    .expecting(format!(
        "expected a line `**{label}**: {example}` below this"
    ))
    .replacing(
        "add the line",
        subject.line_below(title.start),
        format!("\n**{label}**: {example}\n"),
    )
}

/// The number in the file's name is the title's.
pub(super) fn number(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let header = &subject.document.header;
    let (Some(title), Some(file)) = (header.title.filled(), subject.document.file_number) else {
        return;
    };
    let number = &title.value.number;
    if number.value != file {
        findings.push(
            Diagnostic::error(
                Code::NumbersDisagree,
                number.span,
                format!("the title says SPEC {}, the file name {file}", number.value),
            )
            .expecting(format!("expected `{file}`"))
            .replacing("use the number of the file", number.span, file.to_string()),
        );
    }
}

/// A document is not changed before it is begun.
pub(super) fn dates(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let header = &subject.document.header;
    let (Some(created), Some(updated)) = (header.created.filled(), header.last_updated.filled())
    else {
        return;
    };
    if updated.value < created.value {
        findings.push(
            Diagnostic::error(
                Code::UpdatedBeforeCreated,
                updated.span,
                format!(
                    "last updated on {}, before it was created on {}",
                    updated.value, created.value
                ),
            )
            .expecting(format!("expected {} or later", created.value))
            .pointing_at(created.span, "created here")
            .replacing(
                "use a date that is not earlier",
                updated.span,
                created.value.to_string(),
            ),
        );
    }
}
