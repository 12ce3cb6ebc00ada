//! Reads a document: all passes in order.

use specd_app::ports::documents::{ReadDocument, SpecReader};
use specd_domain::diagnostic::{Code, sort};
use specd_domain::document::{Document, Entry};
use specd_domain::{Diagnostic, Located, Span};

use crate::outline::Outline;
use crate::reading::Reading;
use crate::sections::{
    Section, Sections, alerting, api, compatibility, compliance, decision, flow, header, links,
    objectives, rollout, schema, security, summary, unmarked,
};
use crate::source::{Source, file_number};

/// Tells whether a file is at a relative target: the path of the document, and the target as the document has it.
pub type FileExists = Box<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// Reads SPEC documents in Markdown.
pub struct MarkdownReader {
    exists: FileExists,
}

impl MarkdownReader {
    /// A reader that asks `exists` whether the files are there that a document links to.
    pub fn new(exists: FileExists) -> Self {
        Self { exists }
    }
}

impl SpecReader for MarkdownReader {
    fn read(&self, path: &str, bytes: &[u8]) -> ReadDocument {
        let mut findings = Vec::new();
        let source = Source::read(bytes, &mut findings);
        let outline = Outline::of(&source);
        let sections = Sections::of(&outline, &mut findings);
        let mut reading = Reading::new(&outline, &sections, &source.line_starts, findings);
        let mut document = document(&mut reading, &|target| (self.exists)(path, target));
        path.clone_into(&mut document.path);
        document.file_number = file_number(path);
        if document.file_number.is_none() && is_named(&document) {
            reading.report(not_named(path));
        }
        document.unfilled = std::mem::take(&mut reading.unfilled);
        document.unfilled.sort_by_key(|place| place.span);
        let mut findings = std::mem::take(&mut reading.findings);
        sort(&mut findings);
        // A place that two sections look at is told once.
        findings.dedup();
        document.text = source.text_as_counted();
        document.line_starts = source.line_starts;
        ReadDocument { document, findings }
    }
}

fn document(reading: &mut Reading<'_>, exists: &dyn Fn(&str) -> bool) -> Document {
    reading.report_open_fences();
    unmarked::report(reading);
    let header = header::read(reading);
    let summary = summary::read(reading);
    summary::motivation(reading);
    let api = api::read(reading);
    let schema = schema::read(reading);
    let flow = flow::read(reading);
    let compatibility = compatibility::read(reading);
    let rollout = rollout::read(reading);
    let objectives = objectives::read(reading);
    let alerts = alerting::read(reading);
    summary::dashboards(reading);
    let security = security::read(reading);
    let mut compliance = compliance::read(reading);
    compliance.encrypted = security.encrypted;
    let mut decision = decision::read(reading);
    decision.links = links::read(reading, exists);
    let runbook = links::runbook(reading);
    let headings = reading.outline.headings.iter();
    Document {
        header,
        summary,
        endpoints: api.endpoints,
        endpoint_labels: api.labels,
        api_span: reading.heading_span(Section::Api),
        schema,
        schema_span: reading.heading_span(Section::Schema),
        flow,
        compatibility,
        rollout,
        objectives,
        alerts,
        authentication: security.authentication,
        authorization: security.authorization,
        owners_only: security.owners_only,
        clauses: security.clauses,
        if_match: security.if_match,
        limits: security.limits,
        compliance,
        decision,
        runbook,
        headings: headings
            .map(|heading| Located::new(heading.text.clone(), heading.span))
            .collect(),
        ..Document::default()
    }
}

/// A document without a title of its own has no name yet: the template may be called as it likes.
fn is_named(document: &Document) -> bool {
    !matches!(document.header.title, Entry::Unfilled(_))
}

fn not_named(path: &str) -> Diagnostic {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    Diagnostic::error(
        Code::FileName,
        Span::default(),
        format!("the file `{name}` is not named `NNNN-slug.md`"),
    )
    .expecting("expected four digits, `-`, a few words and `.md`")
    .helping("name it for example: 0001-orders.md")
}
