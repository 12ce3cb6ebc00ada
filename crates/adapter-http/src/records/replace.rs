//! `PUT`: the record as it is now.

use specd_app::records::{Permit, RecordError, replace};
use specd_domain::record::Record;

use super::write::Write;

pub(super) async fn run(write: &Write, permit: Permit<'_>) -> Result<Record, RecordError> {
    replace(
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
