//! A good document and its text, for tests that break one thing of it.

mod json;

use chrono::NaiveDate;

use crate::access::{Authentication, Grant};
use crate::column_type::{ColumnType, NumericShape, ScalarType};
use crate::decision::{ActionItem, Consideration, RelativeLink, Tick};
use crate::document::{
    Document, EndpointEntry, EndpointLine, Entry, ExampleBlock, Status, StatusLine, Title,
};
use crate::endpoint::{EndpointPath, Method};
use crate::name::{
    CollectionName, ColumnName, ConstraintName, FieldName, FlagName, ScopeName, SpecNumber,
    TableName,
};
use crate::objective::{Alert, Measure, Objective, Percentile};
use crate::rule::{Comparison, Expr};
use crate::source::{Located, Span};
use crate::table::{
    Check, Column, DefaultValue, Enforcement, Index, IndexColumn, Reference, Table, Unique,
};
use crate::value::Value;

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

/// A text that grows, and the places in it.
#[derive(Default)]
pub(super) struct Page {
    pub(super) text: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Appends `text` and tells its place.
    fn mark(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span::new(start, self.text.len())
    }

    fn put<T>(&mut self, value: T, text: &str) -> Located<T> {
        Located::new(value, self.mark(text))
    }

    fn labelled<T>(&mut self, label: &str, value: T, text: &str) -> Located<T> {
        self.mark(&format!("**{label}**: "));
        let located = self.put(value, text);
        self.line("");
        located
    }

    fn heading(&mut self, document: &mut Document, text: &str) -> Span {
        self.line("");
        let heading = self.put(text.to_owned(), &format!("## {text}"));
        let span = heading.span;
        document.headings.push(heading);
        self.line("\n");
        span
    }

    fn block(&mut self, label: &str, text: &str) -> Entry<ExampleBlock> {
        self.line(&format!("\n**{label}**:\n```json"));
        let span = self.mark(text);
        self.line("\n```");
        Entry::Filled(Located::new(block(text, span.start), span))
    }
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

/// A column of this name and type; nullable and without a default.
pub(super) fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: at(column_name(name)),
        column_type: at(column_type),
        nullable: true,
        default: None,
        comment: None,
        span: Span::new(1, 2),
    }
}

pub(super) const MONEY: ScalarType = ScalarType::Numeric(Some(NumericShape {
    precision: 10,
    scale: 2,
}));

fn table(page: &mut Page) -> Located<Table> {
    page.line("**Database Schema**:\n```sql");
    let start = page.mark("CREATE TABLE ").start;
    let name = page.put(TableName::new("orders").unwrap(), "orders");
    page.line(" (");
    let columns = columns(page);
    page.mark(",\n    CHECK (");
    let quantity = Expr::Field(field("quantity"));
    let zero = Expr::Literal(Value::Integer(0));
    let positive = Expr::Compare(Box::new(quantity), Comparison::Greater, Box::new(zero));
    let check = page.put(positive, "quantity > 0");
    let end = page.mark(")\n)").end;
    page.line(";");
    let indexes = vec![index(page, "status"), index(page, "created_at")];
    let block = Span::new(start, page.text.len());
    page.line("```");
    let table = Table {
        name,
        primary_key: columns.iter().take(1).map(|id| id.name.clone()).collect(),
        columns,
        uniques: Vec::new(),
        checks: vec![Check {
            name: constraint("orders_quantity_check"),
            expr: check,
            enforcement: Enforcement::Everywhere,
        }],
        references: Vec::new(),
        indexes,
        comment: None,
        span: Span::new(start, end),
    };
    Located::new(table, block)
}

