//! Violations: what is wrong with a record.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::source::Place;

/// A JSON pointer (RFC 6901) into a body. The names in it may be the sender's own words, and somebody's personal data: `Debug`
/// tells how deep it leads and nothing more.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pointer(Vec<String>);

impl Pointer {
    /// The whole body.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The place behind these reference tokens, not escaped.
    pub const fn from_tokens(tokens: Vec<String>) -> Self {
        Self(tokens)
    }

    /// The member `name` below this place.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(name.to_owned());
        Self(tokens)
    }

    /// The element `index` below this place.
    #[must_use]
    pub fn element(&self, index: usize) -> Self {
        self.member(&index.to_string())
    }

    /// The reference tokens from the root, not escaped.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// As a URI fragment: `#/field3/nested`, percent-encoded UTF-8 (RFC 6901, section 6).
    pub fn to_fragment(&self) -> String {
        let mut out = String::from("#");
        for token in &self.0 {
            out.push('/');
            for byte in token.replace('~', "~0").replace('/', "~1").bytes() {
                push_fragment_byte(&mut out, byte);
            }
        }
        out
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", "/…".repeat(self.0.len()))
    }
}

/// RFC 3986, 3.5: a fragment holds unreserved characters, sub-delims, `:`, `@`, `/` and `?`.
fn push_fragment_byte(out: &mut String, byte: u8) {
    let is_plain = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
    if is_plain {
        out.push(char::from(byte));
    } else {
        use fmt::Write as _;
        // Writing to a String cannot fail.
        let _ = write!(out, "%{byte:02X}");
    }
}

/// The stable code of a violation, snake case on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViolationCode {
    /// A required member is missing.
    Required,
    /// The object does not have such a member.
    UnknownField,
    /// The member stands twice.
    DuplicateField,
    /// The value has another JSON type.
    WrongType,
    /// Null where it is not taken.
    NotNullable,
    /// The text is not in the form of its type (a UUID, a date, base64, …).
    WrongFormat,
    /// The text has too many code points.
    TooLong,
    /// The number is outside the range of its column.
    OutOfRange,
    /// The number has more decimals than its column.
    TooManyDecimals,
    /// The text holds a NUL character.
    NulCharacter,
    /// The value is nested deeper than 64 levels.
    TooDeep,
    /// A rule of the document does not hold.
    RuleBroken,
    /// No record has this value in the referenced table.
    MissingReference,
}

impl ViolationCode {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::Required,
        Self::UnknownField,
        Self::DuplicateField,
        Self::WrongType,
        Self::NotNullable,
        Self::WrongFormat,
        Self::TooLong,
        Self::OutOfRange,
        Self::TooManyDecimals,
        Self::NulCharacter,
        Self::TooDeep,
        Self::RuleBroken,
        Self::MissingReference,
    ];

    /// The code as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown_field",
            Self::DuplicateField => "duplicate_field",
            Self::WrongType => "wrong_type",
            Self::NotNullable => "not_nullable",
            Self::WrongFormat => "wrong_format",
            Self::TooLong => "too_long",
            Self::OutOfRange => "out_of_range",
            Self::TooManyDecimals => "too_many_decimals",
            Self::NulCharacter => "nul_character",
            Self::TooDeep => "too_deep",
            Self::RuleBroken => "rule_broken",
            Self::MissingReference => "missing_reference",
        }
    }
}

/// One thing that is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Where in the body.
    pub pointer: Pointer,
    /// Which kind.
    pub code: ViolationCode,
    /// What the caller can do: "must be greater than 0".
    pub detail: String,
    /// The rule of the document that says so, where there is one.
    pub place: Option<Place>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_a_percent_encoded_fragment() {
        let pointer = Pointer::root().member("a/b~c").member("é \"").element(3);
        assert_eq!(pointer.to_fragment(), "#/a~1b~0c/%C3%A9%20%22/3");
        assert_eq!(Pointer::root().to_fragment(), "#");
    }
}
