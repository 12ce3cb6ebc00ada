//! Answers that are kept for an `Idempotency-Key` (http-contract, section 4).

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_domain::name::SpecNumber;
use specd_domain::record::Record;
use specd_domain::sensitive::Sensitive;

use super::Answer;
use super::store::StoreError;

/// SHA-256 over caller, method, path and key: what a kept answer is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimId(pub [u8; 32]);

/// SHA-256 over everything of a request that decides its outcome: another request with the same key differs in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// An answer as it went to the caller, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The status.
    pub status: u16,
    /// Name and value of each header that belongs to the answer and not to the exchange. No name or value holds a line
    /// end.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Sensitive<Vec<u8>>,
}

/// Its headers may name the record.
impl fmt::Debug for StoredAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredAnswer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What a store has of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The request that it answered.
    pub fingerprint: Fingerprint,
    /// The answer.
    pub answer: StoredAnswer,
}

/// Makes the answer of a record that was just written. It runs within the store's transaction and must be quick.
pub type MakeAnswer = Arc<dyn Fn(&Record) -> StoredAnswer + Send + Sync>;

/// A claim on an idempotency key, stored in the transaction of the write that it belongs to: both are there, or neither.
#[derive(Clone)]
pub struct Claim {
    /// What it is found by.
    pub id: ClaimId,
    /// The request.
    pub fingerprint: Fingerprint,
    /// Who sent it: [`Caller::identity`](specd_domain::access::caller::Caller::identity).
    pub caller: String,
    /// The spec of the record.
    pub spec: SpecNumber,
    /// The time of the request; a claim of the same id that expired by then is taken over.
    pub claimed_at: DateTime<Utc>,
    /// From when on it is forgotten.
    pub expires_at: DateTime<Utc>,
    /// Makes the answer that is kept.
    pub answer: MakeAnswer,
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("id", &self.id)
            .field("spec", &self.spec)
            .finish_non_exhaustive()
    }
}

/// Finds kept answers; they are stored by [`RecordRepository`](super::records::RecordRepository), with their record.
pub trait AnswerRepository: Send + Sync {
    /// The answer that was kept under this id and has not expired at `now`.
    fn find(
        &self,
        id: ClaimId,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<Option<KeptAnswer>, StoreError>>;

    /// Deletes at most `limit` answers that expired at `now`, and tells how many.
    fn purge(&self, now: DateTime<Utc>, limit: u32) -> Answer<'_, Result<u64, StoreError>>;

    /// How many answers are kept for each caller who has more than `more_than`.
    fn crowded(&self, more_than: u64) -> Answer<'_, Result<Vec<(String, u64)>, StoreError>>;
}
