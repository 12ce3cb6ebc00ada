//! Findings as JSON, for tools.
//!
//! The schema is stable; members may be added, none is renamed or removed without a new `version`:
//!
//! ```json
//! {
//!   "version": 1,
//!   "files": 1, "errors": 1, "warnings": 0, "notes": 0,
//!   "diagnostics": [{
//!     "code": "SD0406", "severity": "error", "page": "docs/diagnostics/SD0406.md",
//!     "path": "docs/architecture/specs/0001-orders.md",
//!     "line": 42, "column": 8, "endLine": 42, "endColumn": 16, "start": 1034, "end": 1042,
//!     "headline": "`datetime` is no type of a column", "label": "expected a type",
//!     "labels": [{ "text": "…", "line": 1, "column": 1, "endLine": 1, "endColumn": 2, "start": 0, "end": 1 }],
//!     "notes": ["…"],
//!     "help": { "message": "…", "replacement": { "text": "TIMESTAMPTZ", "line": 42, "column": 8, "endLine": 42, "endColumn": 16, "start": 1034, "end": 1042 } }
//!   }]
//! }
//! ```
//!
//! Where requests were compared with flow diagrams, there is a list of them (the first fifty) besides; times are in nanoseconds, from the
//! beginning of the request, and null for what was not sent. `outcome` is `seen`, `missing`, `out_of_order`, `unreached`, `skipped`
//! or `not_observed`:
//!
//! ```json
//! "requests": [{
//!   "path": "docs/architecture/specs/0001-orders.md", "spec": "0001", "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
//!   "method": "POST", "status": 200, "tookNs": 1234000,
//!   "steps": [{ "line": 42, "message": "POST /api/v1/orders", "outcome": "seen", "atNs": 0, "tookNs": 1234000, "otherLine": null }]
//! }]
//! ```
//!
//! Lines and columns count from 1, columns in code points; `end…` is behind the last character. `start` and `end` are bytes of the file.
//! `label` and `help` may be null, and so may `replacement`.

use serde_json::{Value, json};
use specd_domain::diagnostic::Diagnostic;
use specd_domain::{Severity, Span};

use super::control;
use super::flow::{self, ComparedRequest};
use super::place::Source;
use super::{FileFindings, count, page};

/// The findings of all files as one JSON text with a line break behind it.
pub fn render(files: &[FileFindings<'_>]) -> String {
    render_with(files, None)
}

/// The same, with requests that were compared with flow diagrams.
pub fn render_with(files: &[FileFindings<'_>], requests: Option<&[ComparedRequest<'_>]>) -> String {
    let mut diagnostics = Vec::new();
    for file in files {
        let source = Source::new(file.text);
        diagnostics.extend(
            file.diagnostics
                .iter()
                .map(|finding| one(finding, &source, file.path)),
        );
    }
    let mut report = json!({
        "version": 1,
        "files": files.len(),
        "errors": count(files, Severity::Error),
        "warnings": count(files, Severity::Warning),
        "notes": count(files, Severity::Note),
        "diagnostics": diagnostics,
    });
    if let (Some(requests), Some(members)) = (requests, report.as_object_mut()) {
        members.insert("requests".to_owned(), flow::json(requests));
    }
    control::json(&format!("{report:#}\n"))
}

fn one(finding: &Diagnostic, source: &Source<'_>, path: &str) -> Value {
    let labels: Vec<Value> = finding
        .labels
        .iter()
        .map(|label| with_place(json!({ "text": label.value }), label.span, source))
        .collect();
    let help = finding.help.as_ref().map(|help| {
        let replacement = help
            .replacement
            .as_ref()
            .map(|text| with_place(json!({ "text": text.value }), text.span, source));
        json!({ "message": help.message, "replacement": replacement })
    });
    let value = json!({
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "page": page(finding.code),
        "path": path,
        "headline": finding.headline,
        "label": finding.label,
        "labels": labels,
        "notes": finding.notes,
        "help": help,
    });
    with_place(value, finding.primary, source)
}

/// The object with the members of a place.
fn with_place(mut object: Value, span: Span, source: &Source<'_>) -> Value {
    let place = source.place(span);
    if let Some(members) = object.as_object_mut() {
        for (name, number) in [
            ("line", place.line),
            ("column", place.column),
            ("endLine", place.end_line),
            ("endColumn", place.end_column),
            ("start", span.start),
            ("end", span.end),
        ] {
            members.insert(name.to_owned(), json!(number));
        }
    }
    object
}
