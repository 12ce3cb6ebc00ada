//! Constants: as they stand in the text, and as values of a column's type.

use std::str::FromStr;

use bigdecimal::{BigDecimal, ToPrimitive};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::value::Value;

/// The most digits and the largest exponent of a constant number.
const MOST_DIGITS: usize = 1000;

/// A constant, before the column says its type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    Array(Vec<Constant>),
}

/// A number as an expression holds it: an integer where it fits, else a decimal.
pub(super) fn number(text: &str) -> Option<Value> {
    let digits = text.replace('_', "");
    if let Ok(integer) = digits.parse::<i64>() {
        return Some(Value::Integer(integer));
    }
    decimal(&digits).map(Value::Decimal)
}

/// A decimal of bounded size: `1e1000000000` is a short text and a very long number.
fn decimal(text: &str) -> Option<BigDecimal> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().ok()?;
    if digits.len() > MOST_DIGITS || exponent.unsigned_abs() > 400 {
        return None;
    }
    BigDecimal::from_str(text).ok()
}

/// A text as SQL writes it.
pub(super) fn in_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The constant as a value of the type.
///
/// # Errors
/// What was expected, as a label says it.
pub(super) fn coerce(constant: &Constant, column_type: ColumnType) -> Result<Value, String> {
    match (constant, column_type) {
        (Constant::Null, _) => Ok(Value::Null),
        (_, ColumnType::Scalar(scalar)) => coerce_scalar(constant, scalar),
        (Constant::Text(text), ColumnType::Json | ColumnType::Jsonb) => json(text),
        (_, ColumnType::Json | ColumnType::Jsonb) => {
            Err("expected a text that is JSON, such as '{}'".to_owned())
        }
        (_, ColumnType::Array(element)) => array(constant, element),
    }
}

fn coerce_scalar(constant: &Constant, scalar: ScalarType) -> Result<Value, String> {
    let expected = || format!("expected {}", example(scalar));
    match (constant, scalar) {
        (Constant::Boolean(boolean), ScalarType::Boolean) => Ok(Value::Boolean(*boolean)),
        (Constant::Number(text), scalar) if scalar.is_number() => numeric_value(text, scalar),
        (Constant::Text(text), scalar) if scalar.is_text() => text_value(text, scalar),
        (Constant::Text(text), scalar) if scalar.is_number() => numeric_value(text.trim(), scalar),
        (Constant::Text(text), ScalarType::Boolean) => boolean(text).ok_or_else(expected),
        (Constant::Text(text), ScalarType::Uuid) => {
            Value::parse(ScalarType::Uuid, text).map_err(|_| expected())
        }
        (Constant::Text(text), ScalarType::Date) => {
            date(text.trim()).map(Value::Date).ok_or_else(expected)
        }
        (Constant::Text(text), ScalarType::Time) => {
            time(text.trim()).map(Value::Time).ok_or_else(expected)
        }
        (Constant::Text(text), ScalarType::Timestamp | ScalarType::TimestampTz) => {
            timestamp(text.trim())
                .map(Value::Timestamp)
                .ok_or_else(expected)
        }
        (Constant::Text(text), ScalarType::Bytea) => {
            bytes(text).map(Value::Bytes).ok_or_else(expected)
        }
        _ => Err(expected()),
    }
}

/// A value of the type, in words.
pub(super) const fn example(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Uuid => "a UUID in quotes, or gen_random_uuid() or uuidv7()",
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => {
            "a text in single quotes"
        }
        ScalarType::SmallInt => "a whole number of 16 bits",
        ScalarType::Integer => "a whole number of 32 bits",
        ScalarType::BigInt => "a whole number of 64 bits",
        ScalarType::Numeric(_) | ScalarType::Real | ScalarType::Double => "a number",
        ScalarType::Boolean => "TRUE or FALSE",
        ScalarType::Date => "a date such as '2025-01-31', or CURRENT_DATE",
        ScalarType::Time => "a time such as '09:30:00'",
        ScalarType::Timestamp | ScalarType::TimestampTz => {
            "a time such as '2025-01-31T09:30:00Z', or now()"
        }
        ScalarType::Bytea => "bytes such as '\\xdeadbeef'",
    }
}

