//! Changing one record: read, change, write at the version that was read, and again where somebody was faster.

use specd_domain::body::Reading;
use specd_domain::record::{Record, Row};

use super::error::{self, RecordError};
use super::key;
use super::permit::Permit;
use crate::ports::records::{RecordRepository, WriteError};

/// How often a write is tried before the caller is asked to try later.
pub(super) const ATTEMPTS: usize = 16;

/// Writes what `judged` makes of the record; it is asked with `None` where there is no such record, so that a wrong body
/// is refused before the record is missed (http-contract, section 1).
pub(super) async fn store(
    permit: Permit<'_>,
    id: &str,
    records: &dyn RecordRepository,
    reading: &Reading,
    judged: impl Fn(Option<&Row>) -> Result<Row, RecordError>,
) -> Result<Record, RecordError> {
    let table = &permit.spec().table;
    let Ok(key) = key::parse(&permit, id) else {
        judged(None)?;
        return Err(RecordError::NotThere);
    };
    for _ in 0..ATTEMPTS {
        let Some(current) = records.read(table, key.clone()).await? else {
            judged(None)?;
            return Err(RecordError::NotThere);
        };
        let row = judged(Some(&current.row))?;
        match records
            .replace(table, key.clone(), current.version, row)
            .await
        {
            Ok(record) => return Ok(record),
            Err(WriteError::Stale { .. }) => {}
            Err(refusal) => {
                return Err(error::of_write(permit.spec(), &reading.submission, refusal));
            }
        }
    }
    Err(RecordError::Contended)
}
