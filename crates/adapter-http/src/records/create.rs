//! `POST`: the record as it is now, with where it is.

use specd_app::records::{Permit, RecordError, create};
use specd_domain::record::Record;

use super::write::Write;

pub(super) async fn run(write: &Write, permit: Permit<'_>) -> Result<Record, RecordError> {
    create(
        permit,
        &write.body,
        &write.options,
        &*write.records,
        &*write.clock,
        &*write.entropy,
    )
    .await
}
