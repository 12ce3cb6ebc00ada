//! Literals: what a constant of a document means as a value of a type, as `PostgreSQL` reads it.
//!
//! Laxer than the forms of JSON bodies: `'2025-01-01'` is a timestamp, `'yes'` is a boolean.

mod moment;

use bigdecimal::BigDecimal;
use uuid::Uuid;

use crate::column_type::{ColumnType, ScalarType};
use crate::value::Value;

/// The value that `text` stands for as a constant of `column_type`; `None` where it stands for none.
///
/// Lengths, precisions and the ranges of `NUMERIC(p,s)` are not looked at: a comparison does not ask for them.
/// An array is read where it is empty (`{}`), JSON not at all.
pub fn read(text: &str, column_type: ColumnType) -> Option<Value> {
    match column_type {
        ColumnType::Scalar(scalar) => read_scalar(text, scalar),
        ColumnType::Array(_) => (text.trim() == "{}").then(|| Value::Array(Vec::new())),
        ColumnType::Json | ColumnType::Jsonb => None,
    }
}

fn read_scalar(text: &str, scalar: ScalarType) -> Option<Value> {
    let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    match scalar {
        ScalarType::Text | ScalarType::Varchar(_) => Some(Value::Text(text.to_owned())),
        ScalarType::Char(_) => Some(Value::Text(text.trim_end_matches(' ').to_owned())),
        ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => {
            integer(trimmed, scalar).map(Value::Integer)
        }
        ScalarType::Numeric(_) => decimal(trimmed).map(Value::Decimal),
        ScalarType::Real => {
            float(trimmed, str::parse::<f32>, |number| number.is_finite()).map(Value::Real)
        }
        ScalarType::Double => {
            float(trimmed, str::parse::<f64>, |number| number.is_finite()).map(Value::Double)
        }
        ScalarType::Boolean => boolean(trimmed).map(Value::Boolean),
        ScalarType::Uuid => uuid(trimmed).map(Value::Uuid),
        ScalarType::Date => moment::date(trimmed).map(Value::Date),
        ScalarType::Time => moment::time_of_day(trimmed).map(Value::Time),
        ScalarType::Timestamp => moment::timestamp(trimmed, false).map(Value::Timestamp),
        ScalarType::TimestampTz => moment::timestamp(trimmed, true).map(Value::Timestamp),
        ScalarType::Bytea => bytes(text).map(Value::Bytes),
    }
}

/// Whether a whole number is in the range of an integer type.
pub(super) fn fits(number: i64, scalar: ScalarType) -> bool {
    match scalar {
        ScalarType::SmallInt => i16::try_from(number).is_ok(),
        ScalarType::Integer => i32::try_from(number).is_ok(),
        _ => true,
    }
}

fn integer(text: &str, scalar: ScalarType) -> Option<i64> {
    text.parse().ok().filter(|&number| fits(number, scalar))
}

/// At most 131,072 digits before the point and 16,383 behind it, as `PostgreSQL` has it.
pub(super) fn is_numeric(number: &BigDecimal) -> bool {
    const MAX_WHOLE_DIGITS: i64 = 131_072;
    const MAX_SCALE: i64 = 16_383;
    let scale = number.fractional_digit_count();
    let digits = i64::try_from(number.digits()).unwrap_or(i64::MAX);
    (-MAX_WHOLE_DIGITS..=MAX_SCALE).contains(&scale)
        && digits.saturating_sub(scale) <= MAX_WHOLE_DIGITS
}

fn decimal(text: &str) -> Option<BigDecimal> {
    let is_number = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    is_number
        .then(|| text.parse().ok())
        .flatten()
        .filter(is_numeric)
}

fn float<T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, std::num::ParseFloatError>,
    is_finite: impl Fn(&T) -> bool,
) -> Option<T> {
    let is_number = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    is_number
        .then(|| parse(text).ok())
        .flatten()
        .filter(is_finite)
}

/// Any unambiguous beginning of `true`, `false`, `yes`, `no`, `on`, `off`, and `1`, `0`.
fn boolean(text: &str) -> Option<bool> {
    let word = text.to_ascii_lowercase();
    match word.as_str() {
        "" | "o" => None,
        "1" | "on" => Some(true),
        "0" | "of" | "off" => Some(false),
        _ if "true".starts_with(&word) || "yes".starts_with(&word) => Some(true),
        _ if "false".starts_with(&word) || "no".starts_with(&word) => Some(false),
        _ => None,
    }
}

fn uuid(text: &str) -> Option<Uuid> {
    let is_plain = !text.starts_with(['u', 'U']);
    is_plain.then(|| Uuid::try_parse(text).ok()).flatten()
}

/// The hexadecimal form `\xDEADBEEF`, or the escape form without it.
fn bytes(text: &str) -> Option<Vec<u8>> {
    match text.strip_prefix("\\x") {
        Some(digits) => hexadecimal(digits),
        None => escaped(text.as_bytes()),
    }
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let mut nibbles = digits
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .map(|c| c.to_digit(16));
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    while let Some(high) = nibbles.next() {
        bytes.push(u8::try_from(high? * 16 + nibbles.next()??).ok()?);
    }
    Some(bytes)
}

fn escaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return Some(bytes),
            [b'\\', b'\\', tail @ ..] => {
                bytes.push(b'\\');
                tail
            }
            [
                b'\\',
                a @ b'0'..=b'3',
                b @ b'0'..=b'7',
                c @ b'0'..=b'7',
                tail @ ..,
            ] => {
                bytes.push((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'));
                tail
            }
            [b'\\', ..] => return None,
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, scalar: ScalarType, expected: Option<&str>) {
        let value = read(text, ColumnType::Scalar(scalar));
        let shown = value.map(|value| {
            let text = value.to_text().unwrap_or_default();
            format!("{value:?}").replace('…', &text)
        });
        assert_eq!(shown.as_deref(), expected, "{text} as {scalar}");
    }

    #[test]
    fn a_literal_is_read_as_postgresql_reads_it() {
        check("yes", ScalarType::Boolean, Some("Boolean(true)"));
        check("o", ScalarType::Boolean, None);
        check(" 12 ", ScalarType::SmallInt, Some("Integer(12)"));
        check("32768", ScalarType::SmallInt, None);
        check("2025-02-30", ScalarType::Date, None);
        check("2025-02-28", ScalarType::Date, Some("Date(2025-02-28)"));
        check("9:30", ScalarType::Time, Some("Time(09:30:00)"));
        check(
            "2025-01-01",
            ScalarType::Timestamp,
            Some("Timestamp(2025-01-01T00:00:00Z)"),
        );
        check(
            "2025-01-01 12:00:00+02",
            ScalarType::TimestampTz,
            Some("Timestamp(2025-01-01T10:00:00Z)"),
        );
        check(
            "2025-01-01T12:00:00.1234567+02:00",
            ScalarType::Timestamp,
            Some("Timestamp(2025-01-01T12:00:00.123457Z)"),
        );
        check("\\x00ff", ScalarType::Bytea, Some("Bytes(AP8=)"));
        check("a\\\\\\101", ScalarType::Bytea, Some("Bytes(YVxB)"));
        check("NaN", ScalarType::Numeric(None), None);
        check("1e999999999", ScalarType::Numeric(None), None);
        check("", ScalarType::Numeric(None), None);
    }
}
