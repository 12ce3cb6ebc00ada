//! Cursors: where a page ended, in a form that only the same caller's same query takes back, and only the servers of this
//! database can read or make.

use specd_domain::column_type::ScalarType;
use specd_domain::sensitive::Sensitive;
use specd_domain::value::Value;

use super::error::RecordError;

mod place;
mod query;
mod sealer;

pub(super) use place::{Place, digest_of};
pub(super) use query::QueryDigest;
pub use sealer::CursorSealer;
pub(super) use sealer::Seal;

/// The form of the bytes. Cursors of another form are as foreign as those of another query.
const FORM: u8 = 3;

/// A cursor as bytes, opaque to callers: the form, a nonce, and the sealed place. It carries no authority: it names a place
/// in an order, and whoever sends it is let in, or not, as without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Sensitive<Vec<u8>>);

impl Cursor {
    /// Bytes that a caller sent back.
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Sensitive::new(bytes))
    }

    /// The bytes to give to a caller.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// The cursor of a place in the order of a query. `None` where the cipher refuses, which it never does for so few
    /// bytes.
    pub(super) fn sealed(seal: &Seal<'_>, query: &QueryDigest, place: &Place) -> Option<Self> {
        let mut bytes = vec![FORM];
        bytes.extend(seal.seal(&place.to_bytes(), &query.bound_to(FORM))?);
        Some(Self::from_bytes(bytes))
    }

    /// The place, where the sort keys have these types. The last of them is the key.
    pub(super) fn open(
        &self,
        seal: &Seal<'_>,
        query: &QueryDigest,
        types: &[ScalarType],
    ) -> Result<Place, RecordError> {
        let sealed = self.as_bytes().strip_prefix(&[FORM]);
        let opened = sealed.and_then(|sealed| seal.open(sealed, &query.bound_to(FORM)));
        opened
            .and_then(|bytes| Place::from_bytes(&bytes, types))
            .ok_or(RecordError::ForeignCursor)
    }
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
