//! Merging a patch into one record (RFC 7396).

use specd_domain::body::{self, Completeness};
use specd_domain::endpoint::Operation;
use specd_domain::record::Record;

use super::change;
use super::error::RecordError;
use super::judge::{self, Change};
use super::options::WriteOptions;
use super::permit::Permit;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::records::RecordRepository;
use crate::ports::traces::step;

/// Merges `body` into the record that `id` names. What stands below a JSON column is merged, too, and what comes of it
/// must fit the column's shape.
///
/// # Errors
/// Every violation at once; then whether the record is there; then its state; then what the store found.
pub async fn patch(
    permit: Permit<'_>,
    id: &str,
    body: &[u8],
    options: &WriteOptions,
    records: &dyn RecordRepository,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Record, RecordError> {
    permit.expect(Operation::Patch)?;
    let fields = &permit.endpoint().request;
    let read = || body::read(body, fields, &permit.spec().table, Completeness::Partial);
    let reading = step("validation").in_scope(read)?;
    let change = Change::new(permit, &reading, clock, entropy);
    change::store(permit, id, options, records, &reading, |current| {
        step("validation").in_scope(|| judge::patched(&change, current))
    })
    .await
}
