//! The endpoints: which are declared, and what each of them takes and answers (spec-language, section 3).

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{EndpointEntry, Entry, ExampleBlock};
use crate::endpoint::{Endpoint, EndpointPath, Method, Operation};
use crate::field::Field;
use crate::name::ColumnName;

use super::subject::{Declared, Subject};
use super::{answer, paste, query, request, statuses};

/// There is at least one endpoint.
pub(super) fn present(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let document = subject.document;
    if !document.endpoint_labels.is_empty() || !document.endpoints.is_empty() {
        return;
    }
    let collection = subject.table.map_or_else(
        || "orders".to_owned(),
        |table| table.name.value.as_str().to_ascii_lowercase(),
    );
    let line = format!("**Endpoint**: `POST /api/v1/{collection}`");
    findings.push(
        Diagnostic::error(
            Code::EndpointMissing,
            document.api_span,
            "the document declares no endpoint",
        )
        .expecting(format!("expected a line such as {line} below API Design"))
        .replacing(
            "declare an endpoint",
            subject.line_below(document.api_span.start),
            format!("\n{line}\n"),
        ),
    );
}

/// Each has a meaning.
pub(super) fn meaningful(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for entry in &subject.document.endpoints {
        let line = &entry.line.value;
        if Operation::of(line.method, line.path.has_id).is_some() {
            continue;
        }
        let path = EndpointPath {
            has_id: !line.path.has_id,
            ..line.path.clone()
        };
        findings.push(
            Diagnostic::error(
                Code::EndpointMeaningless,
                entry.line.span,
                format!("no endpoint is called `{} {}`", line.method, line.path),
            )
            .expecting(if line.path.has_id {
                "this method is for the whole collection"
            } else {
                "this method is for one record"
            })
            .replacing("write", entry.line.span, format!("{} {path}", line.method)),
        );
    }
}

/// All of them are on one version of one collection.
pub(super) fn alike(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some((first, others)) = subject.document.endpoints.split_first() else {
        return;
    };
    let expected = &first.line.value.path;
    for entry in others {
        let line = &entry.line.value;
        if line.path.version == expected.version && line.path.collection == expected.collection {
            continue;
        }
        let path = EndpointPath {
            has_id: line.path.has_id,
            ..expected.clone()
        };
        findings.push(
            Diagnostic::error(
                Code::EndpointsDiffer,
                entry.line.span,
                format!(
                    "`{}` is not on the collection of the first endpoint",
                    line.path
                ),
            )
            .expecting(format!(
                "expected `/api/v{}/{}`",
                expected.version, expected.collection
            ))
            .pointing_at(first.line.span, "the first endpoint")
            .replacing("write", entry.line.span, format!("{} {path}", line.method)),
        );
    }
}

/// None stands twice (ruling H21).
pub(super) fn distinct(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for entry in &subject.document.endpoints {
        let line = &entry.line.value;
        let Some(first) = Operation::of(line.method, line.path.has_id)
            .and_then(|operation| subject.entry(operation))
        else {
            continue;
        };
        if !std::ptr::eq(first, entry) {
            findings.push(
                Diagnostic::error(
                    Code::EndpointTwice,
                    entry.line.span,
                    format!("`{} {}` is declared twice", line.method, line.path),
                )
                .expecting("expected each endpoint once")
                .pointing_at(first.line.span, "first declared here")
                .helping("take one of the two out"),
            );
        }
    }
}

/// The endpoints, compiled.
pub(super) struct Compiled {
    /// Those whose fields are known, in the document's order.
    pub(super) endpoints: Vec<Endpoint>,
    /// Whether all that is declared is here, with fields and columns.
    pub(super) is_complete: bool,
}

/// Compiles each endpoint.
pub(super) fn compile(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) -> Compiled {
    let requests = requests(subject, findings);
    let responses = responses(subject, findings);
    let is_complete = requests.iter().all(Option::is_some) && responses.iter().all(Option::is_some);
    let mut endpoints = Vec::new();
    let parts = requests.into_iter().zip(responses);
    for (declared, (fields, columns)) in subject.declared.iter().zip(parts) {
        let Some(request) = fields else {
            continue;
        };
        let entry = declared.entry;
        let success = statuses::success(entry, declared.operation);
        let (filters, sorts) = query::compile(subject, declared);
        endpoints.push(Endpoint {
            operation: declared.operation,
            span: entry.line.span,
            success,
            statuses: statuses::listed(entry),
            request,
            response: columns.unwrap_or_default(),
            filters,
            sorts,
            request_example: text_of(&entry.request, declared.operation.has_body()),
            response_example: text_of(&entry.response, success != 204),
        });
    }
    Compiled {
        endpoints,
        is_complete,
    }
}

fn text_of(entry: &Entry<ExampleBlock>, is_used: bool) -> Option<String> {
    let block = entry.filled().filter(|_| is_used)?;
    Some(block.value.text.clone())
}

