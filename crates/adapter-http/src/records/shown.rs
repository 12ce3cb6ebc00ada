//! A record as an answer: what goes to the caller, and what is kept for its idempotency key, are made here alike.

use specd_app::catalog::ServedSpec;
use specd_app::catalog::compiled::CompiledEndpoint;
use specd_app::records::EntityTag;
use specd_domain::endpoint::Operation;
use specd_domain::record::{Projection, Record};

use super::place;
use crate::answer::Answer;

/// The document's success code, with the record as it is, its tag and, where it was created, its place.
pub(super) fn shown(served: &ServedSpec, operation: Operation, record: &Record) -> Answer {
    let status = served.spec.endpoint(operation).map_or(200, |e| e.success);
    let compiled = served.compiled.endpoint(operation);
    let mut answer = answer_of(status, compiled, |projection| {
        let mut json = String::new();
        projection.write_json(&mut json, &record.row);
        json
    });
    // What is gone has no tag.
    if operation != Operation::Delete {
        answer.set("etag", &EntityTag::of_record(served, record).to_string());
    }
    if operation == Operation::Create {
        // A record that nobody can read has no place (ruling C05).
        let is_readable = served.spec.endpoint(Operation::Read).is_some();
        if let Some(location) = place::location(served, record).filter(|_| is_readable) {
            answer.set("location", &location);
        }
    }
    answer
}

/// The answer of an endpoint: what it shows, where it shows anything.
pub(super) fn answer_of(
    status: u16,
    endpoint: Option<&CompiledEndpoint>,
    json: impl FnOnce(&Projection) -> String,
) -> Answer {
    match endpoint.and_then(|endpoint| endpoint.answer.as_ref()) {
        Some(projection) => {
            Answer::with_body(status, "application/json", json(projection).into_bytes())
        }
        None => Answer::empty(status),
    }
}