fn text_value(text: &str, scalar: ScalarType) -> Result<Value, String> {
    let length = text.chars().count();
    let is_short = scalar
        .max_characters()
        .is_none_or(|most| u32::try_from(length).is_ok_and(|length| length <= most));
    if !is_short {
        return Err(format!("has {length} characters, more than {scalar} takes"));
    }
    if text.contains('\0') {
        return Err("holds the character U+0000, which no text may hold".to_owned());
    }
    let kept = match scalar {
        ScalarType::Char(_) => text.trim_end_matches(' '),
        _ => text,
    };
    Ok(Value::Text(kept.to_owned()))
}

fn numeric_value(text: &str, scalar: ScalarType) -> Result<Value, String> {
    let expected = || format!("expected {}", example(scalar));
    let decimal = decimal(&text.replace('_', "")).ok_or_else(expected)?;
    match scalar {
        ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => whole(&decimal, scalar)
            .map(Value::Integer)
            .ok_or_else(expected),
        ScalarType::Real => decimal
            .to_f32()
            .filter(|real| real.is_finite())
            .map(Value::Real)
            .ok_or_else(expected),
        ScalarType::Double => decimal
            .to_f64()
            .filter(|real| real.is_finite())
            .map(Value::Double)
            .ok_or_else(expected),
        ScalarType::Numeric(None) => Ok(Value::Decimal(decimal)),
        ScalarType::Numeric(Some(shape)) => exact(&decimal, shape),
        _ => Err(expected()),
    }
}

fn whole(decimal: &BigDecimal, scalar: ScalarType) -> Option<i64> {
    if !decimal.is_integer() {
        return None;
    }
    let integer = decimal.to_i64()?;
    let fits = match scalar {
        ScalarType::SmallInt => i16::try_from(integer).is_ok(),
        ScalarType::Integer => i32::try_from(integer).is_ok(),
        _ => true,
    };
    fits.then_some(integer)
}

/// The number with the column's scale; one that would have to be rounded is refused (ruling H10).
fn exact(decimal: &BigDecimal, shape: NumericShape) -> Result<Value, String> {
    let scaled = decimal.with_scale(i64::from(shape.scale));
    if scaled != *decimal {
        return Err(format!(
            "has more than {} digits behind the point",
            shape.scale
        ));
    }
    let before_point = usize::from(shape.precision - shape.scale.min(shape.precision));
    let digits = scaled.abs().with_scale(0).to_string();
    if digits != "0" && digits.len() > before_point {
        return Err(format!(
            "has more than {before_point} digits before the point"
        ));
    }
    Ok(Value::Decimal(scaled))
}

fn boolean(text: &str) -> Option<Value> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(Value::Boolean(true)),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M"]
        .into_iter()
        .find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

/// With an offset, or in UTC; a date alone is its midnight.
fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    let joined = text.replacen(' ', "T", 1);
    if let Ok(zoned) = DateTime::parse_from_rfc3339(&joined) {
        return Some(zoned.to_utc());
    }
    // `+00`, `+0000`, `+00:00`
    let zoned = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"]
        .into_iter()
        .find_map(|form| DateTime::parse_from_str(&joined, form).ok());
    if let Some(zoned) = zoned {
        return Some(zoned.to_utc());
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&joined, form).ok())
        .or_else(|| date(text).map(|day| day.and_time(NaiveTime::MIN)))
        .map(|local| local.and_utc())
}

/// `\xdeadbeef`; any other text is its own bytes, unless it holds a backslash.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let Some(digits) = text.strip_prefix("\\x") else {
        return (!text.contains('\\')).then(|| text.as_bytes().to_vec());
    };
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    let mut high = None;
    for digit in digits.chars() {
        let value = u8::try_from(digit.to_digit(16)?).ok()?;
        match high.take() {
            None => high = Some(value),
            Some(high) => bytes.push(high * 16 + value),
        }
    }
    high.is_none().then_some(bytes)
}

fn json(text: &str) -> Result<Value, String> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(_) => Ok(Value::Json(text.to_owned())),
        Err(_) => Err("expected a text that is JSON, such as '{}'".to_owned()),
    }
}

fn array(constant: &Constant, element: ScalarType) -> Result<Value, String> {
    let expected = || format!("expected an array such as '{{}}' or ARRAY[]::{element}[]");
    let elements: Vec<Constant> = match constant {
        Constant::Array(elements) => elements.clone(),
        Constant::Text(text) => split_array(text)
            .ok_or_else(expected)?
            .into_iter()
            .map(|element| element.map_or(Constant::Null, Constant::Text))
            .collect(),
        _ => return Err(expected()),
    };
    let mut values = Vec::with_capacity(elements.len());
    for constant in &elements {
        if *constant == Constant::Null {
            return Err("null is no element of an array".to_owned());
        }
        values.push(coerce_scalar(constant, element)?);
    }
    Ok(Value::Array(values))
}