/// The fields of each declared endpoint's request; `None` where they are not known.
fn requests(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) -> Vec<Option<Vec<Field>>> {
    let own: Vec<_> = subject
        .declared
        .iter()
        .map(|declared| request::own(subject, declared, findings))
        .collect();
    let post = position(subject, Operation::Create);
    let created = post.and_then(|position| own.get(position).cloned().flatten());
    let mut requests = Vec::new();
    for (declared, own) in subject.declared.iter().zip(own) {
        if !declared.operation.has_body() {
            requests.push(Some(Vec::new()));
        } else if !matches!(declared.entry.request, Entry::Missing) {
            requests.push(own);
        } else if declared.operation != Operation::Create && post.is_some() {
            requests.push(created.clone());
        } else {
            findings.push(request_missing(subject, declared));
            requests.push(None);
        }
    }
    requests
}

fn position(subject: &Subject<'_>, operation: Operation) -> Option<usize> {
    subject
        .declared
        .iter()
        .position(|declared| declared.operation == operation)
}

fn request_missing(subject: &Subject<'_>, declared: &Declared<'_>) -> Diagnostic {
    let line = &declared.entry.line;
    let method = line.value.method;
    let finding = Diagnostic::error(
        Code::RequestMissing,
        line.span,
        format!("`{method} {}` has no Request", line.value.path),
    )
    .expecting(if method == Method::Post {
        "expected a **Request** with a `json` block below this"
    } else {
        "expected a **Request** with a `json` block below this, or a POST whose fields it takes"
    });
    let sent = subject.table.into_iter().flat_map(|table| {
        let needed = |column: &&crate::table::Column| {
            !matches!(
                column.name.value.as_str(),
                "id" | "created_at" | "updated_at"
            )
        };
        table.columns.iter().filter(needed)
    });
    finding.replacing(
        "show a request",
        subject.line_below(line.span.end),
        paste::json_block("Request", sent),
    )
}

/// The columns of each declared endpoint's answer; `None` where they are not known.
fn responses(
    subject: &Subject<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Option<Vec<ColumnName>>> {
    let own: Vec<_> = subject
        .declared
        .iter()
        .map(|declared| answer::own(subject, declared, findings))
        .collect();
    let source = representation(subject);
    let inherited = source.and_then(|position| own.get(position).cloned().flatten());
    let mut responses = Vec::new();
    for (declared, own) in subject.declared.iter().zip(own) {
        let has_answer = statuses::success(declared.entry, declared.operation) != 204;
        let shows_nothing = answer::is_absent(declared.entry);
        if !has_answer || (declared.operation == Operation::Delete && shows_nothing) {
            responses.push(Some(Vec::new()));
        } else if !shows_nothing {
            responses.push(own);
        } else if declared.operation != Operation::Create && source.is_some() {
            responses.push(inherited.clone());
        } else {
            if declared.operation == Operation::Create || is_first_answer(subject, declared) {
                findings.push(response_missing(subject, declared.entry));
            }
            responses.push(None);
        }
    }
    responses
}

/// The endpoint whose Response the others answer: the POST, or the first that has one.
fn representation(subject: &Subject<'_>) -> Option<usize> {
    let shows = |declared: &Declared<'_>| !answer::is_absent(declared.entry);
    let create = subject
        .declared
        .iter()
        .position(|declared| declared.operation == Operation::Create && shows(declared));
    create.or_else(|| subject.declared.iter().position(shows))
}

/// Whether no earlier endpoint has already been told that no Response is shown.
fn is_first_answer(subject: &Subject<'_>, declared: &Declared<'_>) -> bool {
    subject
        .declared
        .iter()
        .find(|other| other.operation != Operation::Delete)
        .is_some_and(|first| first.operation == declared.operation)
}

fn response_missing(subject: &Subject<'_>, entry: &EndpointEntry) -> Diagnostic {
    let line = &entry.line;
    let below = entry
        .request
        .span()
        .map_or(line.span.end, |request| request.end.max(line.span.end));
    let columns = subject
        .table
        .into_iter()
        .flat_map(|table| table.columns.iter());
    Diagnostic::error(
        Code::ResponseMissing,
        line.span,
        format!(
            "`{} {}` has no Response",
            line.value.method, line.value.path
        ),
    )
    .expecting("expected a **Response** with a `json` block below this")
    .replacing(
        "show an answer",
        subject.line_below(below),
        paste::json_block("Response", columns),
    )
}

/// A block stands only where it has a meaning.
pub(super) fn blocks_used(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for declared in &subject.declared {
        let method = declared.operation.method();
        if let Some(span) = declared.entry.request.span()
            && !declared.operation.has_body()
        {
            findings.push(unused(span, format!("a `{method}` carries no body")));
        }
        let success = statuses::success(declared.entry, declared.operation);
        if let Some(span) = declared.entry.response.span()
            && success == 204
        {
            let headline = format!("the `204` of this `{method}` has no body");
            findings.push(unused(span, headline));
        }
    }
}

fn unused(span: crate::source::Span, headline: String) -> Diagnostic {
    Diagnostic::warning(Code::BlockUnused, span, headline)
        .expecting("this block has no effect")
        .helping("take the block out")
}

/// The block of an entry, where it was read.
pub(super) fn block(entry: &Entry<ExampleBlock>) -> Option<&ExampleBlock> {
    entry.filled().map(|located| &located.value)
}
