//! Deleting one record.

use specd_domain::endpoint::Operation;
use specd_domain::record::{Record, Submission};

use super::change::ATTEMPTS;
use super::error::{self, RecordError};
use super::key;
use super::permit::Permit;
use crate::ports::records::{RecordRepository, WriteError};

/// Deletes the record that `id` names. Where the document wants the answer to show the record, it is read first and
/// answered as it was when it was deleted.
///
/// # Errors
/// There is none, others refer to it, or the store could not do it.
pub async fn delete(
    permit: Permit<'_>,
    id: &str,
    records: &dyn RecordRepository,
) -> Result<Option<Record>, RecordError> {
    permit.expect(Operation::Delete)?;
    let key = key::parse(&permit, id)?;
    let table = &permit.spec().table;
    let refused = |refusal| error::of_write(permit.spec(), &Submission::default(), refusal);
    if permit.compiled().answer.is_none() {
        records
            .delete(table, key, None, permit.terms())
            .await
            .map_err(refused)?;
        return Ok(None);
    }
    let _turn = permit.compiled_spec().turns.take(&key).await;
    for _ in 0..ATTEMPTS {
        let found = records.read(table, key.clone(), permit.reach()).await?;
        let record = found.ok_or(RecordError::NotThere)?;
        let version = Some(record.version);
        match records
            .delete(table, key.clone(), version, permit.terms())
            .await
        {
            Ok(()) => return Ok(Some(record)),
            Err(WriteError::Stale { .. }) => {}
            Err(refusal) => return Err(refused(refusal)),
        }
    }
    Err(RecordError::Contended)
}
