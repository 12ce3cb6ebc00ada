//! Validating: whether a record keeps the rules of its spec.

use chrono::{DateTime, Utc};

use crate::record::{Row, Submission};
use crate::spec::Spec;
use crate::violation::Violation;

/// What a write takes from outside: the time of the request and randomness.
pub struct Stamp<'a> {
    /// The time of the request.
    pub now: DateTime<Utc>,
    /// 128 fresh random bits a call.
    pub random: &'a mut dyn FnMut() -> [u8; 16],
}

/// The row of a create: what was sent, and the defaults for what was not.
/// A column whose default is a sequence stays null; the store reserves its number.
pub fn complete(spec: &Spec, submission: &Submission, stamp: &mut Stamp<'_>) -> Row {
    let _ = (spec, submission, stamp);
    Vec::new()
}

/// Every rule that is false of the row. `submission` tells which fields were sent: a violation points at the first of
/// its rule's fields that the body carries (ruling H36), or at the root. A rule over a field that was itself refused is
/// not judged.
pub fn violations(
    spec: &Spec,
    row: &Row,
    submission: &Submission,
    now: DateTime<Utc>,
) -> Vec<Violation> {
    let _ = (spec, row, submission, now);
    Vec::new()
}
