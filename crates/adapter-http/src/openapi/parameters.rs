//! What a request carries beside its body: `{id}`, the query, and the headers that mean something.

use specd_domain::Spec;
use specd_domain::column_type::ScalarType;
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::name::ColumnName;

use super::body;
use super::examples::Examples;
use super::json::Json;

/// The operators of filters besides equality, with what they say.
pub(crate) const OPERATORS: [(&str, &str); 6] = [
    ("ne", "is another"),
    ("gt", "is greater"),
    ("gte", "is greater or equal"),
    ("lt", "is less"),
    ("lte", "is less or equal"),
    ("in", "is one of these, separated by commas"),
];
/// The names that a list keeps for itself; a filter of such a name has its operators alone.
const OWN: [&str; 3] = ["limit", "cursor", "sort"];
/// The values that `[in]` takes.
const MAX_CHOICES: i32 = 100;
/// `*`, or tags separated by commas (RFC 9110, 13.1).
const TAGS: &str = r#"^[ \t]*(?:\*|[ \t,]*(?:W/)?"[!#-~\u0080-\u00ff]*"(?:[ \t]*,[ \t,]*(?:W/)?"[!#-~\u0080-\u00ff]*")*[ \t,]*)[ \t]*$"#;

/// The parameters of an operation.
pub(super) fn of(spec: &Spec, endpoint: &Endpoint, examples: &Examples<'_>) -> Vec<Json> {
    let mut parameters = Vec::new();
    let operation = endpoint.operation;
    parameters.extend(operation.has_id().then(|| id(spec, examples)));
    match operation {
        Operation::List => list(spec, endpoint, &mut parameters),
        Operation::Read => {}
        _ => parameters.push(Json::reference("parameters", "DryRun")),
    }
    if operation.has_id() {
        parameters.push(if_match(spec, operation));
        parameters.push(Json::reference("parameters", "IfNoneMatch"));
    }
    if matches!(operation, Operation::Create | Operation::Patch) {
        let name = if spec.access.is_open() {
            "LongIdempotencyKey"
        } else {
            "IdempotencyKey"
        };
        parameters.push(Json::reference("parameters", name));
    }
    parameters.push(Json::reference("parameters", "RequestId"));
    parameters.push(Json::reference("parameters", "Traceparent"));
    parameters
}

/// The parameters that operations of all documents share.
pub(super) fn components() -> Vec<(String, Json)> {
    let header = |name: &str, words: &str, schema: Json| {
        Json::object([
            ("name", name.into()),
            ("in", "header".into()),
            ("description", words.into()),
            ("schema", schema),
        ])
    };
    let text = || Json::object([("type", "string".into())]);
    let key = |least: u32| {
        let words = format!(
            "Makes a repetition safe: the same request with the same key is done once, and answered again with \
             `Idempotent-Replayed: true`. Kept for at least 24 hours. {least} to 255 visible ASCII characters, bare or as a \
             quoted string; a UUID serves well."
        );
        let pattern = format!(
            r#"^[ \t]*(?:[!#-~]{{{least},255}}|"(?:[ !#-\[\]-~]|\\["\\]){{{least},255}}")[ \t]*$"#
        );
        header("Idempotency-Key", &words, text().with("pattern", pattern))
    };
    let dry_run = Json::object([
        ("name", "dry_run".into()),
        ("in", "query".into()),
        (
            "description",
            "With `true` everything is done and checked, by the database too, and nothing is kept."
                .into(),
        ),
        (
            "schema",
            Json::object([("type", "boolean".into()), ("default", false.into())]),
        ),
    ]);
    let cursor = Json::object([
        ("name", "cursor".into()),
        ("in", "query".into()),
        (
            "description",
            "The `next` of the page before, as it was answered. It belongs to its filters, its order, its caller and its \
             document; `limit` may change."
                .into(),
        ),
        ("schema", text().with("pattern", "^[A-Za-z0-9_-]+$")),
    ]);
    let limit = Json::object([
        ("name", "limit".into()),
        ("in", "query".into()),
        (
            "description",
            "How many records a page has at the most; more than 100 means 100.".into(),
        ),
        (
            "schema",
            Json::object([
                ("type", "integer".into()),
                ("minimum", 1.into()),
                ("default", 20.into()),
            ]),
        ),
    ]);
    let if_match = header(
        "If-Match",
        "The tag that the record must have, as its `ETag` told: so no change of others is lost. `*` for any.",
        text().with("pattern", TAGS),
    );
    let if_none_match = header(
        "If-None-Match",
        "The tags that the record must not have: a reader who has one of them is answered 304, a writer 412.",
        text().with("pattern", TAGS),
    );
    let request_id = header(
        "X-Request-Id",
        "A UUID for this request, which the answer repeats; anything else is left alone and a new one is made.",
        text(),
    );
    let traceparent = header(
        "traceparent",
        "The trace that this request belongs to (W3C Trace Context).",
        text(),
    );
    [
        ("DryRun", dry_run),
        ("Limit", limit),
        ("Cursor", cursor),
        ("IfMatch", if_match.clone()),
        ("RequiredIfMatch", if_match.with("required", true)),
        ("IfNoneMatch", if_none_match),
        ("IdempotencyKey", key(1)),
        ("LongIdempotencyKey", key(20)),
        ("RequestId", request_id),
        ("Traceparent", traceparent),
    ]
    .map(|(name, parameter)| (name.to_owned(), parameter))
    .into()
}

