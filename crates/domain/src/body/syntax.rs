//! What is no JSON text, and where it stops being one.

use std::str;

use jiter::{JiterError, JiterErrorType, JsonErrorType};

use super::Malformed;

/// Where reading stopped, in bytes, and why.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) index: usize,
    pub(crate) reason: &'static str,
}

pub(crate) const A_VALUE_IS_EXPECTED: &str = "a value is expected";

impl Fault {
    /// The fault with its line and column in `text`.
    pub(crate) fn locate(&self, text: &str) -> Malformed {
        locate(text.as_bytes(), self.index, self.reason)
    }
}

impl From<JiterError> for Fault {
    fn from(error: JiterError) -> Self {
        let reason = match error.error_type {
            JiterErrorType::JsonError(kind) => describe(&kind),
            JiterErrorType::WrongType { .. } => A_VALUE_IS_EXPECTED,
        };
        Self {
            index: error.index,
            reason,
        }
    }
}

/// The bytes as text; a byte order mark is no part of JSON (RFC 8259, section 8.1).
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Malformed> {
    let text = str::from_utf8(bytes)
        .map_err(|error| locate(bytes, error.valid_up_to(), "the bytes are not UTF-8"))?;
    if text.starts_with('\u{feff}') {
        return Err(locate(bytes, 0, "a byte order mark is no part of JSON"));
    }
    if text.trim_ascii().is_empty() {
        return Err(locate(bytes, bytes.len(), "there is no value"));
    }
    Ok(text)
}

/// Lines end at a line feed; columns count code points, that is every byte that does not continue one.
fn locate(bytes: &[u8], index: usize, reason: &str) -> Malformed {
    let before = bytes.get(..index).unwrap_or(bytes);
    let line = before.split(|&byte| byte == b'\n').count();
    let column = before
        .iter()
        .rev()
        .take_while(|&&byte| byte != b'\n')
        .filter(|&&byte| byte & 0xC0 != 0x80)
        .count();
    Malformed {
        line,
        column: column + 1,
        reason: reason.to_owned(),
    }
}

fn describe(kind: &JsonErrorType) -> &'static str {
    match kind {
        JsonErrorType::EofWhileParsingList => "the text ends inside an array",
        JsonErrorType::EofWhileParsingObject => "the text ends inside an object",
        JsonErrorType::EofWhileParsingString => "the text ends inside a string",
        JsonErrorType::EofWhileParsingValue => "the text ends where a value is expected",
        JsonErrorType::ExpectedColon => "`:` is expected",
        JsonErrorType::ExpectedListCommaOrEnd => "`,` or `]` is expected",
        JsonErrorType::ExpectedObjectCommaOrEnd => "`,` or `}` is expected",
        JsonErrorType::ExpectedSomeIdent => "`true`, `false` or `null` is expected",
        JsonErrorType::InvalidEscape => "the escape is not one of JSON",
        JsonErrorType::LoneLeadingSurrogateInHexEscape
        | JsonErrorType::UnexpectedEndOfHexEscape => "the escape is half a surrogate pair",
        JsonErrorType::InvalidNumber | JsonErrorType::NumberOutOfRange => {
            "the number is not in the form of JSON"
        }
        JsonErrorType::ControlCharacterWhileParsingString => {
            "a control character in a string must be escaped"
        }
        JsonErrorType::KeyMustBeAString => "a key in quotation marks is expected",
        JsonErrorType::TrailingComma => "a comma must not stand before the end",
        JsonErrorType::TrailingCharacters => "nothing may follow the value",
        JsonErrorType::InvalidUnicodeCodePoint => "the bytes are not UTF-8",
        _ => A_VALUE_IS_EXPECTED,
    }
}
