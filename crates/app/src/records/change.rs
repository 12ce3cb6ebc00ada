//! Changing one record: read, change, write at the version that was read, and again where somebody was faster.

use specd_domain::body::Reading;
use specd_domain::record::{Record, Row};
use specd_domain::value::Value;

use super::error::{self, RecordError};
use super::key;
use super::options::WriteOptions;
use super::permit::Permit;
use crate::ports::records::{RecordRepository, WriteError};

/// How often a write is tried before the caller is asked to try later. Only other servers can be faster than one whose
/// turn it is.
pub(super) const ATTEMPTS: usize = 16;

/// Writes what `judged` makes of the record; it is asked with `None` where the record cannot be had, so that a wrong body
/// is refused before that (http-contract, section 1). The preconditions are judged on the very version that is written, so
/// that nobody's change is lost in between.
pub(super) async fn store(
    permit: Permit<'_>,
    id: &str,
    options: &WriteOptions,
    records: &dyn RecordRepository,
    reading: &Reading,
    judged: impl Fn(Option<&Row>) -> Result<Row, RecordError>,
) -> Result<Record, RecordError> {
    let table = &permit.spec().table;
    let Ok(key) = key::parse(&permit, id) else {
        return Err(judged(None).err().unwrap_or(RecordError::NotThere));
    };
    let _turn = permit.compiled_spec().turns.take(&key).await;
    for _ in 0..ATTEMPTS {
        let found = current(permit, key.clone(), records).await;
        let current = match found {
            Ok(current) => current,
            Err(error) => return Err(judged(None).err().unwrap_or(error)),
        };
        let row = judged(Some(&current.row))?;
        options.conditions.allow_write(permit, &current)?;
        options.gate.enter()?;
        let terms = permit.terms(options);
        match records
            .replace(table, key.clone(), current.version, row, terms)
            .await
        {
            Ok(record) => return Ok(record),
            Err(WriteError::Stale { .. }) => options.gate.leave(),
            Err(refusal) => {
                return Err(error::of_write(permit.spec(), &reading.submission, refusal));
            }
        }
    }
    Err(RecordError::Contended)
}

async fn current(
    permit: Permit<'_>,
    key: Value,
    records: &dyn RecordRepository,
) -> Result<Record, RecordError> {
    let found = records
        .read(&permit.spec().table, key, permit.reach())
        .await?;
    found.ok_or(RecordError::NotThere)
}
