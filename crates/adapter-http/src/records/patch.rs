//! `PATCH`: the record as it is after the merge.

use specd_app::records::{Permit, RecordError, patch};
use specd_domain::record::Record;

use super::write::Write;

pub(super) async fn run(write: &Write, permit: Permit<'_>) -> Result<Record, RecordError> {
    patch(
        permit,
        &write.id,
        &write.body,
        &write.options,
        &*write.records,
        &*write.clock,
        &*write.entropy,
    )
    .await
}
