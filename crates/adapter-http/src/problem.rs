//! Problem details (RFC 9457): every error that leaves the server, and the only place that knows their status codes.

use specd_app::catalog::ServedSpec;
use specd_app::failure::Cause;
use specd_domain::violation::Violation;
use uuid::Uuid;

use crate::answer::Answer;
use crate::exchange::{Exchange, Trail};
use crate::trace::TraceId;

mod body;
pub(crate) mod of_record;
pub(crate) mod page;
mod personal;

/// What went wrong, from the caller's side. Each has a page under `/problems/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    UriTooLong,
    HeadersTooLarge,
    BodyTooLarge,
    MalformedRequest,
    NotFound,
    MethodNotAllowed,
    Gone,
    RateLimited,
    Unauthenticated,
    NotEnabled,
    Forbidden,
    UnsupportedMediaType,
    NotAcceptable,
    InvalidIdempotencyKey,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    InvalidParameters,
    MalformedBody,
    InvalidRecord,
    NoSuchRecord,
    PreconditionFailed,
    PreconditionRequired,
    Conflict,
    StillReferenced,
    Overloaded,
    Unavailable,
    OutcomeUnknown,
    Internal,
}

/// What is the same for every problem of a kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    /// The last segment of `type`.
    pub(crate) slug: &'static str,
    /// The status.
    pub(crate) status: u16,
    /// A short name for people.
    pub(crate) title: &'static str,
    /// A stable name for programs.
    pub(crate) code: &'static str,
    /// Whether the same request may succeed later.
    pub(crate) retryable: bool,
    /// What is wrong, unless more can be said.
    pub(crate) detail: &'static str,
    /// What it means and what the caller can do, for the page.
    pub(crate) explanation: &'static str,
}

macro_rules! kinds {
    ($($kind:ident $status:literal $slug:literal $code:literal $retryable:literal $title:literal $detail:literal $explanation:literal;)+) => {
        impl Kind {
            /// Every kind.
            pub(crate) const ALL: &[Self] = &[$(Self::$kind),+];

            /// The kind whose page has this name.
            pub(crate) fn named(slug: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.facts().slug == slug)
            }

            /// What is the same for every problem of this kind.
            pub(crate) const fn facts(self) -> Facts {
                match self {
                    $(Self::$kind => Facts {
                        slug: $slug,
                        status: $status,
                        title: $title,
                        code: $code,
                        retryable: $retryable,
                        detail: $detail,
                        explanation: $explanation,
                    },)+
                }
            }
        }
    };
}

