//! Idempotency keys: a request that carries one is done once, however often it is sent (http-contract, section 4).
//!
//! An answer is kept in the transaction of its record, by the store; here is who may begin a request, and whose answer is
//! there already. Only what was stored is kept: a refused request leaves its key free for the corrected one.

pub mod admit;
pub mod claims;
pub mod digest;
pub mod key;
pub mod sweep;

pub use admit::{Admission, IdempotencyError, KeyedRequest, Ticket, admit, kept_answer};
pub use claims::{Claims, RunningClaim};
pub use digest::fingerprint;
pub use key::{IdempotencyKey, MalformedKey};
pub use sweep::sweep;

/// How long an answer is kept.
pub const KEPT_HOURS: i64 = 24;

/// How many answers are kept for one caller; whoever has more gets no new ones kept until some are forgotten.
pub const KEPT_PER_CALLER: u64 = 100_000;
