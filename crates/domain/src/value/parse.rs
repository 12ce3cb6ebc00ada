//! Texts, numbers and booleans read as values of a scalar type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::number::NotAnInteger;
use super::{DecimalText, Value, ValueError, time};
use crate::column_type::ScalarType;
use crate::violation::ViolationCode;

/// Reads a value from a text outside JSON.
pub(super) fn parse(scalar: ScalarType, text: &str) -> Result<Value, ValueError> {
    if scalar.is_number() {
        let number = DecimalText::parse(text)
            .ok_or_else(|| ValueError::new(ViolationCode::WrongFormat, expected(scalar)))?;
        return from_number(scalar, text, number);
    }
    match (scalar, text) {
        (ScalarType::Boolean, "true") => Ok(Value::Boolean(true)),
        (ScalarType::Boolean, "false") => Ok(Value::Boolean(false)),
        (ScalarType::Boolean, _) => Err(ValueError::new(
            ViolationCode::WrongFormat,
            expected(scalar),
        )),
        _ => from_text(scalar, text),
    }
}

/// The value that a JSON string is.
pub(crate) fn from_text(scalar: ScalarType, text: &str) -> Result<Value, ValueError> {
    match scalar {
        ScalarType::Varchar(_) | ScalarType::Text => {
            check_characters(scalar, text)?;
            Ok(Value::Text(text.to_owned()))
        }
        ScalarType::Char(_) => {
            check_characters(scalar, text)?;
            // Both stores answer a CHAR without its padding (ruling H38).
            Ok(Value::Text(text.trim_end_matches(' ').to_owned()))
        }
        ScalarType::Uuid => parse_uuid(text).map(Value::Uuid),
        ScalarType::Date => time::parse_date(text).map(Value::Date),
        ScalarType::Time => time::parse_time(text).map(Value::Time),
        ScalarType::Timestamp | ScalarType::TimestampTz => {
            time::parse_timestamp(text).map(Value::Timestamp)
        }
        ScalarType::Bytea => parse_bytes(text).map(Value::Bytes),
        _ => Err(wrong_type(scalar)),
    }
}

/// The value that a JSON number is.
pub(crate) fn from_number(
    scalar: ScalarType,
    text: &str,
    number: DecimalText<'_>,
) -> Result<Value, ValueError> {
    match scalar {
        ScalarType::SmallInt => integer(number, i64::from(i16::MIN), i64::from(i16::MAX)),
        ScalarType::Integer => integer(number, i64::from(i32::MIN), i64::from(i32::MAX)),
        ScalarType::BigInt => integer(number, i64::MIN, i64::MAX),
        ScalarType::Numeric(shape) => number.to_decimal(shape).map(Value::Decimal),
        ScalarType::Real => real(text, number),
        ScalarType::Double => double(text, number),
        _ => Err(wrong_type(scalar)),
    }
}

/// The value that `true` and `false` are.
pub(crate) fn from_boolean(scalar: ScalarType, value: bool) -> Result<Value, ValueError> {
    match scalar {
        ScalarType::Boolean => Ok(Value::Boolean(value)),
        _ => Err(wrong_type(scalar)),
    }
}

/// Whether a text column takes the text: no NUL, not too many code points.
pub(crate) fn check_characters(scalar: ScalarType, text: &str) -> Result<(), ValueError> {
    if text.contains('\0') {
        return Err(nul());
    }
    let Some(most) = scalar.max_characters() else {
        return Ok(());
    };
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    // A text has no more code points than bytes.
    if text.len() > limit && text.chars().nth(limit).is_some() {
        let plural = if most == 1 { "" } else { "s" };
        let detail = format!("must have at most {most} character{plural}");
        return Err(ValueError::new(ViolationCode::TooLong, detail));
    }
    Ok(())
}

pub(crate) fn nul() -> ValueError {
    ValueError::new(
        ViolationCode::NulCharacter,
        "must not contain the NUL character",
    )
}

/// Another JSON type stands where a value of `scalar` is expected.
pub(crate) fn wrong_type(scalar: ScalarType) -> ValueError {
    let detail = match scalar {
        ScalarType::Uuid => "must be a string with a UUID",
        ScalarType::Date => "must be a string with a date such as 2025-01-31",
        ScalarType::Time => "must be a string with a time such as 13:45:00",
        ScalarType::Timestamp | ScalarType::TimestampTz => {
            "must be a string with a date and time such as 2025-01-31T13:45:00Z"
        }
        ScalarType::Bytea => "must be a string with base64",
        other => expected(other),
    };
    ValueError::new(ViolationCode::WrongType, detail)
}

const fn expected(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => "must be a whole number",
        ScalarType::Numeric(_) | ScalarType::Real | ScalarType::Double => "must be a number",
        ScalarType::Boolean => "must be true or false",
        _ => "must be a string",
    }
}

/// Only 8-4-4-4-12, in either case (ruling H14): of the forms that the library reads, only that one has 36 characters.
fn parse_uuid(text: &str) -> Result<Uuid, ValueError> {
    const DETAIL: &str = "must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057";
    match text.len() {
        36 => Uuid::try_parse(text).ok(),
        _ => None,
    }
    .ok_or_else(|| ValueError::new(ViolationCode::WrongFormat, DETAIL))
}

fn parse_bytes(text: &str) -> Result<Vec<u8>, ValueError> {
    const DETAIL: &str = "must be base64 with padding, such as c3BlY2Q=";
    STANDARD
        .decode(text)
        .map_err(|_| ValueError::new(ViolationCode::WrongFormat, DETAIL))
}

fn integer(number: DecimalText<'_>, least: i64, most: i64) -> Result<Value, ValueError> {
    match number.to_integer() {
        Ok(value) if (least..=most).contains(&value) => Ok(Value::Integer(value)),
        Err(NotAnInteger::NotWhole) => Err(wrong_type(ScalarType::BigInt)),
        _ => Err(ValueError::new(
            ViolationCode::OutOfRange,
            format!("must be from {least} to {most}"),
        )),
    }
}

/// As `PostgreSQL` reads it: what would become infinite, or zero without being zero, is out of range. A negative zero
/// loses its sign, which `SQLite` does not keep.
fn real(text: &str, number: DecimalText<'_>) -> Result<Value, ValueError> {
    let value = text.parse::<f32>().unwrap_or(f32::INFINITY);
    if value.is_infinite() || (value == 0.0 && !number.is_zero()) {
        let detail =
            "must be a number that 32-bit floating point can hold (up to 3.4e38, down to 1.5e-45)";
        return Err(ValueError::new(ViolationCode::OutOfRange, detail));
    }
    Ok(Value::Real(value + 0.0))
}

fn double(text: &str, number: DecimalText<'_>) -> Result<Value, ValueError> {
    let value = text.parse::<f64>().unwrap_or(f64::INFINITY);
    if value.is_infinite() || (value == 0.0 && !number.is_zero()) {
        let detail =
            "must be a number that 64-bit floating point can hold (up to 1.7e308, down to 5e-324)";
        return Err(ValueError::new(ViolationCode::OutOfRange, detail));
    }
    Ok(Value::Double(value + 0.0))
}
