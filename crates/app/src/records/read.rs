//! Reading one record.

use specd_domain::endpoint::Operation;
use specd_domain::record::Record;

use super::conditions::{Conditions, EntityTag};
use super::error::RecordError;
use super::key;
use super::permit::Permit;
use crate::ports::records::RecordRepository;

/// A record that is there.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// The caller has yet to see it in this state.
    New(Record),
    /// The caller has it already (`If-None-Match`).
    Known(Record),
}

/// The record that `id` names.
///
/// # Errors
/// There is none, it is in another state than the one that is wanted, or the store could not tell.
pub async fn read(
    permit: Permit<'_>,
    id: &str,
    conditions: &Conditions,
    records: &dyn RecordRepository,
) -> Result<Found, RecordError> {
    permit.expect(Operation::Read)?;
    let key = key::parse(&permit, id)?;
    let found = records
        .read(&permit.spec().table, key, permit.reach())
        .await?;
    let record = found.ok_or(RecordError::NotThere)?;
    let is_news = conditions.is_news(&EntityTag::of_record(permit.served(), &record))?;
    Ok(if is_news {
        Found::New(record)
    } else {
        Found::Known(record)
    })
}
