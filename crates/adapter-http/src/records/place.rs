//! Where a record is: `Location`.

use specd_app::catalog::ServedSpec;
use specd_domain::record::Record;

use crate::percent;

/// `/api/v1/orders/<id>`, for a record with a key.
pub(super) fn location(served: &ServedSpec, record: &Record) -> Option<String> {
    let key = served.compiled.key.as_ref()?;
    let id = percent::encode(&record.row.get(key.position)?.to_text()?);
    Some([served.compiled.collection.route.as_str(), "/", &id].concat())
}
