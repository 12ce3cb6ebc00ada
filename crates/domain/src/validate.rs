//! Validating: whether a record keeps the rules of its spec.

mod default;
mod validator;

use chrono::{DateTime, SubsecRound, Utc};

pub use validator::Validator;

use crate::record::{Row, Submission};
use crate::spec::Spec;
use crate::table::Table;
use crate::value::Value;
use crate::violation::{Pointer, Violation, ViolationCode};

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
    completed(&spec.table, submission, stamp)
}

fn completed(table: &Table, submission: &Submission, stamp: &mut Stamp<'_>) -> Row {
    stamp.now = stamp.now.trunc_subsecs(6);
    let mut row = Row::with_capacity(table.columns.len());
    for (position, column) in table.columns.iter().enumerate() {
        row.push(match submission.columns.get(position) {
            Some(Some(sent)) => sent.clone(),
            _ => default::value(column, stamp),
        });
    }
    row
}

/// Every rule that is false of the row. `submission` tells which fields were sent: a violation points at the first of
/// its rule's fields that the body carries (ruling H36), or at the root. A rule over a field that was itself refused is
/// not judged.
///
/// Makes the rules ready at each call: who judges many records keeps a [`Validator`] for the spec.
pub fn violations(
    spec: &Spec,
    row: &Row,
    submission: &Submission,
    now: DateTime<Utc>,
) -> Vec<Violation> {
    match Validator::new(spec) {
        Ok(validator) => validator.violations(row, submission, now),
        Err(error) => vec![Violation {
            pointer: Pointer::root(),
            code: ViolationCode::RuleBroken,
            detail: format!("must wait until the document is mended: {error}"),
            place: None,
        }],
    }
}

/// Whether the body carried the field.
fn is_sent(table: &Table, submission: &Submission, field: &str) -> bool {
    let is_value = |position: usize| {
        let sent: Option<&Option<Value>> = submission.columns.get(position);
        sent.is_some_and(Option::is_some)
    };
    match table.column(field) {
        Some((position, _)) => is_value(position),
        None => submission
            .dropped
            .iter()
            .any(|(name, _)| name.as_str() == field),
    }
}

#[cfg(test)]
mod tests;