fn columns(page: &mut Page) -> Vec<Column> {
    let scalar = ColumnType::Scalar;
    let rows = [
        (
            "id",
            scalar(ScalarType::Uuid),
            Some(DefaultValue::TimeUuid),
            "uuidv7()",
        ),
        (
            "customer_email",
            scalar(ScalarType::Varchar(Some(255))),
            None,
            "",
        ),
        ("quantity", scalar(ScalarType::Integer), None, ""),
        ("price", scalar(MONEY), None, ""),
        (
            "status",
            scalar(ScalarType::Varchar(Some(20))),
            Some(DefaultValue::Literal(Value::Text("new".to_owned()))),
            "'new'",
        ),
        (
            "tags",
            ColumnType::Array(ScalarType::Varchar(Some(20))),
            None,
            "NULL",
        ),
        ("details", ColumnType::Jsonb, None, "NULL"),
        (
            "created_at",
            scalar(ScalarType::TimestampTz),
            Some(DefaultValue::Now),
            "now()",
        ),
    ];
    let mut columns: Vec<Column> = Vec::new();
    for (name, column_type, default, text) in rows {
        page.mark(if columns.is_empty() {
            "    "
        } else {
            ",\n    "
        });
        let name = page.put(column_name(name), name);
        page.mark(" ");
        let column_type = page.put(column_type, &column_type.to_string());
        let nullable = text == "NULL";
        page.mark(match (&default, nullable) {
            (Some(_), _) => " NOT NULL DEFAULT ",
            (None, true) => "",
            (None, false) => " NOT NULL",
        });
        let default = default.map(|default| page.put(default, text));
        columns.push(Column {
            span: Span::new(name.span.start, page.text.len()),
            name,
            column_type,
            nullable,
            default,
            comment: None,
        });
    }
    columns
}

fn index(page: &mut Page, column: &str) -> Index {
    let name = format!("orders_{column}_idx");
    let start = page.mark(&format!("CREATE INDEX {name} ON orders (")).start;
    let named = page.put(column_name(column), column);
    let end = page.mark(")").end;
    page.line(";");
    Index {
        name: constraint(&name),
        columns: vec![IndexColumn {
            column: named,
            descending: false,
        }],
        unique: false,
        predicate: None,
        span: Span::new(start, end),
    }
}

/// An index over columns without places.
pub(super) fn index_of(name: &str, columns: &[&str]) -> Index {
    let part = |name: &&str| IndexColumn {
        column: at(column_name(name)),
        descending: false,
    };
    Index {
        name: constraint(name),
        columns: columns.iter().map(part).collect(),
        unique: false,
        predicate: None,
        span: Span::new(1, 2),
    }
}

/// A `UNIQUE` over columns without places.
pub(super) fn unique_of(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: constraint(name),
        columns: columns.iter().map(|name| at(column_name(name))).collect(),
        span: Span::new(1, 2),
    }
}

/// A reference of one column to the key of a table.
pub(super) fn reference_of(column: &str, table: &str) -> Reference {
    Reference {
        name: constraint(&format!("{column}_fkey")),
        columns: vec![at(column_name(column))],
        table: at(TableName::new(table).unwrap()),
        target: Vec::new(),
        on_delete: crate::table::OnDelete::Refuse,
        span: Span::new(1, 2),
    }
}

fn plan(document: &mut Document, page: &mut Page) {
    let span = page.heading(document, "Backwards Compatibility");
    document.compatibility.span = span;
    page.mark("- ");
    document.compatibility.no_breaking = Some(page.put(true, "[x] **No breaking changes**"));
    page.mark("\n- ");
    document.compatibility.breaking = Some(page.put(false, "[ ] **Breaking changes**"));
    page.line("");
    document.rollout.span = page.heading(document, "Rollout Plan");
    page.mark("- [ ] Feature flag: `");
    let flag = FlagName::new("feature_orders_enabled").unwrap();
    document.rollout.flag = Some(page.put(flag, "feature_orders_enabled"));
    page.mark("`\n- [ ] Gradual rollout: ");
    for stage in [5, 25, 100] {
        let located = page.put(stage, &format!("{stage}%"));
        document.rollout.stages.push(located);
        page.mark(" ");
    }
    page.line("");
    page.heading(document, "Metrics");
    document.objectives = vec![
        objective(page, Measure::Latency, Some(950), 50),
        objective(page, Measure::Latency, Some(990), 100),
        objective(page, Measure::Throughput, None, 500),
        objective(page, Measure::ErrorRate, None, 1),
        objective(page, Measure::Availability, None, 99),
    ];
    let alert = objective(page, Measure::ErrorRate, None, 2);
    document.alerts = vec![Alert {
        measure: alert.measure,
        percentile: alert.percentile,
        threshold: alert.target,
        span: alert.span,
    }];
}

