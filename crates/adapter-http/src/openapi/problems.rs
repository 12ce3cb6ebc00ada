//! Problems: their schema, and the answer of each status that is one.

use specd_domain::violation::ViolationCode;

use super::headers;
use super::json::Json;
use crate::problem::Kind;

const CONTENT_TYPE: &str = "application/problem+json";

/// The name of the schema.
const PROBLEM: &str = "Problem";

/// The members that every problem has, and those that some have (http-contract, section 2). The codes are added.
const MEMBERS: &str = r##"{
  "type": {"type": "string", "format": "uri-reference", "description": "Leads to a page that explains it."},
  "title": {"type": "string", "description": "A short name, the same for the type."},
  "status": {"type": "integer", "minimum": 400, "maximum": 599},
  "detail": {"type": "string", "description": "What is wrong this time."},
  "instance": {"type": "string", "format": "uri", "description": "`urn:uuid:` and the id of the request."},
  "code": {"type": "string", "description": "A stable name, for programs."},
  "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "The id of the trace that the request belongs to."},
  "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
  "spec": {"$ref": "#/components/schemas/ProblemPlace"},
  "errors": {
    "type": "array",
    "description": "Every mistake of the body, or of the query.",
    "items": {"$ref": "#/components/schemas/ProblemError"}
  },
  "errors_left_out": {
    "type": "integer",
    "minimum": 1,
    "description": "How many mistakes an answer below 2 MB had no place for."
  }
}"##;

/// The members of `spec`.
const PLACE: &str = r#"{
  "path": {"type": "string", "description": "The document."},
  "heading": {"type": "string", "description": "The heading under which the rule stands."}
}"#;

/// The members of one of the `errors`.
const ERROR: &str = r#"{
  "pointer": {"type": "string", "description": "Where in the body, as a JSON pointer in a URI fragment: `#/field3/nested`."},
  "parameter": {"type": "string", "description": "The parameter of the query."},
  "code": {"type": "string", "description": "Which kind of mistake."},
  "detail": {"type": "string", "description": "What the caller can do."}
}"#;

/// The schemas of problems.
pub(super) fn schemas() -> Vec<(String, Json)> {
    let codes = Kind::ALL.iter().map(|kind| kind.facts().code);
    let mistakes = ViolationCode::ALL.iter().map(|code| code.as_str());
    let problem = schema(
        "What went wrong (RFC 9457).",
        members(MEMBERS, Some(&Json::texts(codes))),
        &[
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "code",
            "trace_id",
            "retryable",
        ],
    );
    let place = schema(
        "The place in the document that asks for what is missing.",
        members(PLACE, None),
        &["path", "heading"],
    );
    let codes = Json::texts(mistakes.chain(["invalid_parameter"]));
    let error = schema(
        "One mistake.",
        members(ERROR, Some(&codes)),
        &["code", "detail"],
    );
    vec![
        (PROBLEM.to_owned(), problem),
        ("ProblemPlace".to_owned(), place),
        ("ProblemError".to_owned(), error),
    ]
}

fn schema(words: &str, members: Json, required: &[&str]) -> Json {
    Json::object([
        ("type", "object".into()),
        ("description", words.into()),
        ("properties", members),
        ("required", Json::texts(required.iter().copied())),
    ])
}

/// The members of a text above, the member `code` with its values.
fn members(text: &str, codes: Option<&Json>) -> Json {
    let Some(Json::Object(members)) = Json::read(text) else {
        return Json::Object(Vec::new());
    };
    let members = members.into_iter().map(|(name, schema)| match codes {
        Some(codes) if name == "code" => (name, schema.with("enum", codes.clone())),
        _ => (name, schema),
    });
    Json::Object(members.collect())
}

/// The name of the component that answers a status.
pub(super) fn name(status: u16) -> String {
    format!("Problem{status}")
}

/// The answer of a status, as a component; `None` for a status that no problem has.
pub(super) fn response(status: u16) -> Option<Json> {
    if status == 304 {
        return Some(Json::object([
            (
                "description",
                "Not modified: the record has the tag of `If-None-Match`.".into(),
            ),
            (
                "headers",
                headers::references(&["ETag", "Spec", "X-Request-Id"]),
            ),
        ]));
    }
    let kinds = || {
        Kind::ALL
            .iter()
            .map(|kind| kind.facts())
            .filter(|facts| facts.status == status)
    };
    kinds().next()?;
    let mut names = vec!["X-Request-Id", "Spec"];
    names.extend(match status {
        401 | 403 => ["WWW-Authenticate"].as_slice(),
        405 => &["Allow"],
        409 | 503 => &["Retry-After"],
        410 => &["Deprecation", "Sunset", "Link"],
        412 => &["ETag"],
        415 => &["Accept-Post", "Accept-Patch"],
        429 => &["Retry-After", "RateLimit", "RateLimit-Policy"],
        _ => &[],
    });
    let words: Vec<String> = kinds()
        .map(|facts| {
            format!(
                "- [`{}`](/problems/{}): {}",
                facts.code, facts.slug, facts.explanation
            )
        })
        .collect();
    let title: Vec<&str> = kinds().map(|facts| facts.title).collect();
    let examples = kinds().map(|facts| {
        let value = Json::object([
            ("type", format!("/problems/{}", facts.slug).into()),
            ("title", facts.title.into()),
            ("status", u64::from(facts.status).into()),
            ("detail", facts.detail.into()),
            (
                "instance",
                "urn:uuid:7f3c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11".into(),
            ),
            ("code", facts.code.into()),
            ("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736".into()),
            ("retryable", facts.retryable.into()),
        ]);
        (facts.code.to_owned(), Json::object([("value", value)]))
    });
    let content = Json::object([
        ("schema", Json::reference("schemas", PROBLEM)),
        ("examples", Json::Object(examples.collect())),
    ]);
    Some(Json::object([
        (
            "description",
            format!("{}.\n\n{}", title.join("; or: "), words.join("\n")).into(),
        ),
        ("headers", headers::references(&names)),
        ("content", Json::object([(CONTENT_TYPE, content)])),
    ]))
}
