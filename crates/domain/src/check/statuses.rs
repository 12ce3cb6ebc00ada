//! Status codes: which an endpoint answers, and whether its list says so (spec-language, section 3).
//!
//! | code | produced by |
//! |---|---|
//! | the success | every endpoint: the 2xx of the list, else 200, for `DELETE` 204 |
//! | 400, 500 | every endpoint |
//! | 401, 403 | every endpoint of a document whose authentication is not `none` |
//! | 304 | `GET` |
//! | 404 | endpoints with `{id}`; every endpoint of a document with a feature flag |
//! | 409 | `POST`, `PUT`, `PATCH`, `DELETE` |
//! | 410 | every endpoint |
//! | 412, 428 | endpoints with `{id}` |
//! | 413, 415 | endpoints with a body |
//! | 422 | `POST`, `PATCH` (a reused idempotency key) |
//! | 405, 406, 414, 429, 431, 503 | every endpoint |
//!
//! The list must name the success, 400 (where there is a body or a query to be wrong), 401, 403 and 500. All others are
//! protocol statuses, which every document inherits (http-contract, section 1).

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{EndpointEntry, StatusLine};
use crate::endpoint::Operation;
use crate::source::Located;

use super::subject::{Declared, Subject};

const SUCCESSES: [u16; 4] = [200, 201, 202, 204];

/// The code of an endpoint's success.
pub(super) fn success(entry: &EndpointEntry, operation: Operation) -> u16 {
    let listed = entry
        .statuses
        .iter()
        .map(|line| line.value.code)
        .find(|code| SUCCESSES.contains(code));
    listed.unwrap_or(match operation {
        Operation::Delete => 204,
        _ => 200,
    })
}

/// Every code of the list, rising.
pub(super) fn listed(entry: &EndpointEntry) -> Vec<u16> {
    let mut codes: Vec<u16> = entry.statuses.iter().map(|line| line.value.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// Exactly one success, and one that can be answered (ruling H23).
pub(super) fn one_success(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for declared in &subject.declared {
        let mut lines = successes(declared.entry);
        let Some(first) = lines.next() else {
            continue;
        };
        let code = first.value.code;
        if !SUCCESSES.contains(&code) {
            findings.push(
                Diagnostic::error(
                    Code::SuccessUnknown,
                    first.span,
                    format!("`{code}` is no success code of an endpoint"),
                )
                .expecting("expected 200, 201, 202 or 204"),
            );
        }
        for line in lines.filter(|line| line.value.code != code) {
            findings.push(
                Diagnostic::error(
                    Code::SuccessTwice,
                    line.span,
                    format!("the list has `{}` and `{code}`", line.value.code),
                )
                .expecting("expected one success code")
                .pointing_at(first.span, "the first")
                .helping("keep the code that the endpoint is to answer"),
            );
        }
    }
}

fn successes(entry: &EndpointEntry) -> impl Iterator<Item = &Located<StatusLine>> {
    let is_success = |line: &&Located<StatusLine>| (200..300).contains(&line.value.code);
    entry.statuses.iter().filter(is_success)
}

/// Each code of the list can be answered, and stands once.
pub(super) fn possible(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for declared in &subject.declared {
        let mut seen = HashSet::new();
        for line in &declared.entry.statuses {
            let code = line.value.code;
            if !seen.insert(code) {
                findings.push(
                    Diagnostic::warning(
                        Code::StatusTwice,
                        line.span,
                        format!("`{code}` stands twice in one list"),
                    )
                    .helping("take one of the two out"),
                );
            } else if !can_answer(subject, declared.operation, code) {
                findings.push(impossible(subject, declared, line));
            }
        }
    }
}

fn can_answer(subject: &Subject<'_>, operation: Operation, code: u16) -> bool {
    match code {
        // 405 and the like are answered to a request of another kind on the same path.
        // Successes are judged by `one_success`.
        200..=299 | 400 | 405 | 406 | 410 | 414 | 429 | 431 | 500 | 503 => true,
        401 | 403 => !subject.is_open(),
        304 => matches!(operation, Operation::List | Operation::Read),
        404 => operation.has_id() || has_flag(subject),
        409 => !matches!(operation, Operation::List | Operation::Read),
        412 | 428 => operation.has_id(),
        413 | 415 => operation.has_body(),
        422 => matches!(operation, Operation::Create | Operation::Patch),
        _ => false,
    }
}

fn has_flag(subject: &Subject<'_>) -> bool {
    subject.document.rollout.flag.is_some()
}

fn impossible(
    subject: &Subject<'_>,
    declared: &Declared<'_>,
    line: &Located<StatusLine>,
) -> Diagnostic {
    let code = line.value.code;
    let endpoint = &declared.entry.line.value;
    let finding = Diagnostic::warning(
        Code::StatusImpossible,
        line.span,
        format!(
            "`{} {}` never answers `{code}`",
            endpoint.method, endpoint.path
        ),
    )
    .helping("take the line out");
    match code {
        401 | 403 if subject.is_open() => finding.expecting("authentication is `none`"),
        404 => finding.expecting("there is no `{id}` to miss and no feature flag"),
        422 => finding.expecting("what is wrong with a body is answered with `400`"),
        _ => finding,
    }
}

/// A list names each code that is not inherited; one note an endpoint.
pub(super) fn complete(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for declared in &subject.declared {
        let Some(last) = declared.entry.statuses.last() else {
            continue;
        };
        let missing = missing(subject, declared);
        if missing.is_empty() {
            continue;
        }
        let codes: Vec<String> = missing.iter().map(|code| format!("`{code}`")).collect();
        let lines: Vec<String> = missing
            .iter()
            .map(|&code| format!("- `{code} {}`: {}\n", phrase(code), meaning(code)))
            .collect();
        let endpoint = &declared.entry.line.value;
        findings.push(
            Diagnostic::note(
                Code::StatusMissing,
                last.span,
                format!(
                    "`{} {}` can also answer {}",
                    endpoint.method,
                    endpoint.path,
                    codes.join(", ")
                ),
            )
            .expecting("the list ends here")
            .replacing(
                "complete the list",
                subject.line_below(last.span.end),
                lines.concat(),
            ),
        );
    }
}

fn missing(subject: &Subject<'_>, declared: &Declared<'_>) -> Vec<u16> {
    let operation = declared.operation;
    let has = |code| {
        declared
            .entry
            .statuses
            .iter()
            .any(|line| line.value.code == code)
    };
    let mut missing = Vec::new();
    if successes(declared.entry).next().is_none() {
        missing.push(success(declared.entry, operation));
    }
    if operation.has_body() || operation == Operation::List {
        missing.push(400);
    }
    if !subject.is_open() {
        missing.extend([401, 403]);
    }
    missing.push(500);
    missing.retain(|&code| !has(code));
    missing
}

const fn phrase(code: u16) -> &'static str {
    match code {
        200 => "OK",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        _ => "Internal Server Error",
    }
}

const fn meaning(code: u16) -> &'static str {
    match code {
        200 | 204 => "Success",
        400 => "Invalid input",
        401 => "Not authenticated",
        403 => "Not authorized",
        _ => "Server error",
    }
}
