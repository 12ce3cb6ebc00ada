//! Bodies: JSON bytes read into typed column values in one pass, directed by the fields of an endpoint.

mod json;
mod members;
mod node;
mod object;
mod path;
mod reader;
mod scalar;
mod syntax;

use crate::field::Field;
use crate::record::Submission;
use crate::table::Table;
use crate::violation::{Violation, ViolationCode};

use path::Path;
use reader::Reader;

pub(crate) use node::Node;

/// The deepest nesting of a body (http-contract, section 9): the body's own object is the first level.
pub const MAX_DEPTH: usize = 64;

/// How much the violations of one body may take, in bytes of pointer and detail and 64 more for each. It is more than
/// an answer holds (http-contract, ruling C13); what comes later is still refused, and not recorded.
pub const MAX_VIOLATION_BYTES: usize = 4 << 20;

/// How many characters the numbers of one body may grow by when they are written in plain notation, so that a short
/// body of large exponents does not become a long record. The first 32 characters of each number are free.
pub const MAX_NUMBER_GROWTH: usize = 1 << 20;

/// Bytes that are no JSON text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not valid JSON: {reason} at line {line} column {column}")]
pub struct Malformed {
    /// The line, from 1.
    pub line: usize,
    /// The column in code points, from 1.
    pub column: usize,
    /// What is wrong there.
    pub reason: String,
}

/// What became of a JSON text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What was read without a violation.
    pub submission: Submission,
    /// Every violation, in the order of the text; missing members last.
    pub violations: Vec<Violation>,
}

/// Which members a body must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// Every required field: create and replace.
    Whole,
    /// Any of them: merge patch (RFC 7396), where null clears a nullable field.
    ///
    /// The value of a JSON column is then itself a patch. Its members are judged as far as they are sent: none is
    /// missing, and null removes a member that is not required. What the use case makes of it with
    /// [`merge_patch`](crate::value::merge_patch) is judged as a whole by [`read_value`].
    Partial,
}

/// Reads a JSON object of these fields.
///
/// A value of a JSON column is kept as one compact JSON text, its numbers as they were written. The values of fields
/// without a column are read the same way into [`Submission::dropped`].
///
/// # Errors
/// [`Malformed`] where the bytes are not one JSON text in UTF-8; everything else is a violation.
pub fn read(
    bytes: &[u8],
    fields: &[Field],
    table: &Table,
    completeness: Completeness,
) -> Result<Reading, Malformed> {
    let text = syntax::decode(bytes)?;
    let mut reader = Reader::new(text);
    let mut submission = Submission {
        columns: vec![None; table.columns.len()],
        ..Submission::default()
    };
    reader
        .read_body(fields, table, completeness, &mut submission)
        .map_err(|fault| fault.locate(text))?;
    Ok(Reading {
        submission,
        violations: in_order(reader.into_violations()),
    })
}

/// Judges the whole value of a JSON column, as after a merge: the violations that a create with this value would have,
/// with the same pointers (`#/field3/nested`).
///
/// # Errors
/// [`Malformed`] where `text` is no JSON text.
pub fn read_value(text: &str, field: &Field) -> Result<Vec<Violation>, Malformed> {
    syntax::decode(text.as_bytes())?;
    let mut reader = Reader::new(text);
    let path = Path::Root.member(field.name.as_str());
    let mut out = String::new();
    reader
        .read_whole(field, &path, &mut out)
        .map_err(|fault| fault.locate(text))?;
    Ok(in_order(reader.into_violations()))
}

fn in_order(mut violations: Vec<Violation>) -> Vec<Violation> {
    // Stable: within each half the order of the text stays.
    violations.sort_by_key(|violation| violation.code == ViolationCode::Required);
    violations
}