kinds! {
    UriTooLong 414 "uri-too-long" "uri_too_long" false "The URI is too long"
        "the path and query must have at most 8 KiB"
        "The path and query of a request may have 8 KiB. Send fewer or shorter filters.";
    HeadersTooLarge 431 "headers-too-large" "headers_too_large" false "The header fields are too large"
        "all header fields together must have at most 32 KiB"
        "All header fields of a request together may have 32 KiB.";
    BodyTooLarge 413 "body-too-large" "body_too_large" false "The body is too large"
        "the body must have at most 1 MiB"
        "The body of a request may have 1 MiB.";
    MalformedRequest 400 "malformed-request" "malformed_request" false "The request is malformed"
        "the request is no valid HTTP message"
        "The request is no valid HTTP: its Host is missing, repeated or wrong, If-Match or If-None-Match cannot be read, or its body did not arrive whole and in time.";
    NotFound 404 "not-found" "not_found" false "Nothing is served here"
        "no document declares an endpoint with this path"
        "No document declares an endpoint with this path. The page / lists what is served.";
    MethodNotAllowed 405 "method-not-allowed" "method_not_allowed" false "The method is not allowed"
        "this path takes other methods"
        "The document declares this path, with other methods. The header Allow names them.";
    Gone 410 "gone" "gone" false "The endpoint is gone"
        "the sunset of this endpoint has passed"
        "The document was deprecated and its sunset has passed. The header Link names its successor, where there is one.";
    RateLimited 429 "rate-limited" "rate_limited" true "Too many requests"
        "the rate limit is used up, send the request again after the time in `Retry-After`"
        "The caller, or its address, has used up its rate limit. The header Retry-After says in how many seconds the request can be sent again; RateLimit-Policy and RateLimit tell the limit and what is left of it.";
    Unauthenticated 401 "unauthenticated" "unauthenticated" false "The caller is not known"
        "send a valid API key or token as `Authorization: Bearer`"
        "Send what the document takes as Authorization: Bearer: an API key (specd_…), or a token (JWT) of the issuer that it names. Whatever is wrong with a key or a token, the answer is the same.";
    NotEnabled 404 "not-enabled" "not_enabled" false "The endpoint is not enabled for this caller"
        "the endpoint is being rolled out and is not enabled for this caller yet"
        "The endpoint is being rolled out to a growing share of its callers, and this caller is not among them yet. Who is in stays in.";
    Forbidden 403 "forbidden" "forbidden" false "The caller may not do this"
        "the caller has none of the scopes that may do this"
        "The key or token is valid, and has none of the scopes that the document asks for. The detail names them.";
    UnsupportedMediaType 415 "unsupported-media-type" "unsupported_media_type" false "The media type is not supported"
        "the body must be sent as JSON, in UTF-8"
        "POST and PUT take application/json, PATCH takes application/merge-patch+json, both in UTF-8 and without a content encoding.";
    NotAcceptable 406 "not-acceptable" "not_acceptable" false "No acceptable media type"
        "the answer is `application/json`, which the header Accept must not exclude"
        "Answers are application/json, which the header Accept excludes.";
    InvalidIdempotencyKey 400 "invalid-idempotency-key" "invalid_idempotency_key" false "The idempotency key is malformed"
        "the header `Idempotency-Key` must be given once, with 1 to 255 characters"
        "The header Idempotency-Key must be given once, with 1 to 255 ASCII characters: bare, without spaces and quotes, or as a quoted string. Where the document asks nobody who calls, a caller without a key or token must send at least 20, such as a random UUID, since nothing else tells such callers apart.";
    IdempotencyKeyInUse 409 "idempotency-key-in-use" "idempotency_key_in_use" true "A request with this idempotency key is still running"
        "a request with this idempotency key is still running, send it again to get its answer"
        "Another request with the same Idempotency-Key has not been answered yet. Send the request again after the time in the header Retry-After: it will get the same answer.";
    IdempotencyKeyReused 422 "idempotency-key-reused" "idempotency_key_reused" false "The idempotency key belongs to another request"
        "this idempotency key was used for another request, take a new one"
        "The Idempotency-Key was used before, for a request with another body, query or precondition. Every request needs a key of its own; only a repetition of the same request may carry the same key.";
    InvalidParameters 400 "invalid-parameters" "invalid_parameters" false "A query parameter is invalid"
        "a query parameter is invalid"
        "A list takes limit, cursor, sort, and the filters that its document declares; a write takes dry_run, true or false; each once. Other requests take no parameters. The member errors names every one that is wrong.";
    MalformedBody 400 "malformed-body" "malformed_body" false "The body is not valid JSON"
        "the body must be one JSON text in UTF-8"
        "The body must be one JSON text in UTF-8. The detail names the line and the column at which it is not.";
    InvalidRecord 400 "invalid-record" "invalid_record" false "The record breaks the document"
        "the body breaks the fields or the rules of the document"
        "The body is JSON and breaks the fields or the rules of the document. The member errors names every violation with its JSON pointer.";
    NoSuchRecord 404 "no-such-record" "no_such_record" false "There is no such record"
        "the collection has no record of this id"
        "The collection has no record of this id.";
    PreconditionFailed 412 "precondition-failed" "precondition_failed" false "The record is not in the expected state"
        "the record was changed in the meantime, read it again before you change it"
        "A precondition of the request, If-Match or If-None-Match, does not hold: most often the record was changed by somebody else. Nothing was stored. The header ETag of the answer is the record's tag now.";
    PreconditionRequired 428 "precondition-required" "precondition_required" false "A precondition is required"
        "send the tag of the record as `If-Match`, so that no change of others is lost"
        "The document requires If-Match: read the record, and send the ETag of the answer back as If-Match with the change.";
    Conflict 409 "conflict" "conflict" false "Another record has the same value"
        "another record has the same value"
        "A value must be unique in its collection, and another record has it already. The detail names the fields.";
    StillReferenced 409 "still-referenced" "still_referenced" false "Other records refer to this one"
        "other records refer to this one"
        "The record cannot be deleted, or its key changed, as long as other records refer to it.";
    Overloaded 503 "overloaded" "overloaded" true "The server has too much to do"
        "the server has too much to do, and nothing was stored"
        "The server has more requests than it can answer in time, and refuses some at once. Nothing was stored. Try again after the time in the header Retry-After.";
    Unavailable 503 "unavailable" "unavailable" true "The server cannot do this now"
        "the database is away or busy, and nothing was stored"
        "The database is away or busy, or the keys of an identity provider cannot be had; the detail says which. Nothing was stored. Try again after the time in the header Retry-After.";
    OutcomeUnknown 503 "outcome-unknown" "outcome_unknown" false "Whether the record was stored is not known"
        "the record may be stored or not; with an `Idempotency-Key` send the same request again, without one read first"
        "The connection to the database was lost, or the time was up, while the record was being stored. A request with an Idempotency-Key can be sent again as it is: what was stored is answered, what was not is done. Without a key, read before you send it again.";
    Internal 500 "internal" "internal" false "The server failed"
        "the server made a mistake, which it logged under the id of this request"
        "The server made a mistake; it was logged with the request's id, which is in the member instance.";
}

