//! Reading one record.

use specd_domain::endpoint::Operation;
use specd_domain::sensitive::Sensitive;

use super::conditions::{Conditions, EntityTag};
use super::error::RecordError;
use super::key;
use super::permit::Permit;
use crate::ports::records::{RecordRepository, Shown};

/// A record that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The caller has yet to see it in this state.
    New {
        /// What the answer shows of it.
        json: Sensitive<String>,
        /// Its state.
        tag: EntityTag,
    },
    /// The caller has it in this state already (`If-None-Match`).
    Known(EntityTag),
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
    let table = &permit.spec().table;
    let found = records
        .show(table, key, permit.reach(), &permit.projection())
        .await?;
    let Shown { json, version } = found.ok_or(RecordError::NotThere)?;
    let tag = EntityTag::of_version(permit.served(), version);
    Ok(if conditions.is_news(&tag)? {
        Found::New { json, tag }
    } else {
        Found::Known(tag)
    })
}
