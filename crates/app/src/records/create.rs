//! Creating a record: read, completed with its defaults, judged, stored.

use specd_domain::body::{self, Completeness};
use specd_domain::endpoint::Operation;
use specd_domain::record::Record;

use super::error::{self, RecordError};
use super::judge;
use super::permit::Permit;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::records::RecordRepository;

/// Creates the record that `body` is.
///
/// # Errors
/// Every violation of the body at once; what the store found otherwise.
pub async fn create(
    permit: Permit<'_>,
    body: &[u8],
    records: &dyn RecordRepository,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Record, RecordError> {
    permit.expect(Operation::Create)?;
    let spec = permit.spec();
    let fields = &permit.endpoint().request;
    let reading = body::read(body, fields, &spec.table, Completeness::Whole)?;
    let row = judge::created(permit, &reading, clock, entropy)?;
    let stored = records.create(&spec.table, row, permit.terms()).await;
    stored.map_err(|refusal| error::of_write(spec, &reading.submission, refusal))
}
