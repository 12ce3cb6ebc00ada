//! Row 9: `Idempotency-Key` on `POST` and `PATCH`: malformed, answered before, still running, or used for another request.

use actix_web::http::header::{CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use specd_app::idempotency::{
    Admission, IdempotencyError, IdempotencyKey, KeyedRequest, Ticket, admit, fingerprint,
    kept_answer,
};
use specd_app::ports::answers::Fingerprint;
use specd_app::records::{Permit, RecordError};
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Operation;

use super::body::Body;
use super::parameters::Parameters;
use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;
use crate::problem::{Kind, Problem, of_record};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Seconds after which a request that still runs should be answered.
const IN_USE_RETRY_AFTER: &str = "1";
/// Seconds after which it is looked again at who has too many answers kept.
const CROWDED_RETRY_AFTER: &str = "60";

/// What becomes of a request after this row.
pub(crate) enum Outcome {
    /// It was answered before.
    Answered(Answer),
    /// It goes on to the next row.
    Goes(Body, Option<Keyed>),
}

/// A request that is done under its key.
pub(crate) struct Keyed {
    ticket: Ticket,
    key: IdempotencyKey,
    fingerprint: Fingerprint,
}

/// Looks the key up, where the request has one. A rehearsal keeps nothing, and so it claims nothing.
pub(crate) async fn check(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    parameters: Option<&Parameters>,
    body: Body,
) -> Result<Outcome, Problem> {
    let operation = permit.endpoint().operation;
    if !matches!(operation, Operation::Create | Operation::Patch) {
        return Ok(Outcome::Goes(body, None));
    }
    let Some(key) = key(exchange, permit.caller())? else {
        return Ok(Outcome::Goes(body, None));
    };
    if parameters.is_some_and(Parameters::is_rehearsal) {
        return Ok(Outcome::Goes(body, None));
    }
    // Boxed, here and below: most requests have no key and should not carry its room.
    let body = Box::pin(body.arrived(exchange)).await?;
    let fingerprint = fingerprint_of(exchange, &body);
    let request = request(exchange, permit, &key, fingerprint);
    let state = exchange.state;
    let ports = &state.ports;
    let admitted = admit(request, &state.claims, &*ports.answers, &*ports.clock);
    match in_time(exchange, Box::pin(admitted)).await? {
        Admission::Answered(answer) => Ok(Outcome::Answered(Answer::replayed(answer))),
        Admission::New(ticket) => {
            let keyed = Keyed {
                ticket,
                key,
                fingerprint,
            };
            Ok(Outcome::Goes(Body::Arrived(body), Some(keyed)))
        }
    }
}

/// The answer of whoever was faster with the same key, such as another server on the same database, where somebody was.
pub(crate) async fn answered_by_another(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    key: &IdempotencyKey,
    fingerprint: Fingerprint,
) -> Result<Option<Answer>, Problem> {
    let request = request(exchange, permit, key, fingerprint);
    let ports = &exchange.state.ports;
    let kept = kept_answer(request, &*ports.answers, &*ports.clock);
    let answer = in_time(exchange, Box::pin(kept)).await?;
    Ok(answer.map(Answer::replayed))
}

impl Keyed {
    /// What is needed to look the answer up again, after the ticket is gone.
    pub(crate) fn apart(self) -> (Ticket, IdempotencyKey, Fingerprint) {
        (self.ticket, self.key, self.fingerprint)
    }
}

/// The key, where there is one.
fn key(exchange: &Exchange<'_>, caller: &Caller) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = exchange.headers().get_all(IDEMPOTENCY_KEY);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let malformed = || Problem::new(Kind::InvalidIdempotencyKey);
    if values.next().is_some() {
        return Err(malformed());
    }
    let text = value.to_str().map_err(|_| malformed())?;
    let key = IdempotencyKey::parse(text).map_err(|_| malformed())?;
    // Before the body is read, since it is refused anyway.
    if *caller == Caller::Anonymous && !key.is_hard_to_guess() {
        return Err(problem(IdempotencyError::Guessable));
    }
    Ok(Some(key))
}

fn request<'a>(
    exchange: &Exchange<'a>,
    permit: Permit<'a>,
    key: &'a IdempotencyKey,
    fingerprint: Fingerprint,
) -> KeyedRequest<'a> {
    KeyedRequest {
        caller: permit.caller(),
        method: permit.endpoint().operation.method(),
        path: exchange.path(),
        key,
        fingerprint,
    }
}

/// Everything of a request that decides its outcome, beside what its key belongs to.
fn fingerprint_of(exchange: &Exchange<'_>, body: &[u8]) -> Fingerprint {
    let mut parts: Vec<&[u8]> = vec![exchange.query().as_bytes(), body];
    for name in [&CONTENT_TYPE, &IF_MATCH, &IF_NONE_MATCH] {
        for value in exchange.headers().get_all(name) {
            parts.push(name.as_str().as_bytes());
            parts.push(value.as_bytes());
        }
    }
    fingerprint(parts)
}

async fn in_time<T>(
    exchange: &Exchange<'_>,
    work: impl Future<Output = Result<T, IdempotencyError>>,
) -> Result<T, Problem> {
    let outcome = deadline::read(exchange.state, async { Ok(work.await) }).await;
    let outcome = outcome.map_err(of_record::problem)?;
    outcome.map_err(problem)
}

fn problem(error: IdempotencyError) -> Problem {
    match error {
        IdempotencyError::Guessable => Problem::new(Kind::InvalidIdempotencyKey).detail(
            "without a key or token of the caller, the idempotency key must have at least 20 characters, such as a random UUID",
        ),
        IdempotencyError::InUse => {
            Problem::new(Kind::IdempotencyKeyInUse).header("retry-after", IN_USE_RETRY_AFTER)
        }
        IdempotencyError::Reused => Problem::new(Kind::IdempotencyKeyReused),
        IdempotencyError::Crowded => Problem::new(Kind::RateLimited)
            .detail("as many idempotency keys of this caller are kept as can be, send the request without one or later")
            .header("retry-after", CROWDED_RETRY_AFTER),
        IdempotencyError::Store(error) => of_record::problem(RecordError::from(error)),
    }
}
