//! Admitting a request that carries a key: it is new, was answered before, or has to wait.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Method;
use specd_domain::name::SpecNumber;

use super::KEPT_HOURS;
use super::claims::{Claims, RunningClaim};
use super::digest::claim_id;
use super::key::IdempotencyKey;
use crate::ports::answers::{
    AnswerRepository, Claim, ClaimId, Fingerprint, MakeAnswer, StoredAnswer,
};
use crate::ports::clock::Clock;
use crate::ports::store::StoreError;

/// What the keys of callers are kept under who have not said who they are. No identity is this text.
const ANONYMOUS: &str = "anonymous";

/// A request that carries a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyedRequest<'a> {
    /// Who sends it.
    pub caller: &'a Caller,
    /// Its method.
    pub method: Method,
    /// Its path, as it was sent.
    pub path: &'a str,
    /// The key.
    pub key: &'a IdempotencyKey,
    /// The digest of everything that decides its outcome.
    pub fingerprint: Fingerprint,
}

/// What becomes of a request with a key.
#[derive(Debug)]
pub enum Admission {
    /// It is the first with its key: it may be done.
    New(Ticket),
    /// It was done before, and this is its answer.
    Answered(StoredAnswer),
}

/// The right to do a request with a key. Others with the same key are refused until it is dropped.
#[derive(Debug)]
pub struct Ticket {
    running: RunningClaim,
    fingerprint: Fingerprint,
    caller: String,
    begun_at: DateTime<Utc>,
}

/// A request with a key is not done.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// Nobody knows who calls, and the key may be somebody else's, too.
    #[error("the idempotency key of an unknown caller is too short")]
    Guessable,
    /// A request with this key still runs.
    #[error("a request with this idempotency key still runs")]
    InUse,
    /// The key was used for another request.
    #[error("the idempotency key belongs to another request")]
    Reused,
    /// So many answers are kept for this caller that no other can be.
    #[error("too many answers are kept for this caller")]
    Crowded,
    /// The store could not tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl KeyedRequest<'_> {
    /// What its answer is found by.
    pub fn claim_id(&self) -> ClaimId {
        claim_id(&self.scope(), self.method, self.path, self.key)
    }

    fn scope(&self) -> String {
        let identity = self.caller.identity();
        identity.unwrap_or_else(|| ANONYMOUS.to_owned())
    }
}

impl Ticket {
    /// The claim that the store keeps with the record.
    pub fn claim(&self, spec: SpecNumber, answer: MakeAnswer) -> Claim {
        Claim {
            id: self.running.id(),
            fingerprint: self.fingerprint,
            caller: self.caller.clone(),
            spec,
            claimed_at: self.begun_at,
            expires_at: self.begun_at + TimeDelta::hours(KEPT_HOURS),
            answer,
        }
    }
}

/// Admits a request, or finds its answer. The claim of this process is taken before the store is asked, so that a request
/// that ends in between is found as answered.
///
/// # Errors
/// The request must not be done, or the store could not tell.
pub async fn admit(
    request: KeyedRequest<'_>,
    claims: &Arc<Claims>,
    answers: &dyn AnswerRepository,
    clock: &dyn Clock,
) -> Result<Admission, IdempotencyError> {
    if *request.caller == Caller::Anonymous && !request.key.is_hard_to_guess() {
        return Err(IdempotencyError::Guessable);
    }
    let running = claims.begin(request.claim_id());
    let running = running.ok_or(IdempotencyError::InUse)?;
    if let Some(answer) = kept_answer(request, answers, clock).await? {
        return Ok(Admission::Answered(answer));
    }
    let caller = request.scope();
    if claims.is_crowded(&caller) {
        return Err(IdempotencyError::Crowded);
    }
    Ok(Admission::New(Ticket {
        running,
        fingerprint: request.fingerprint,
        caller,
        begun_at: clock.now(),
    }))
}

/// The answer that is kept for a request, if there is one by now.
///
/// # Errors
/// The answer is that of another request, or the store could not tell.
pub async fn kept_answer(
    request: KeyedRequest<'_>,
    answers: &dyn AnswerRepository,
    clock: &dyn Clock,
) -> Result<Option<StoredAnswer>, IdempotencyError> {
    match answers.find(request.claim_id(), clock.now()).await? {
        None => Ok(None),
        Some(kept) if kept.fingerprint == request.fingerprint => Ok(Some(kept.answer)),
        Some(_) => Err(IdempotencyError::Reused),
    }
}