/// What is wrong with one place of a body, or with one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// A violation of the body.
    InBody(Violation),
    /// A query parameter.
    InQuery {
        /// Its name, as it was sent.
        parameter: String,
        /// What the caller can do.
        detail: String,
    },
}

/// The body of a problem with a request that no handler has seen.
pub(crate) fn unread(
    kind: Kind,
    detail: Option<&'static str>,
    request: Uuid,
    trace: TraceId,
) -> Vec<u8> {
    let mut problem = Problem::new(kind);
    problem.detail = detail.map(str::to_owned);
    body::write(&problem, (request, trace), None)
}

/// One error on its way to the caller.
#[derive(Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: Option<String>,
    heading: Option<String>,
    mistakes: Vec<Mistake>,
    headers: Vec<(&'static str, String)>,
    cause: Option<Cause>,
}

impl Problem {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            heading: None,
            mistakes: Vec::new(),
            headers: Vec::new(),
            cause: None,
        }
    }

    /// What is wrong this time, without any value of the caller's.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The heading of the document under which the rule stands.
    pub(crate) fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = Some(heading.into());
        self
    }

    /// Every place that is wrong.
    pub(crate) fn mistakes(mut self, mistakes: Vec<Mistake>) -> Self {
        self.mistakes = mistakes;
        self
    }

    /// A header of the answer.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Why, where somebody must act on it: for the log, never for the caller.
    pub(crate) fn cause(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Leaves on the trail what the line of the request tells of it.
    pub(crate) fn note(&mut self, trail: &mut Trail) {
        trail.problem = Some(self.facts().code);
        trail.cause = self.cause.take();
    }

    /// The answer to this exchange.
    pub(crate) fn answer(self, exchange: &Exchange<'_>, trail: &Trail) -> Answer {
        let facts = self.kind.facts();
        let json = body::write(
            &self,
            (exchange.request_id, exchange.trace_id),
            trail.served.as_deref(),
        );
        let mut answer = Answer::with_body(facts.status, "application/problem+json", json);
        for (name, value) in &self.headers {
            answer.set(name, value);
        }
        answer
    }

    fn facts(&self) -> Facts {
        self.kind.facts()
    }

    /// The document and the heading, where the problem comes from a document.
    fn place<'a>(&'a self, served: Option<&'a ServedSpec>) -> Option<(&'a str, &'a str)> {
        let heading = self.heading.as_deref()?;
        Some((served?.spec.path.as_str(), heading))
    }
}
