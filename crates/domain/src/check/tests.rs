//! Each test breaks one thing of a good document and expects the one finding that tells it.

mod api;
mod decision;
mod header;
mod plan;
mod properties;
mod schema;
mod security;
mod seed;
mod together;

use super::sample::{self, today};
use super::{Checked, check};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::{Document, Entry, Status};
use crate::source::Located;
use crate::table::Table;

/// What a finding is expected to be: its code, severity and the text it underlines.
type Expected<'e> = (Code, Severity, &'e str);

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;
const NOTE: Severity = Severity::Note;

/// The outcome for the good document with a change.
fn outcome(change: impl FnOnce(&mut Document)) -> (Checked, String) {
    let (mut document, page) = sample::orders();
    change(&mut document);
    (check(&document, Vec::new(), today()), page.text)
}

/// Expects exactly these findings of the good document with a change.
#[track_caller]
fn finds(change: impl FnOnce(&mut Document), expected: &[Expected<'_>]) -> Vec<Diagnostic> {
    let (checked, text) = outcome(change);
    let underlined = |finding: &Diagnostic| {
        let (start, end) = (finding.primary.start, finding.primary.end);
        text.get(start..end).unwrap_or("?").to_owned()
    };
    let found: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| (finding.code, finding.severity, underlined(finding)))
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|&(code, severity, text)| (code, severity, text.to_owned()))
        .collect();
    assert_eq!(found, expected, "{:#?}", checked.diagnostics);
    let is_refused = expected.iter().any(|(_, severity, _)| *severity == ERROR);
    assert_eq!(checked.spec.is_none(), is_refused);
    checked.diagnostics
}

/// Expects one error of this code.
#[track_caller]
fn refused(change: impl FnOnce(&mut Document), code: Code) {
    let (checked, _) = outcome(change);
    let found: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| (finding.code, finding.severity))
        .collect();
    assert_eq!(found, [(code, ERROR)], "{:#?}", checked.diagnostics);
    assert_eq!(checked.spec, None);
}

/// The text that pasting a finding's help makes.
fn pasted(text: &str, finding: &Diagnostic) -> String {
    let replacement = finding
        .help
        .as_ref()
        .and_then(|help| help.replacement.as_ref());
    let replacement = replacement.expect("a help that can be pasted");
    let (start, end) = (replacement.span.start, replacement.span.end);
    let before = text.get(..start).unwrap();
    let after = text.get(end..).unwrap();
    format!("{before}{}{after}", replacement.value)
}

fn table(document: &mut Document) -> &mut Table {
    match &mut document.schema {
        Entry::Filled(located) => &mut located.value,
        _ => panic!("the sample has a table"),
    }
}

fn set_status(document: &mut Document, status: Status) {
    let span = document.header.status.span().unwrap();
    document.header.status = Entry::Filled(Located::new(status, span));
}

#[test]
fn the_good_document_has_no_finding_and_a_spec() {
    finds(|_| (), &[]);
}

#[test]
fn what_reading_refused_at_one_place_is_not_refused_there_again() {
    let (mut document, _) = sample::orders();
    let span = document.endpoints[0].line.value.path.has_id;
    assert!(!span);
    let first = table(&mut document).columns[1].clone();
    let place = first.name.span;
    let second = table(&mut document).columns.get_mut(2).unwrap();
    second.name = Located::new(first.name.value, place);
    let read = Diagnostic::error(Code::SqlDuplicateColumn, place, "a column stands twice");
    let checked = check(&document, vec![read], today());
    let twice = checked
        .diagnostics
        .iter()
        .filter(|finding| finding.primary == place);
    assert_eq!(twice.count(), 1);
    assert_eq!(checked.spec, None);
}

#[test]
fn what_follows_from_a_column_that_could_not_be_read_is_not_told() {
    let (mut document, _) = sample::orders();
    let place = table(&mut document).columns.remove(2).name.span;
    table(&mut document).checks.clear();
    let read = Diagnostic::error(Code::SqlType, place, "there is no type `INTEGR`");
    let checked = check(&document, vec![read.clone()], today());
    assert_eq!(checked.diagnostics, [read]);
}

#[test]
fn what_follows_from_an_endpoint_that_could_not_be_read_is_not_told() {
    let (mut document, _) = sample::orders();
    let place = document.endpoints.remove(0).line.span;
    let read = Diagnostic::error(Code::EndpointMeaningless, place, "no endpoint");
    let checked = check(&document, vec![read.clone()], today());
    assert_eq!(checked.diagnostics, [read]);
}
