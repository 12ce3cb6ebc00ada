//! A good document and its text, for tests that break one thing of it.

mod json;
mod page;
mod schema;
mod sections;

use chrono::NaiveDate;

use crate::document::{
    Document, EndpointEntry, EndpointLine, Entry, ExampleBlock, Status, StatusLine, Title,
};
use crate::endpoint::{EndpointPath, Method};
use crate::name::{CollectionName, ColumnName, ConstraintName, FieldName, SpecNumber};
use crate::source::{Located, Span};

pub(super) use self::page::Page;
use self::schema::table;
pub(super) use self::schema::{MONEY, column, index_of, reference_of, unique_of};
use self::sections::{decision, plan, security};

pub(super) const REQUEST: &str = r#"{
  "customer_email": "ada@example.org",
  "quantity": 2,
  "price": 598.94,
  "status": "new",
  "tags": ["gift"],
  "details": {"wrapped": true}
}"#;

pub(super) const RESPONSE: &str = r#"{
  "id": "uuid",
  "customer_email": "ada@example.org",
  "quantity": 2,
  "price": 598.94,
  "status": "new",
  "created_at": "2025-01-01T00:00:00Z"
}"#;

/// The day of the check.
pub(super) fn today() -> NaiveDate {
    day("2025-06-15")
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// An example block that begins at a byte.
pub(super) fn block(text: &str, start: usize) -> ExampleBlock {
    ExampleBlock {
        value: json::read(text, start),
        text: text.to_owned(),
    }
}

pub(super) fn field(name: &str) -> FieldName {
    FieldName::new(name).unwrap()
}

pub(super) fn column_name(name: &str) -> ColumnName {
    ColumnName::new(name).unwrap()
}

pub(super) fn constraint(name: &str) -> ConstraintName {
    ConstraintName::new(name).unwrap()
}

/// A value without a place of its own.
pub(super) fn at<T>(value: T) -> Located<T> {
    Located::new(value, Span::new(1, 2))
}

/// A document without a finding, and its text.
pub(super) fn orders() -> (Document, Page) {
    let mut page = Page::default();
    let mut document = Document {
        path: "docs/architecture/specs/0001-orders.md".to_owned(),
        file_number: Some(SpecNumber(1)),
        ..Document::default()
    };
    header(&mut document, &mut page);
    api(&mut document, &mut page);
    document.schema_span = page.heading(&mut document, "Data Schema");
    document.schema = Entry::Filled(table(&mut page));
    plan(&mut document, &mut page);
    security(&mut document, &mut page);
    decision(&mut document, &mut page);
    let breaks = page.text.match_indices('\n').map(|(at, _)| at + 1);
    document.line_starts = std::iter::once(0).chain(breaks).collect();
    document.text.clone_from(&page.text);
    (document, page)
}

fn header(document: &mut Document, page: &mut Page) {
    page.mark("# SPEC ");
    let number = page.put(SpecNumber(1), "0001");
    let span = page.mark(": Orders");
    let title = Title {
        number,
        text: "Orders".to_owned(),
    };
    document.header.title = Entry::Filled(Located::new(title, number.span.to(span)));
    page.line("\n");
    let header = &mut document.header;
    header.status = Entry::Filled(page.labelled("Status", Status::Approved, "approved"));
    header.author = Entry::Filled(page.labelled("Author", "Ada".to_owned(), "Ada"));
    let created = page.labelled("Created", day("2025-01-01"), "2025-01-01");
    header.created = Entry::Filled(created);
    let updated = page.labelled("Last Updated", day("2025-01-02"), "2025-01-02");
    header.last_updated = Entry::Filled(updated);
}

pub(super) fn path(has_id: bool) -> EndpointPath {
    EndpointPath {
        version: 1,
        collection: CollectionName::new("orders").unwrap(),
        has_id,
    }
}

fn api(document: &mut Document, page: &mut Page) {
    document.api_span = page.heading(document, "API Design");
    let post = endpoint(page, Method::Post, false, "", true);
    let list = endpoint(
        page,
        Method::Get,
        false,
        "?status={status}&sort={created_at}",
        false,
    );
    let read = endpoint(page, Method::Get, true, "", false);
    let put = endpoint(page, Method::Put, true, "", false);
    let patch = endpoint(page, Method::Patch, true, "", false);
    let delete = endpoint(page, Method::Delete, true, "", false);
    document.endpoints = vec![post, list, read, put, patch, delete];
    document.endpoint_labels = document
        .endpoints
        .iter()
        .map(|entry| entry.line.span)
        .collect();
}

fn endpoint(
    page: &mut Page,
    method: Method,
    has_id: bool,
    query: &str,
    has_blocks: bool,
) -> EndpointEntry {
    let path = path(has_id);
    page.mark("\n**Endpoint**: `");
    let mut span = page.mark(&format!("{method} {path}"));
    let (mut filters, mut sorts) = (Vec::new(), Vec::new());
    if !query.is_empty() {
        page.mark("?status={");
        filters.push(page.put(field("status"), "status"));
        page.mark("}&sort={");
        sorts.push(page.put(field("created_at"), "created_at"));
        span = span.to(page.mark("}"));
    }
    page.line("`");
    let mut entry = EndpointEntry {
        line: Located::new(
            EndpointLine {
                method,
                path,
                filters,
                sorts,
            },
            span,
        ),
        request: Entry::Missing,
        response: Entry::Missing,
        statuses: Vec::new(),
    };
    if has_blocks {
        entry.request = page.block("Request", REQUEST);
        entry.response = page.block("Response", RESPONSE);
        page.line("\n**Status Codes**:");
        for code in [200, 400, 401, 403, 500] {
            entry.statuses.push(status(page, code));
        }
    }
    entry
}

fn status(page: &mut Page, code: u16) -> Located<StatusLine> {
    page.mark("- `");
    let line = StatusLine {
        code,
        meaning: "Meaning".to_owned(),
    };
    let located = page.put(line, &code.to_string());
    page.line("`: Meaning");
    located
}
