//! Creating a record: read, completed with its defaults, judged, stored.

use specd_domain::body::{self, Completeness};
use specd_domain::endpoint::Operation;
use specd_domain::record::Record;

use super::error::{self, RecordError};
use super::judge;
use super::options::WriteOptions;
use super::permit::Permit;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::records::{RecordRepository, Terms};
use crate::ports::traces::step;

/// Creates the record that `body` is.
///
/// # Errors
/// Every violation of the body at once; what the store found otherwise.
pub async fn create(
    permit: Permit<'_>,
    body: &[u8],
    options: &WriteOptions,
    records: &dyn RecordRepository,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Record, RecordError> {
    permit.expect(Operation::Create)?;
    let spec = permit.spec();
    let fields = &permit.endpoint().request;
    let (reading, row) = step("validation").in_scope(|| {
        let reading = body::read(body, fields, &spec.table, Completeness::Whole)?;
        let row = judge::created(permit, &reading, clock, entropy)?;
        Ok::<_, RecordError>((reading, row))
    })?;
    options.gate.enter()?;
    let terms = Terms {
        is_key_new: judge::draws_key(&spec.table, &reading),
        ..permit.terms(options)
    };
    let stored = records.create(&spec.table, row, terms).await;
    stored.map_err(|refusal| error::of_write(spec, &reading.submission, refusal))
}
