//! Keys of records: `{id}` as the type of the key column reads it.

use specd_domain::value::Value;

use super::error::RecordError;
use super::permit::Permit;

/// The key that `text` names. A text that is no value of the key's type names no record (ruling C04).
///
/// # Errors
/// There is no such record.
pub(super) fn parse(permit: &Permit<'_>, text: &str) -> Result<Value, RecordError> {
    let key = permit.compiled_spec().key.as_ref();
    let key = key.ok_or(RecordError::NotThere)?;
    Value::parse(key.scalar, text).map_err(|_| RecordError::NotThere)
}
