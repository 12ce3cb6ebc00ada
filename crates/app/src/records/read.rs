//! Reading one record.

use specd_domain::endpoint::Operation;
use specd_domain::record::Record;

use super::error::RecordError;
use super::key;
use super::permit::Permit;
use crate::ports::records::RecordRepository;

/// The record that `id` names.
///
/// # Errors
/// There is none, or the store could not tell.
pub async fn read(
    permit: Permit<'_>,
    id: &str,
    records: &dyn RecordRepository,
) -> Result<Record, RecordError> {
    permit.expect(Operation::Read)?;
    let key = key::parse(&permit, id)?;
    let found = records
        .read(&permit.spec().table, key, permit.reach())
        .await?;
    found.ok_or(RecordError::NotThere)
}
