//! The headers that requests and answers of all documents share.

use super::json::Json;

/// A header of answers: its name, the component, what it says, and an example.
const ANSWERED: [(&str, &str, &str); 18] = [
    (
        "ETag",
        "The strong tag of the record as it is now; send it back as `If-Match`.",
        "\"3-1\"",
    ),
    (
        "Location",
        "Where the record is.",
        "/api/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057",
    ),
    (
        "Link",
        "The next page (`rel=\"next\"`); of a deprecated document also its successor and the deprecation.",
        "</api/v1/orders?cursor=AbC>; rel=\"next\"",
    ),
    (
        "RateLimit",
        "What is left of the limit, and when it is whole again.",
        "\"default\";r=42;t=17",
    ),
    (
        "RateLimit-Policy",
        "The limit: requests and window in seconds.",
        "\"default\";q=100;w=60",
    ),
    (
        "Retry-After",
        "In how many seconds the request may be sent again.",
        "1",
    ),
    (
        "Spec",
        "The number of the document and the revision that answered.",
        "0001; rev=3",
    ),
    (
        "Spec-Status",
        "That the document is a draft or in review.",
        "draft",
    ),
    (
        "Warning",
        "That the document is a draft or in review, and may change.",
        "299 - \"SPEC 0001 is a draft and may change\"",
    ),
    (
        "X-Request-Id",
        "The id of the request, as in `instance` of a problem.",
        "7f3c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11",
    ),
    (
        "Deprecation",
        "Since when the document is deprecated (RFC 9745).",
        "@1735689600",
    ),
    (
        "Sunset",
        "From when on the answer is 410 (RFC 8594).",
        "Wed, 31 Dec 2025 00:00:00 GMT",
    ),
    (
        "Allow",
        "The methods that the path takes.",
        "GET, HEAD, POST, OPTIONS",
    ),
    (
        "WWW-Authenticate",
        "How to say who calls.",
        "Bearer realm=\"specd\"",
    ),
    (
        "Accept-Post",
        "The media type that POST takes.",
        "application/json",
    ),
    (
        "Accept-Patch",
        "The media type that PATCH takes.",
        "application/merge-patch+json",
    ),
    (
        "Idempotent-Replayed",
        "That the answer is the one that was stored for the `Idempotency-Key`.",
        "true",
    ),
    (
        "Dry-Run",
        "That nothing of this was kept (`dry_run=true`).",
        "true",
    ),
];

/// Every header of answers, as a component.
pub(super) fn components() -> Json {
    let components = ANSWERED.iter().map(|(name, words, example)| {
        let header = Json::object([
            ("description", (*words).into()),
            ("schema", Json::object([("type", "string".into())])),
            ("example", (*example).into()),
        ]);
        ((*name).to_owned(), header)
    });
    Json::Object(components.collect())
}

/// References to these headers.
pub(super) fn references(names: &[&str]) -> Json {
    let references = names.iter().map(|name| {
        let reference = Json::reference("headers", name);
        ((*name).to_owned(), reference)
    });
    Json::Object(references.collect())
}
