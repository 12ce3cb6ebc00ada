//! Where a record is, and which of its states: `Location` and `ETag`.

use specd_app::records::Permit;
use specd_domain::record::Record;

use crate::percent;

/// The strong tag of a record: the document's revision, which decides its members, and the counter of its writes.
pub(super) fn tag(permit: Permit<'_>, record: &Record) -> String {
    format!("\"{}-{}\"", permit.revision(), record.version)
}

/// `/api/v1/orders/<id>`, for a record with a key.
pub(super) fn location(permit: Permit<'_>, record: &Record) -> Option<String> {
    let key = permit.compiled_spec().key.as_ref()?;
    let id = percent::encode(&record.row.get(key.position)?.to_text()?);
    Some(format!("{}/{id}", permit.spec().collection_path()))
}
