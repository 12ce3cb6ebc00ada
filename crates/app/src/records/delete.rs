//! Deleting one record.

use specd_domain::endpoint::{Method, Operation};
use specd_domain::record::{Record, Submission};
use specd_domain::value::Value;

use super::change::ATTEMPTS;
use super::error::{self, RecordError};
use super::key;
use super::options::WriteOptions;
use super::permit::Permit;
use crate::ports::records::{RecordRepository, WriteError};

/// Deletes the record that `id` names. Where the document wants the answer to show the record, or somebody asks for a state
/// of it, it is read first and deleted as it was read.
///
/// # Errors
/// There is none, it is in another state than the caller means, others refer to it, or the store could not do it.
pub async fn delete(
    permit: Permit<'_>,
    id: &str,
    options: &WriteOptions,
    records: &dyn RecordRepository,
) -> Result<Option<Record>, RecordError> {
    permit.expect(Operation::Delete)?;
    let key = key::parse(&permit, id)?;
    if permit.compiled().answer.is_some() {
        return as_read(permit, key, options, records).await.map(Some);
    }
    if !options.conditions.is_empty() || requires_a_state(permit) {
        as_read(permit, key, options, records).await?;
        return Ok(None);
    }
    options.gate.enter()?;
    let terms = permit.terms(options);
    let done = records.delete(&permit.spec().table, key, None, terms).await;
    done.map_err(|refusal| refused(permit, refusal))?;
    Ok(None)
}

/// Reads the record and deletes it at the version that was read, and again where somebody was faster.
async fn as_read(
    permit: Permit<'_>,
    key: Value,
    options: &WriteOptions,
    records: &dyn RecordRepository,
) -> Result<Record, RecordError> {
    let table = &permit.spec().table;
    let _turn = permit.compiled_spec().turns.take(&key).await;
    for _ in 0..ATTEMPTS {
        let found = records.read(table, key.clone(), permit.reach()).await?;
        let record = found.ok_or(RecordError::NotThere)?;
        options.conditions.allow_write(permit, &record)?;
        options.gate.enter()?;
        let terms = permit.terms(options);
        match records
            .delete(table, key.clone(), Some(record.version), terms)
            .await
        {
            Ok(()) => return Ok(record),
            Err(WriteError::Stale { .. }) => options.gate.leave(),
            Err(refusal) => return Err(refused(permit, refusal)),
        }
    }
    Err(RecordError::Contended)
}

fn requires_a_state(permit: Permit<'_>) -> bool {
    let mut requiring = permit.spec().if_match_required.iter();
    requiring.any(|required| required.value == Method::Delete)
}

fn refused(permit: Permit<'_>, refusal: WriteError) -> RecordError {
    error::of_write(permit.spec(), &Submission::default(), refusal)
}
