//! Places in an order: the values of the sort keys, or, where those are long, the record that has them.

use sha2::{Digest, Sha256};
use specd_domain::column_type::ScalarType;
use specd_domain::value::Value;

use super::push_value;

/// The bytes that the values may have together. As base64 they leave room for a long query within the 8 KiB of a URI.
const MAX_BYTES: usize = 1_500;
/// Bytes that say which of the two a place is.
const BY_VALUES: u8 = 0;
const BY_RECORD: u8 = 1;

/// Behind which row a page begins.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::records) enum Place {
    /// The row with these values of the sort keys; it need not be there any more.
    Values(Vec<Value>),
    /// The record of this key, as long as the values of its sort keys have this digest.
    Record {
        /// The key.
        key: Value,
        /// The digest of the values, by [`digest_of`].
        digest: [u8; 32],
    },
}

impl Place {
    /// The place behind a row with these values of the sort keys, the last of them its key.
    pub(in crate::records) fn behind(values: Vec<Value>) -> Self {
        let mut bytes = Vec::new();
        for value in &values {
            push_value(&mut bytes, value);
        }
        match values.last() {
            Some(key) if bytes.len() > MAX_BYTES => Self::Record {
                key: key.clone(),
                digest: digest_of(&values),
            },
            _ => Self::Values(values),
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Values(values) => {
                let mut bytes = vec![BY_VALUES];
                for value in values {
                    push_value(&mut bytes, value);
                }
                bytes
            }
            Self::Record { key, digest } => {
                let mut bytes = vec![BY_RECORD];
                bytes.extend_from_slice(digest);
                push_value(&mut bytes, key);
                bytes
            }
        }
    }

    /// The place of these bytes; `None` where they are none, with values of these types.
    pub(super) fn from_bytes(bytes: &[u8], types: &[ScalarType]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        match *kind {
            BY_VALUES => take_values(rest, types).map(Self::Values),
            BY_RECORD => {
                let (digest, rest) = rest.split_first_chunk::<32>()?;
                let key = take_values(rest, std::slice::from_ref(types.last()?))?.pop()?;
                Some(Self::Record {
                    key,
                    digest: *digest,
                })
            }
            _ => None,
        }
    }
}

/// The digest by which the values of a record are known again.
pub(in crate::records) fn digest_of(values: &[Value]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for value in values {
        push_value(&mut bytes, value);
    }
    Sha256::digest(&bytes).into()
}

/// One value of each type, and nothing behind them.
fn take_values(mut bytes: &[u8], types: &[ScalarType]) -> Option<Vec<Value>> {
    let mut values = Vec::with_capacity(types.len());
    for scalar in types {
        let (value, rest) = take_value(bytes, *scalar)?;
        values.push(value);
        bytes = rest;
    }
    bytes.is_empty().then_some(values)
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

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: [ScalarType; 2] = [ScalarType::Text, ScalarType::Integer];

    fn values(text: &str) -> Vec<Value> {
        vec![Value::Text(text.into()), Value::Integer(7)]
    }

    #[test]
    fn a_place_reads_back_as_itself() {
        for values in [
            values(""),
            values("Ada"),
            values(&"é".repeat(5_000)),
            vec![Value::Null, Value::Integer(7)],
        ] {
            let place = Place::behind(values);
            assert_eq!(Place::from_bytes(&place.to_bytes(), &TYPES), Some(place));
        }
    }

    #[test]
    fn a_long_value_is_not_in_its_place_and_its_record_is() {
        let long = values(&"x".repeat(5_000));
        let place = Place::behind(long.clone());
        let Place::Record { key, digest } = &place else {
            panic!("the place holds its values: {place:?}");
        };
        assert_eq!((key, *digest), (&Value::Integer(7), digest_of(&long)));
        assert!(place.to_bytes().len() < 100);
        assert_ne!(*digest, digest_of(&values(&"x".repeat(5_001))));
    }

    #[test]
    fn bytes_that_are_no_place_are_refused() {
        let place = Place::behind(values("Ada")).to_bytes();
        for length in 0..place.len() {
            assert_eq!(Place::from_bytes(&place[..length], &TYPES), None);
        }
        let longer = [&place[..], &[0]].concat();
        assert_eq!(Place::from_bytes(&longer, &TYPES), None);
        assert_eq!(Place::from_bytes(&place, &[]), None);
        assert_eq!(Place::from_bytes(&place, &[ScalarType::Uuid; 2]), None);
        assert_eq!(Place::from_bytes(&[9], &TYPES), None);
    }
}