fn if_match(spec: &Spec, operation: Operation) -> Json {
    let is_required = is_match_required(spec, operation);
    Json::reference(
        "parameters",
        if is_required {
            "RequiredIfMatch"
        } else {
            "IfMatch"
        },
    )
}

/// Whether the document wants `If-Match` for this operation.
pub(crate) fn is_match_required(spec: &Spec, operation: Operation) -> bool {
    let mut required = spec.if_match_required.iter();
    required.any(|required| required.value == operation.method())
}

fn id(spec: &Spec, examples: &Examples<'_>) -> Json {
    let scalar = spec.table.key().and_then(|(_, key)| key.scalar());
    Json::object([
        ("name", "id".into()),
        ("in", "path".into()),
        ("required", true.into()),
        ("description", "The key of the record.".into()),
        (
            "schema",
            body::parameter(scalar.unwrap_or(ScalarType::Text)),
        ),
        ("example", examples.id()),
    ])
}

fn list(spec: &Spec, endpoint: &Endpoint, parameters: &mut Vec<Json>) {
    parameters.push(Json::reference("parameters", "Limit"));
    parameters.push(Json::reference("parameters", "Cursor"));
    parameters.extend(sort(endpoint));
    for filter in &endpoint.filters {
        let column = spec.table.column(filter.value.as_str());
        if let Some(scalar) = column.and_then(|(_, column)| column.scalar()) {
            filters(&filter.value, scalar, parameters);
        }
    }
}

fn sort(endpoint: &Endpoint) -> Option<Json> {
    let keys = endpoint.sorts.iter().map(|sort| sort.value.as_str());
    let both_ways: Vec<[String; 2]> = keys
        .map(|key| [key.to_owned(), format!("-{key}")])
        .collect();
    if both_ways.is_empty() {
        return None;
    }
    let once = both_ways.iter().map(not_both).collect();
    let keys: Vec<String> = both_ways.into_iter().flatten().collect();
    let items = Json::object([("type", "string".into()), ("enum", Json::texts(keys))]);
    Some(Json::object([
        ("name", "sort".into()),
        ("in", "query".into()),
        (
            "description",
            "The order: `-` before a key falls. Each key once. By default newest first.".into(),
        ),
        ("style", "form".into()),
        ("explode", false.into()),
        (
            "schema",
            Json::object([
                ("type", "array".into()),
                ("items", items),
                ("minItems", 1.into()),
                ("uniqueItems", true.into()),
                ("allOf", Json::Array(once)),
            ]),
        ),
    ]))
}

/// A list that names a key both ways has no order.
fn not_both(ways: &[String; 2]) -> Json {
    let contains = |key: &String| {
        let constant = Json::object([("const", key.as_str().into())]);
        Json::object([("contains", constant)])
    };
    let both = Json::Array(ways.iter().map(contains).collect());
    Json::object([("not", Json::object([("allOf", both)]))])
}

fn filters(name: &ColumnName, scalar: ScalarType, parameters: &mut Vec<Json>) {
    if !OWN.contains(&name.as_str()) {
        let words = format!("`{name}` is this value.");
        parameters.push(filter(name.as_str(), &words, body::parameter(scalar)));
    }
    for (operator, says) in OPERATORS {
        let name_with_operator = format!("{name}[{operator}]");
        let words = format!("`{name}` {says}.");
        parameters.push(if operator == "in" {
            let schema = Json::object([
                ("type", "array".into()),
                ("items", body::listed(scalar)),
                ("minItems", 1.into()),
                ("maxItems", MAX_CHOICES.into()),
            ]);
            filter(&name_with_operator, &words, schema)
                .with("style", "form")
                .with("explode", false)
        } else {
            filter(&name_with_operator, &words, body::parameter(scalar))
        });
    }
}

fn filter(name: &str, words: &str, schema: Json) -> Json {
    Json::object([
        ("name", name.into()),
        ("in", "query".into()),
        ("description", words.into()),
        ("schema", schema),
    ])
}