fn objective(page: &mut Page, measure: Measure, percentile: Option<u16>, target: i64) -> Objective {
    let span = page.mark(&format!("{measure:?} {target}"));
    page.line("");
    Objective {
        measure,
        percentile: percentile.map(Percentile),
        target: target.into(),
        span,
    }
}

fn security(document: &mut Document, page: &mut Page) {
    page.heading(document, "Security");
    let start = page.mark("- **Authentication**: ").end;
    let way = page.put(Authentication::ApiKey, "API key");
    let span = Span::new(start, way.span.end);
    document.authentication = Entry::Filled(Located::new(vec![way], span));
    page.mark("\n- **Authorization**: ");
    let writes = vec![Method::Post, Method::Put, Method::Patch, Method::Delete];
    let write = grant(page, "orders:write", writes);
    let read = grant(page, "orders:read", vec![Method::Get]);
    let span = write.scope.span.to(Span::new(0, page.text.len()));
    document.authorization = Entry::Filled(Located::new(vec![write, read], span));
    page.line("");
}

fn grant(page: &mut Page, scope: &str, methods: Vec<Method>) -> Grant {
    page.mark("`");
    let scope = page.put(ScopeName::new(scope).unwrap(), scope);
    let words: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    page.mark(&format!("` may {}; ", words.join(", ")));
    Grant { scope, methods }
}

fn decision(document: &mut Document, page: &mut Page) {
    page.heading(document, "Threat Model");
    let decision = &mut document.decision;
    decision.threats = vec![consideration(page, "- **Threat 1**: ", "Guessing")];
    page.heading(document, "Alternatives");
    document.decision.alternatives = vec![consideration(page, "### Alternative 1: ", "A queue")];
    document.decision.decision_span = page.heading(document, "Decision");
    document.decision.approved = Some(tick(page, "Approved", true));
    document.decision.rejected = Some(tick(page, "Rejected", false));
    document.decision.deferred = Some(tick(page, "Deferred", false));
    page.mark("- ");
    let due = page.put(day("2025-07-01"), "2025-07-01");
    document.decision.action_items = vec![ActionItem {
        title: "Task 1".to_owned(),
        done: false,
        owner: None,
        span: due.span,
        due: Some(due),
    }];
    page.mark("\n\n[PRD](");
    document.decision.links = vec![RelativeLink {
        text: "PRD".to_owned(),
        target: page.put("prd-orders.md".to_owned(), "prd-orders.md"),
        exists: Some(true),
    }];
    page.line(")\n");
    document.decision.approval_span = page.mark("**Approval**");
    page.line(":");
    document.decision.approvals = vec![tick(page, "Architect", true), tick(page, "Security", true)];
}

fn consideration(page: &mut Page, before: &str, name: &str) -> Consideration {
    page.mark(before);
    let title = page.put(name.to_owned(), name);
    page.line("");
    Consideration {
        title,
        is_answered: true,
    }
}

fn tick(page: &mut Page, label: &str, ticked: bool) -> Tick {
    page.mark("- ");
    let mark = if ticked { "x" } else { " " };
    let span = page.mark(&format!("[{mark}] {label}"));
    page.line("");
    Tick {
        label: label.to_owned(),
        ticked,
        span,
    }
}
