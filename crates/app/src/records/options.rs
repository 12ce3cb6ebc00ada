//! How a write is to be done, beside what is written.

use super::conditions::Conditions;
use super::gate::WriteGate;
use crate::ports::answers::Claim;

/// How a caller wants a write to be done.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// The states that the record may be in. A create has none to look at.
    pub conditions: Conditions,
    /// The idempotency key under which the answer is kept, in the transaction of the write.
    pub claim: Option<Claim>,
    /// Do everything, and keep nothing (`dry_run`).
    pub is_rehearsal: bool,
    /// Whether the write may still begin.
    pub gate: WriteGate,
}
