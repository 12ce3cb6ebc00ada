//! How a record looks in an answer: the members of the document's Response, in its order.

use specd_app::catalog::compiled::Member;
use specd_app::records::Permit;
use specd_domain::record::Record;
use specd_domain::value::Value;

use crate::percent;

/// The record as a JSON object.
pub(super) fn of(members: &[Member], record: &Record) -> String {
    let mut out = String::with_capacity(members.len() * 32);
    write(members, record, &mut out);
    out
}

/// Appends the record as a JSON object.
pub(super) fn write(members: &[Member], record: &Record, out: &mut String) {
    out.push('{');
    for (count, member) in members.iter().enumerate() {
        if count > 0 {
            out.push(',');
        }
        out.push_str(&member.prefix);
        record
            .row
            .get(member.position)
            .unwrap_or(&Value::Null)
            .write_json(out);
    }
    out.push('}');
}

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
