//! `DELETE`: nothing, or the record as it was where the document wants it shown.

use specd_app::records::{Permit, RecordError, delete};
use specd_domain::record::Record;

use super::write::Write;

pub(super) async fn run(write: &Write, permit: Permit<'_>) -> Result<Option<Record>, RecordError> {
    delete(permit, &write.id, &write.options, &*write.records).await
}
