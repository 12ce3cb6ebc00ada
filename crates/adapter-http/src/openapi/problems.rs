//! Problems: their schema, and the answer of each status that is one.

use specd_domain::violation::ViolationCode;

use super::headers;
use super::json::Json;
use crate::problem::Kind;

const CONTENT_TYPE: &str = "application/problem+json";

/// The name of the schema.
const PROBLEM: &str = "Problem";

/// The schemas of problems.
pub(super) fn schemas() -> Vec<(String, Json)> {
    let codes = Kind::ALL.iter().map(|kind| kind.facts().code);
    let violations = ViolationCode::ALL.iter().map(|code| code.as_str());
    let text =
        |words: &str| Json::object([("type", "string".into()), ("description", words.into())]);
    let problem = Json::object([
        ("type", "object".into()),
        ("description", "What went wrong (RFC 9457).".into()),
        (
            "properties",
            Json::object([
                (
                    "type",
                    text("Leads to a page that explains it.").with("format", "uri-reference"),
                ),
                ("title", text("A short name, the same for the type.")),
                (
                    "status",
                    Json::object([
                        ("type", "integer".into()),
                        ("minimum", 400.into()),
                        ("maximum", 599.into()),
                    ]),
                ),
                ("detail", text("What is wrong this time.")),
                (
                    "instance",
                    text("`urn:uuid:` and the id of the request.").with("format", "uri"),
                ),
                (
                    "code",
                    text("A stable name, for programs.").with("enum", Json::texts(codes)),
                ),
                (
                    "trace_id",
                    text("The id of the trace that the request belongs to.")
                        .with("pattern", "^[0-9a-f]{32}$"),
                ),
                (
                    "retryable",
                    Json::object([
                        ("type", "boolean".into()),
                        (
                            "description",
                            "Whether the same request may succeed later.".into(),
                        ),
                    ]),
                ),
                ("spec", Json::reference("schemas", "ProblemPlace")),
                (
                    "errors",
                    Json::object([
                        ("type", "array".into()),
                        (
                            "description",
                            "Every mistake of the body, or of the query.".into(),
                        ),
                        ("items", Json::reference("schemas", "ProblemError")),
                    ]),
                ),
                (
                    "errors_left_out",
                    Json::object([
                        ("type", "integer".into()),
                        ("minimum", 1.into()),
                        (
                            "description",
                            "How many mistakes an answer below 2 MB had no place for.".into(),
                        ),
                    ]),
                ),
            ]),
        ),
        (
            "required",
            Json::texts([
                "type",
                "title",
                "status",
                "detail",
                "instance",
                "code",
                "trace_id",
                "retryable",
            ]),
        ),
    ]);
    let place = Json::object([
        ("type", "object".into()),
        (
            "description",
            "The place in the document that asks for what is missing.".into(),
        ),
        (
            "properties",
            Json::object([
                ("path", text("The document.")),
                ("heading", text("The heading under which the rule stands.")),
            ]),
        ),
        ("required", Json::texts(["path", "heading"])),
    ]);
    let error = Json::object([
        ("type", "object".into()),
        ("description", "One mistake.".into()),
        (
            "properties",
            Json::object([
                (
                    "pointer",
                    text(
                        "Where in the body, as a JSON pointer in a URI fragment: `#/field3/nested`.",
                    ),
                ),
                ("parameter", text("The parameter of the query.")),
                (
                    "code",
                    text("Which kind of mistake.")
                        .with("enum", Json::texts(violations.chain(["invalid_parameter"]))),
                ),
                ("detail", text("What the caller can do.")),
            ]),
        ),
        ("required", Json::texts(["code", "detail"])),
    ]);
    vec![
        (PROBLEM.to_owned(), problem),
        ("ProblemPlace".to_owned(), place),
        ("ProblemError".to_owned(), error),
    ]
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
