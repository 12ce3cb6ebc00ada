//! The members of a problem, as JSON.

use serde::Serialize;
use specd_app::catalog::ServedSpec;
use uuid::Uuid;

use super::{Mistake, Problem, personal};
use crate::trace::TraceId;

/// The errors of one answer may have so many bytes, so that the answer stays below 2 MB (ruling C13).
const ERRORS_MAX_BYTES: usize = 1_900_000;

#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: String,
    code: &'static str,
    trace_id: String,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    spec: Option<PlaceBody<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<MistakeBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors_left_out: Option<usize>,
}

#[derive(Serialize)]
struct PlaceBody<'a> {
    path: &'a str,
    heading: &'a str,
}

#[derive(Serialize)]
struct MistakeBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    code: &'static str,
    detail: &'a str,
}

/// The problem as JSON.
pub(super) fn write(
    problem: &Problem,
    (request, trace): (Uuid, TraceId),
    served: Option<&ServedSpec>,
) -> Vec<u8> {
    let facts = problem.facts();
    let errors = errors(&problem.mistakes, served);
    let left_out = problem.mistakes.len() - errors.len();
    let body = ProblemBody {
        r#type: format!("/problems/{}", facts.slug),
        title: facts.title,
        status: facts.status,
        detail: problem.detail.as_deref().unwrap_or(facts.detail),
        instance: format!("urn:uuid:{request}"),
        code: facts.code,
        trace_id: trace.to_string(),
        retryable: facts.retryable,
        spec: problem
            .place(served)
            .map(|(path, heading)| PlaceBody { path, heading }),
        errors,
        errors_left_out: (left_out > 0).then_some(left_out),
    };
    // Strings and numbers alone: there is nothing that could not be written.
    serde_json::to_vec(&body).unwrap_or_default()
}

/// As many as fit.
fn errors<'a>(mistakes: &'a [Mistake], served: Option<&ServedSpec>) -> Vec<MistakeBody<'a>> {
    let mut bytes = 0;
    mistakes
        .iter()
        .map(|mistake| mistake_body(mistake, served))
        .take_while(|body| {
            bytes += serde_json::to_vec(body).map_or(0, |json| json.len() + 1);
            bytes <= ERRORS_MAX_BYTES
        })
        .collect()
}

fn mistake_body<'a>(mistake: &'a Mistake, served: Option<&ServedSpec>) -> MistakeBody<'a> {
    match mistake {
        Mistake::InBody(violation) => MistakeBody {
            pointer: Some(personal::shown(&violation.pointer, served).to_fragment()),
            parameter: None,
            code: violation.code.as_str(),
            detail: &violation.detail,
        },
        Mistake::InQuery { parameter, detail } => MistakeBody {
            pointer: None,
            parameter: Some(parameter),
            code: "invalid_parameter",
            detail,
        },
    }
}
