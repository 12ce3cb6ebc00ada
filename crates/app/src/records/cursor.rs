//! Cursors: where a page ended, in a form that only the same query takes back.

use sha2::{Digest, Sha256};
use specd_domain::Spec;
use specd_domain::column_type::ScalarType;
use specd_domain::query::{Filter, SortKey};
use specd_domain::value::Value;

use super::error::RecordError;

const DIGEST_LENGTH: usize = 16;
const FORM: u8 = 2;

/// A cursor as bytes, opaque to callers. It carries no authority: it names a place in an order, no record. Its digest
/// covers the query and the values, so that a cursor that was cut or changed is not taken for another place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Vec<u8>);

impl Cursor {
    /// Bytes that a caller sent back.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to give to a caller.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The cursor behind a row with these values of the sort keys.
    pub(super) fn after(query: &QueryDigest, values: &[Value]) -> Self {
        let mut place = Vec::new();
        for value in values {
            push_value(&mut place, value);
        }
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(&query.with(&place));
        bytes.extend_from_slice(&place);
        Self(bytes)
    }

    /// The values of the sort keys, of these types.
    pub(super) fn values(
        &self,
        query: &QueryDigest,
        types: &[ScalarType],
    ) -> Result<Vec<Value>, RecordError> {
        let rest = self.0.strip_prefix(&[FORM]);
        let parts = rest.and_then(<[u8]>::split_first_chunk::<DIGEST_LENGTH>);
        let (digest, mut rest) = parts.ok_or(RecordError::ForeignCursor)?;
        if *digest != query.with(rest) {
            return Err(RecordError::ForeignCursor);
        }
        let mut values = Vec::with_capacity(types.len());
        for scalar in types {
            let (value, behind) = take_value(rest, *scalar).ok_or(RecordError::ForeignCursor)?;
            values.push(value);
            rest = behind;
        }
        if rest.is_empty() {
            Ok(values)
        } else {
            Err(RecordError::ForeignCursor)
        }
    }
}

/// What a cursor is bound to: the spec, the filters and the order.
pub(super) struct QueryDigest([u8; DIGEST_LENGTH]);

impl QueryDigest {
    /// The digest of a query.
    pub(super) fn of(spec: &Spec, filters: &[Filter], sort: &[SortKey]) -> Self {
        let mut bytes = Vec::new();
        push_text(
            &mut bytes,
            &format!("{} {}", spec.number, spec.collection_path()),
        );
        for filter in filters {
            push_text(
                &mut bytes,
                &format!("{} {:?}", filter.column, filter.operator),
            );
            for value in &filter.values {
                push_value(&mut bytes, value);
            }
        }
        for key in sort {
            push_text(&mut bytes, &format!("{} {}", key.column, key.descending));
        }
        Self(digest(&bytes))
    }

    /// The digest of the query together with a place in its order.
    fn with(&self, place: &[u8]) -> [u8; DIGEST_LENGTH] {
        digest(&[&self.0, place].concat())
    }
}

fn digest(bytes: &[u8]) -> [u8; DIGEST_LENGTH] {
    let whole: [u8; 32] = Sha256::digest(bytes).into();
    let mut digest = [0; DIGEST_LENGTH];
    for (to, from) in digest.iter_mut().zip(whole) {
        *to = from;
    }
    digest
}

/// A length in four bytes and the text; null has the greatest length and no text.
fn push_value(bytes: &mut Vec<u8>, value: &Value) {
    match value.to_text() {
        Some(text) => push_text(bytes, &text),
        None => bytes.extend_from_slice(&u32::MAX.to_be_bytes()),
    }
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX - 1);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

fn take_value(bytes: &[u8], scalar: ScalarType) -> Option<(Value, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length);
    if length == u32::MAX {
        return Some((Value::Null, rest));
    }
    let (text, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    let text = std::str::from_utf8(text).ok()?;
    Some((Value::parse(scalar, text).ok()?, rest))
}
