//! Places that still hold the template's own words (spec-language, section 1).

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::{Entry, Status, UnfilledPlace};
use crate::source::Span;

use super::subject::Subject;

/// A note in a draft, a warning in review, and in an approved document an error where the place is required.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for place in &subject.document.unfilled {
        findings.push(finding(subject.status, place));
    }
    for (label, span) in required_places(subject) {
        let is_listed = subject.document.unfilled.iter().any(|place| {
            place.span.start < span.end.max(span.start + 1) && span.start < place.span.end
        });
        if !is_listed {
            let place = UnfilledPlace {
                span,
                label: label.to_owned(),
                example: None,
                required: true,
            };
            findings.push(finding(subject.status, &place));
        }
    }
}

/// The required places that are unfilled, whether or not the reader listed them: none of them may pass in silence.
fn required_places(subject: &Subject<'_>) -> Vec<(&'static str, Span)> {
    fn unfilled<T>(label: &'static str, entry: &Entry<T>) -> Option<(&'static str, Span)> {
        match entry {
            Entry::Unfilled(span) => Some((label, *span)),
            _ => None,
        }
    }
    let header = &subject.document.header;
    let mut places = vec![
        unfilled("title", &header.title),
        unfilled("Status", &header.status),
        unfilled("Author", &header.author),
        unfilled("Created", &header.created),
        unfilled("Last Updated", &header.last_updated),
        unfilled("Database Schema", &subject.document.schema),
    ];
    for declared in &subject.declared {
        places.push(unfilled("Request", &declared.entry.request));
        places.push(unfilled("Response", &declared.entry.response));
    }
    places.into_iter().flatten().collect()
}

fn finding(status: Status, place: &UnfilledPlace) -> Diagnostic {
    let headline = format!("`{}` still holds the template's placeholder", place.label);
    let finding = Diagnostic::new(
        Code::Unfilled,
        severity(status, place.required),
        place.span,
        headline,
    )
    .expecting("to be filled in");
    match &place.example {
        Some(example) => finding.helping(format!("write for example: {example}")),
        None => finding,
    }
}

const fn severity(status: Status, is_required: bool) -> Severity {
    match status {
        Status::Draft => Severity::Note,
        Status::Approved | Status::Deprecated if is_required => Severity::Error,
        Status::Review | Status::Approved | Status::Deprecated => Severity::Warning,
    }
}
