//! Placeholders and the header.

use super::*;
use crate::document::UnfilledPlace;
use crate::name::SpecNumber;
use crate::source::Span;

#[test]
fn a_required_line_of_the_header_is_asked_for() {
    let missing = [(Code::HeaderItemMissing, ERROR, "0001: Orders")];
    finds(
        |document| document.header.status = Entry::Missing,
        &[(Code::HeaderItemMissing, ERROR, "0001: Orders")],
    );
    finds(|document| document.header.author = Entry::Missing, &missing);
    finds(
        |document| document.header.created = Entry::Missing,
        &missing,
    );
    finds(
        |document| document.header.last_updated = Entry::Missing,
        &missing,
    );
    finds(
        |document| document.header.title = Entry::Missing,
        &[(Code::HeaderItemMissing, ERROR, "")],
    );
}

#[test]
fn a_missing_line_can_be_pasted_below_the_title() {
    let (checked, text) = outcome(|document| document.header.author = Entry::Missing);
    let text = pasted(&text, &checked.diagnostics[0]);
    assert!(
        text.starts_with("# SPEC 0001: Orders\n\n**Author**: Ada Lovelace\n\n**Status**"),
        "{text}"
    );
}

#[test]
fn what_could_not_be_read_is_not_told_twice() {
    let (mut document, _) = sample::orders();
    let span = Span::new(3, 9);
    document.header.status = Entry::Unreadable(span);
    let read = Diagnostic::error(Code::Unfilled, span, "no status");
    let checked = check(&document, vec![read.clone()], today());
    assert_eq!(checked.diagnostics, [read]);
}

#[test]
fn the_title_has_the_number_of_the_file() {
    let found = finds(
        |document| document.file_number = Some(SpecNumber(12)),
        &[(Code::NumbersDisagree, ERROR, "0001")],
    );
    let help = found[0].help.clone().unwrap();
    assert_eq!(help.replacement.unwrap().value, "0012");
}

#[test]
fn a_document_is_not_changed_before_it_is_begun() {
    finds(
        |document| {
            let span = document.header.last_updated.span().unwrap();
            document.header.last_updated =
                Entry::Filled(Located::new(sample::day("2024-12-31"), span));
        },
        &[(Code::UpdatedBeforeCreated, ERROR, "2025-01-02")],
    );
}

#[test]
fn a_placeholder_is_as_grave_as_the_status_makes_it() {
    let cases = [
        (Status::Draft, true, NOTE),
        (Status::Draft, false, NOTE),
        (Status::Review, true, WARNING),
        (Status::Review, false, WARNING),
        (Status::Approved, true, ERROR),
        (Status::Approved, false, WARNING),
    ];
    for (status, required, severity) in cases {
        let place = UnfilledPlace {
            span: Span::new(2, 6),
            label: "Author".to_owned(),
            example: Some("**Author**: Ada".to_owned()),
            required,
        };
        let change = |document: &mut Document| {
            set_status(document, status);
            document.unfilled.push(place);
        };
        finds(change, &[(Code::Unfilled, severity, "SPEC")]);
    }
}

#[test]
fn an_unfilled_author_stops_an_approved_document_even_unlisted() {
    let span = Span::new(2, 6);
    finds(
        |document| document.header.author = Entry::Unfilled(span),
        &[(Code::Unfilled, ERROR, "SPEC")],
    );
}

#[test]
fn a_draft_without_author_and_dates_can_be_previewed() {
    let (checked, _) = outcome(|document| {
        set_status(document, Status::Draft);
        document.header.author = Entry::Unfilled(Span::new(2, 6));
        document.header.created = Entry::Unfilled(Span::new(2, 6));
    });
    let spec = checked.spec.unwrap();
    assert_eq!(spec.author, "");
    assert_eq!(spec.created, spec.last_updated);
}
