//! Problems that a use case on records found.

use std::fmt::Display;

use specd_app::records::RecordError;
use specd_domain::Violation;

use super::{Kind, Mistake, Problem};

/// How many seconds a caller should wait before it tries again.
const RETRY_AFTER: &str = "1";

/// The problem that answers an error. What somebody must act on goes with it to the line of the request.
pub(crate) fn problem(error: RecordError) -> Problem {
    match error {
        RecordError::Unauthenticated => unauthenticated(),
        RecordError::Forbidden { scopes } => forbidden(&scopes),
        RecordError::Malformed(malformed) => {
            Problem::new(Kind::MalformedBody).detail(malformed.to_string())
        }
        RecordError::Violations(violations) => invalid(violations),
        RecordError::ForeignCursor => {
            Problem::new(Kind::InvalidParameters).mistakes(vec![Mistake::InQuery {
                parameter: "cursor".to_owned(),
                detail: "must be the `next` of a page of the same query".to_owned(),
            }])
        }
        RecordError::LostCursor => {
            Problem::new(Kind::InvalidParameters).mistakes(vec![Mistake::InQuery {
                parameter: "cursor".to_owned(),
                detail: "names a record that was changed or deleted since, begin again without it"
                    .to_owned(),
            }])
        }
        RecordError::NotThere => Problem::new(Kind::NoSuchRecord),
        RecordError::PreconditionFailed { current } => Problem::new(Kind::PreconditionFailed)
            .detail(format!(
                "the tag of the record is `{current}` now, read it again before you change it"
            ))
            .header("etag", current.to_string()),
        RecordError::PreconditionRequired => {
            Problem::new(Kind::PreconditionRequired).heading("Security")
        }
        RecordError::Conflict { fields } => Problem::new(Kind::Conflict)
            .detail(format!(
                "another record has the same {}",
                list(&fields, "and")
            ))
            .heading("Data Schema"),
        RecordError::StillReferenced => Problem::new(Kind::StillReferenced).heading("Data Schema"),
        RecordError::Claimed => {
            Problem::new(Kind::IdempotencyKeyInUse).header("retry-after", RETRY_AFTER)
        }
        RecordError::Contended => Problem::new(Kind::Unavailable)
            .detail("others kept changing the record in the meantime; nothing was stored")
            .header("retry-after", RETRY_AFTER),
        error @ RecordError::Unavailable(_) => unavailable().cause(error),
        error @ RecordError::OutcomeUnknown(_) => Problem::new(Kind::OutcomeUnknown)
            .header("retry-after", RETRY_AFTER)
            .cause(error),
        error @ RecordError::Failed(_) => Problem::new(Kind::Internal).cause(error),
    }
}

/// Nobody said who calls, or nobody believes it.
pub(crate) fn unauthenticated() -> Problem {
    Problem::new(Kind::Unauthenticated)
        .heading("Security")
        .header("www-authenticate", "Bearer realm=\"specd\"")
}

/// The database is away.
pub(crate) fn unavailable() -> Problem {
    Problem::new(Kind::Unavailable).header("retry-after", RETRY_AFTER)
}

fn forbidden(scopes: &[impl Display]) -> Problem {
    let problem = Problem::new(Kind::Forbidden).heading("Security");
    if scopes.is_empty() {
        return problem.detail("the document lets nobody do this");
    }
    // RFC 6750, 3.1.
    let needed: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let challenge = format!(
        "Bearer realm=\"specd\", error=\"insufficient_scope\", scope=\"{}\"",
        needed.join(" ")
    );
    problem
        .detail(format!("the caller needs the scope {}", list(scopes, "or")))
        .header("www-authenticate", challenge)
}

fn invalid(violations: Vec<Violation>) -> Problem {
    let count = violations.len();
    let noun = if count == 1 {
        "violation"
    } else {
        "violations"
    };
    let place = violations
        .iter()
        .find_map(|violation| violation.place.as_ref());
    let heading = place.map_or("API Design", |place| place.heading.as_str());
    let problem = Problem::new(Kind::InvalidRecord)
        .detail(format!("the body has {count} {noun}"))
        .heading(heading);
    problem.mistakes(violations.into_iter().map(Mistake::InBody).collect())
}

/// `` `a`, `b` and `c` ``.
fn list(names: &[impl Display], conjunction: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "values".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {conjunction} {last}", first.join(", ")),
    }
}