/// The elements of `{a,"b c",NULL}`; `None` where it is no array of one dimension.
pub(super) fn split_array(text: &str) -> Option<Vec<Option<String>>> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inside.trim().is_empty() {
        return Some(Vec::new());
    }
    let mut elements = Vec::new();
    let mut rest = inside.chars().peekable();
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        let mut element = String::new();
        let is_quoted = rest.next_if_eq(&'"').is_some();
        loop {
            match rest.peek().copied() {
                None if is_quoted => return None,
                None => break,
                Some('"') if is_quoted => {
                    rest.next();
                    while rest.next_if(|c| c.is_whitespace()).is_some() {}
                    break;
                }
                Some(',') if !is_quoted => break,
                Some('"' | '{' | '}') if !is_quoted => return None,
                Some('\\') => {
                    rest.next();
                    element.push(rest.next()?);
                }
                Some(c) => {
                    rest.next();
                    element.push(c);
                }
            }
        }
        elements.push(finish_element(element, is_quoted)?);
        match rest.next() {
            None => return Some(elements),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

#[expect(
    clippy::option_option,
    reason = "no element, or an element that may be null"
)]
fn finish_element(element: String, is_quoted: bool) -> Option<Option<String>> {
    if is_quoted {
        return Some(Some(element));
    }
    let trimmed = element.trim_end();
    if trimmed.is_empty() {
        return None;
    }
    if trimmed.eq_ignore_ascii_case("null") {
        return Some(None);
    }
    Some(Some(trimmed.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Constant {
        Constant::Text(text.to_owned())
    }

    #[test]
    fn arrays_are_split_as_postgresql_splits_them() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(split_array("{}"), Some(vec![]));
        assert_eq!(split_array("{a, b}"), Some(vec![some("a"), some("b")]));
        assert_eq!(
            split_array(r#"{"a,b","c\"d",NULL}"#),
            Some(vec![some("a,b"), some("c\"d"), None])
        );
        assert_eq!(split_array("{{a}}"), None);
        assert_eq!(split_array("{a,}"), None);
        assert_eq!(split_array("a"), None);
    }

    #[test]
    fn times_are_taken_in_the_forms_of_postgresql() {
        let midnight = timestamp("2025-01-31T00:00:00Z").unwrap();
        for form in [
            "2025-01-31",
            "2025-01-31 00:00",
            "2025-01-31 00:00:00",
            "2025-01-31 00:00:00+00",
            "2025-01-31 02:00:00.000+02:00",
            "2025-01-31T00:00:00",
        ] {
            assert_eq!(timestamp(form), Some(midnight), "{form}");
        }
        assert_eq!(timestamp("yesterday"), None);
        assert_eq!(timestamp("2025-02-30"), None);
    }

    #[test]
    fn a_number_keeps_its_digits_and_its_limits() {
        let shape = NumericShape {
            precision: 5,
            scale: 2,
        };
        let numeric = ColumnType::Scalar(ScalarType::Numeric(Some(shape)));
        let number = |digits: &str| Constant::Number(digits.to_owned());
        assert_eq!(
            coerce(&number("1.5"), numeric),
            Ok(Value::Decimal("1.50".parse().unwrap()))
        );
        assert!(coerce(&number("1.505"), numeric).is_err());
        assert!(coerce(&number("999.99"), numeric).is_ok());
        assert!(coerce(&number("1000"), numeric).is_err());
        assert!(coerce(&number("1e1000000000"), numeric).is_err());
        let small = ColumnType::Scalar(ScalarType::SmallInt);
        assert_eq!(coerce(&text("-32768"), small), Ok(Value::Integer(-32768)));
        assert!(coerce(&number("32768"), small).is_err());
        assert!(coerce(&number("0.5"), small).is_err());
    }

    #[test]
    fn bytes_are_hexadecimal_or_themselves() {
        assert_eq!(bytes("\\xDEad"), Some(vec![0xde, 0xad]));
        assert_eq!(bytes("\\xabc"), None);
        assert_eq!(bytes("ab"), Some(b"ab".to_vec()));
    }
}
