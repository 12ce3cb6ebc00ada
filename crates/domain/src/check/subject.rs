//! What is judged: a document with the lookups that many rules need.

use std::cell::Cell;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::access::Authentication;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, EndpointEntry, Entry, Status};
use crate::endpoint::{EndpointPath, Method, Operation};
use crate::name::FieldName;
use crate::source::{Located, Span};
use crate::table::{Column, Table};

/// How many names are compared in one check before no more "did you mean" is offered: a document with thousands of
/// wrong names has another problem, and each comparison takes time.
const SUGGESTION_BUDGET: usize = 20_000;

/// How many columns are named where none is similar.
const SHOWN: usize = 20;

/// The longest text in which a word is looked for, in bytes.
const SEARCHED: usize = 8 * 1024;

/// A document under judgement.
pub(super) struct Subject<'a> {
    /// The document.
    pub(super) document: &'a Document,
    /// What decides what is overdue.
    pub(super) today: NaiveDate,
    /// The status; a draft where it is not said.
    pub(super) status: Status,
    /// The table as it was read.
    pub(super) table: Option<&'a Table>,
    /// The endpoints that mean something, each operation once.
    pub(super) declared: Vec<Declared<'a>>,
    columns: HashMap<&'a str, (usize, &'a Column)>,
    suggestions_left: Cell<usize>,
}

/// An endpoint and what it does.
#[derive(Clone, Copy)]
pub(super) struct Declared<'a> {
    /// What it does.
    pub(super) operation: Operation,
    /// What was read.
    pub(super) entry: &'a EndpointEntry,
}

impl<'a> Subject<'a> {
    /// Prepares a document.
    pub(super) fn new(document: &'a Document, today: NaiveDate) -> Self {
        let suggestions_left = Cell::new(SUGGESTION_BUDGET);
        let status = status(document, &suggestions_left);
        let table = document.schema.filled().map(|located| &located.value);
        let mut columns = HashMap::new();
        for (position, column) in table
            .iter()
            .flat_map(|table| table.columns.iter().enumerate())
        {
            columns
                .entry(column.name.value.as_str())
                .or_insert((position, column));
        }
        Self {
            document,
            today,
            status,
            table,
            declared: declared(document),
            columns,
            suggestions_left,
        }
    }

    /// The column of a name, and its position in the table.
    pub(super) fn column(&self, name: &str) -> Option<(usize, &'a Column)> {
        self.columns.get(name).copied()
    }

    /// The names of all columns.
    pub(super) fn column_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.into_iter().flat_map(|table| {
            table
                .columns
                .iter()
                .map(|column| column.name.value.as_str())
        })
    }

    /// The endpoint of an operation.
    pub(super) fn entry(&self, operation: Operation) -> Option<&'a EndpointEntry> {
        self.declared
            .iter()
            .find(|declared| declared.operation == operation)
            .map(|declared| declared.entry)
    }

    /// The path of the first endpoint.
    pub(super) fn path(&self) -> Option<&'a EndpointPath> {
        self.declared
            .first()
            .map(|declared| &declared.entry.line.value.path)
    }

    /// Whether an endpoint has the method.
    pub(super) fn declares(&self, method: Method) -> bool {
        self.declared
            .iter()
            .any(|declared| declared.operation.method() == method)
    }

    /// Whether callers need not say who they are. Where `none` stands beside another way, that is an error of its own.
    pub(super) fn is_open(&self) -> bool {
        self.document.authentication.filled().is_some_and(|ways| {
            !ways.value.is_empty()
                && ways
                    .value
                    .iter()
                    .all(|way| way.value == Authentication::None)
        })
    }

    /// The column that an author probably meant by `name`.
    pub(super) fn similar_column(&self, name: &str) -> Option<&'a str> {
        self.similar(name, self.column_names())
    }

    /// Adds the column that was probably meant, or else the columns that there are, to a finding about `name`.
    /// `write` puts a column's name into the form of its place.
    pub(super) fn suggest<N: AsRef<str>>(
        &self,
        finding: Diagnostic,
        name: &Located<N>,
        write: fn(&str) -> String,
    ) -> Diagnostic {
        if let Some(similar) = self.similar_column(name.value.as_ref()) {
            let message = format!("did you mean `{similar}`?");
            return finding.replacing(message, name.span, write(similar));
        }
        let columns: Vec<&str> = self.column_names().take(SHOWN).collect();
        finding.noting(format!("the columns are {}", columns.join(", ")))
    }

    /// The candidate that an author probably meant by `name`.
    pub(super) fn similar<'c>(
        &self,
        name: &str,
        candidates: impl Iterator<Item = &'c str>,
    ) -> Option<&'c str> {
        super::suggestion::similar(name, candidates, &self.suggestions_left)
    }

    /// The empty place at the beginning of the line below a byte: where a new line can be pasted.
    pub(super) fn line_below(&self, offset: usize) -> Span {
        let line = self.document.line_of(offset);
        let start = self.document.line_starts.get(line).copied();
        Span::new(offset, start.unwrap_or(offset)).after()
    }

    /// The place of a word inside a span, in either case; the whole span where it is not found.
    pub(super) fn word_in(&self, span: Span, word: &str) -> Span {
        let text = self.document.text_at(span);
        if word.is_empty() || text.len() > SEARCHED {
            return span;
        }
        let text = text.to_ascii_lowercase();
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let found = text
            .match_indices(&word.to_ascii_lowercase())
            .find(|(at, found)| {
                let before = text
                    .get(..*at)
                    .and_then(|before| before.chars().next_back());
                let after = text
                    .get(at + found.len()..)
                    .and_then(|after| after.chars().next());
                !is_part(before) && !is_part(after)
            });
        found.map_or(span, |(at, found)| {
            let start = span.start + at;
            Span::new(start, start + found.len())
        })
    }

    /// Ticks the box of an item in a finding's help.
    pub(super) fn tick(&self, finding: Diagnostic, item: Span) -> Diagnostic {
        let text = self.document.text_at(item);
        match text.find("[ ]") {
            Some(at) => {
                let start = item.start + at;
                let place = Span::new(start, start + "[ ]".len());
                finding.replacing("tick it", place, "[x]")
            }
            None => finding.helping("tick its box: `[x]`"),
        }
    }

    /// Whether a template's own words still stand between two bytes.
    pub(super) fn is_unfilled_between(&self, start: usize, end: usize) -> bool {
        let places = &self.document.unfilled;
        let first = places.partition_point(|place| place.span.start < start);
        places
            .get(first)
            .is_some_and(|place| place.span.start < end)
    }

    /// Whether the place of this label still holds the template's own words.
    pub(super) fn is_unfilled(&self, label: &str) -> bool {
        self.document
            .unfilled
            .iter()
            .any(|place| place.label.eq_ignore_ascii_case(label))
    }
}

/// The status; where there is a slip in it, what was probably meant, so that all of its mistakes are told at once; else a draft.
fn status(document: &Document, suggestions_left: &Cell<usize>) -> Status {
    match &document.header.status {
        Entry::Filled(status) => status.value,
        Entry::Unreadable(span) => {
            let words = Status::ALL.map(Status::as_str);
            let near = super::suggestion::similar(
                document.text_at(*span),
                words.into_iter(),
                suggestions_left,
            );
            let is_near = |status: &Status| near == Some(status.as_str());
            Status::ALL
                .into_iter()
                .find(is_near)
                .unwrap_or(Status::Draft)
        }
        Entry::Missing | Entry::Unfilled(_) => Status::Draft,
    }
}

/// The first endpoint of each operation.
fn declared(document: &Document) -> Vec<Declared<'_>> {
    let mut declared: Vec<Declared<'_>> = Vec::new();
    for entry in &document.endpoints {
        let line = &entry.line.value;
        let Some(operation) = Operation::of(line.method, line.path.has_id) else {
            continue;
        };
        if declared
            .iter()
            .all(|earlier| earlier.operation != operation)
        {
            declared.push(Declared { operation, entry });
        }
    }
    declared
}

/// The filters and sort keys of an endpoint, with the word for each.
pub(super) fn query_of(
    entry: &EndpointEntry,
) -> impl Iterator<Item = (&'static str, &Located<FieldName>)> {
    let line = &entry.line.value;
    let filters = line.filters.iter().map(|name| ("filter", name));
    filters.chain(line.sorts.iter().map(|name| ("sort key", name)))
}
