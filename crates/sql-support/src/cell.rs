//! Cells: how `SQLite` keeps each value. Documented in `docs/operations/databases.md`.

use std::fmt::{self, Write as _};

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike as _};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use uuid::Uuid;

use crate::decimal;
use crate::dialect::sqlite_text;

mod shown;

pub use shown::CellRef;

/// One of the five things that `SQLite` stores. As those of a [`Value`], its `Debug` does not show what it is.
#[derive(Clone, PartialEq)]
pub enum Cell {
    /// Null.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// A cell or a value that is not of its column's type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value is not of the type {0}")]
pub struct Mismatch(pub ColumnType);

const MICROS_A_SECOND: i64 = 1_000_000;

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_ref(), f)
    }
}

impl Cell {
    /// The value as it is stored.
    ///
    /// # Errors
    /// The value is not of this type.
    pub fn of(column_type: ColumnType, value: &Value) -> Result<Self, Mismatch> {
        if value.is_null() {
            return Ok(Self::Null);
        }
        match (column_type, value) {
            (ColumnType::Scalar(scalar), value) => scalar_cell(scalar, value),
            (ColumnType::Json | ColumnType::Jsonb, Value::Json(text)) => {
                Some(Self::Text(text.clone()))
            }
            (ColumnType::Array(scalar), Value::Array(values)) => {
                array_text(scalar, values).map(Self::Text)
            }
            _ => None,
        }
        .ok_or(Mismatch(column_type))
    }

    /// The value that is stored.
    ///
    /// # Errors
    /// What is stored is not of this type.
    pub fn value(self, column_type: ColumnType) -> Result<Value, Mismatch> {
        match (column_type, self) {
            (_, Self::Null) => Some(Value::Null),
            (ColumnType::Scalar(scalar), cell) => scalar_value(scalar, cell),
            (ColumnType::Json | ColumnType::Jsonb, Self::Text(text)) => Some(Value::Json(text)),
            (ColumnType::Array(scalar), Self::Text(text)) => array_value(scalar, &text),
            _ => None,
        }
        .ok_or(Mismatch(column_type))
    }

    /// The cell, borrowed.
    pub const fn as_ref(&self) -> CellRef<'_> {
        match self {
            Self::Null => CellRef::Null,
            Self::Integer(number) => CellRef::Integer(*number),
            Self::Real(number) => CellRef::Real(*number),
            Self::Text(text) => CellRef::Text(text.as_str()),
            Self::Blob(bytes) => CellRef::Blob(bytes.as_slice()),
        }
    }

    /// The cell as a literal.
    pub fn literal(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => format!("{number:?}"),
            Self::Text(text) => sqlite_text(text),
            Self::Blob(bytes) => format!("X'{}'", hexadecimal(bytes)),
        }
    }
}

/// Bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn scalar_cell(scalar: ScalarType, value: &Value) -> Option<Cell> {
    Some(match (scalar, value) {
        (_, Value::Integer(number)) if scalar.is_integer() => Cell::Integer(*number),
        (_, Value::Text(text)) if scalar.is_text() => Cell::Text(text.clone()),
        (_, Value::Timestamp(time)) if scalar.is_timestamp() => {
            Cell::Integer(time.timestamp_micros())
        }
        (ScalarType::Boolean, Value::Boolean(is_true)) => Cell::Integer(i64::from(*is_true)),
        (ScalarType::Numeric(_), Value::Decimal(number)) => Cell::Text(decimal::to_text(number)),
        // Adding zero makes of -0 the 0 that SQLite would store.
        (ScalarType::Real, Value::Real(number)) => Cell::Real(f64::from(*number) + 0.0),
        (ScalarType::Double, Value::Double(number)) => Cell::Real(*number + 0.0),
        (ScalarType::Uuid, Value::Uuid(id)) => Cell::Text(id.hyphenated().to_string()),
        (ScalarType::Date, Value::Date(date)) => Cell::Integer(days(*date)),
        (ScalarType::Time, Value::Time(time)) => Cell::Integer(micros(*time)),
        (ScalarType::Bytea, Value::Bytes(bytes)) => Cell::Blob(bytes.clone()),
        _ => return None,
    })
}

fn scalar_value(scalar: ScalarType, cell: Cell) -> Option<Value> {
    Some(match (scalar, cell) {
        (_, Cell::Integer(number)) if scalar.is_integer() => Value::Integer(number),
        (_, Cell::Text(text)) if scalar.is_text() => Value::Text(text),
        (_, Cell::Integer(number)) if scalar.is_timestamp() => {
            Value::Timestamp(DateTime::from_timestamp_micros(number)?)
        }
        (ScalarType::Boolean, Cell::Integer(number)) => Value::Boolean(number != 0),
        (ScalarType::Numeric(_), Cell::Text(text)) => {
            Value::Decimal(text.parse::<BigDecimal>().ok()?)
        }
        (ScalarType::Real, Cell::Real(number)) => Value::Real(narrow(number)),
        (ScalarType::Double, Cell::Real(number)) => Value::Double(number),
        (ScalarType::Uuid, Cell::Text(text)) => Value::Uuid(Uuid::parse_str(&text).ok()?),
        (ScalarType::Date, Cell::Integer(number)) => {
            Value::Date(NaiveDate::default().checked_add_signed(TimeDelta::try_days(number)?)?)
        }
        (ScalarType::Time, Cell::Integer(number)) => Value::Time(time(number)?),
        (ScalarType::Bytea, Cell::Blob(bytes)) => Value::Bytes(bytes),
        _ => return None,
    })
}

/// Days since 1970-01-01.
fn days(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// Microseconds since midnight; those of a leap second come after the last of the day.
fn micros(time: NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * MICROS_A_SECOND
        + i64::from(time.nanosecond() / 1000)
}

fn time(micros: i64) -> Option<NaiveTime> {
    const LAST_SECOND: i64 = 86_399;
    let seconds = micros.div_euclid(MICROS_A_SECOND).min(LAST_SECOND);
    let rest = micros - seconds * MICROS_A_SECOND;
    let nanos = u32::try_from(rest).ok()?.checked_mul(1000)?;
    NaiveTime::from_num_seconds_from_midnight_opt(u32::try_from(seconds).ok()?, nanos)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the column holds what was widened from 32 bits, and that comes back exactly"
)]
fn narrow(number: f64) -> f32 {
    number as f32
}

/// An array as a JSON text, always spelt the same, so that equal arrays are equal texts.
fn array_text(scalar: ScalarType, values: &[Value]) -> Option<String> {
    let elements: Option<Vec<serde_json::Value>> = values
        .iter()
        .map(|value| {
            Some(match (scalar, scalar_cell(scalar, value)?) {
                (ScalarType::Boolean, Cell::Integer(number)) => (number != 0).into(),
                (_, Cell::Integer(number)) => number.into(),
                (_, Cell::Real(number)) => serde_json::Number::from_f64(number)?.into(),
                (_, Cell::Text(text)) => text.into(),
                (_, Cell::Blob(bytes)) => hexadecimal(&bytes).into(),
                (_, Cell::Null) => return None,
            })
        })
        .collect();
    serde_json::to_string(&elements?).ok()
}

fn array_value(scalar: ScalarType, text: &str) -> Option<Value> {
    use serde_json::Value as Json;
    let elements: Vec<Json> = serde_json::from_str(text).ok()?;
    let values: Option<Vec<Value>> = elements
        .into_iter()
        .map(|element| {
            let cell = match element {
                Json::Bool(is_true) => Cell::Integer(i64::from(is_true)),
                Json::Number(number) if matches!(scalar, ScalarType::Real | ScalarType::Double) => {
                    Cell::Real(number.as_f64()?)
                }
                Json::Number(number) => Cell::Integer(number.as_i64()?),
                Json::String(text) if scalar == ScalarType::Bytea => Cell::Blob(bytes(&text)?),
                Json::String(text) => Cell::Text(text),
                _ => return None,
            };
            scalar_value(scalar, cell)
        })
        .collect();
    values.map(Value::Array)
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    digits?
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(high * 16 + low),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trips(column_type: ColumnType, value: Value) {
        let cell = Cell::of(column_type, &value).unwrap();
        assert_eq!(cell.value(column_type), Ok(value));
    }

    #[test]
    fn edges_round_trip() {
        use ScalarType as S;
        let scalar = ColumnType::Scalar;
        round_trips(scalar(S::BigInt), Value::Integer(i64::MIN));
        round_trips(scalar(S::Real), Value::Real(f32::MIN_POSITIVE));
        round_trips(scalar(S::Real), Value::Real(0.1));
        round_trips(scalar(S::Double), Value::Double(f64::MAX));
        round_trips(scalar(S::Date), Value::Date(NaiveDate::MIN));
        round_trips(scalar(S::Date), Value::Date(NaiveDate::MAX));
        let late = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
        round_trips(scalar(S::Time), Value::Time(late));
        round_trips(scalar(S::Time), Value::Time(NaiveTime::MIN));
        let long: BigDecimal = "-12345678901234567890.00".parse().unwrap();
        round_trips(scalar(S::Numeric(None)), Value::Decimal(long));
        round_trips(scalar(S::Bytea), Value::Bytes(vec![0, 255]));
    }

    #[test]
    fn arrays_of_every_kind_round_trip() {
        use ScalarType as S;
        let array = |scalar, values| round_trips(ColumnType::Array(scalar), Value::Array(values));
        array(
            S::Text,
            vec![Value::Text("a\"\u{0}é".into()), Value::Text(String::new())],
        );
        array(
            S::Boolean,
            vec![Value::Boolean(true), Value::Boolean(false)],
        );
        array(
            S::Double,
            vec![Value::Double(0.1 + 0.2), Value::Double(5e-324)],
        );
        array(S::Real, vec![Value::Real(0.1)]);
        array(
            S::Bytea,
            vec![Value::Bytes(vec![1, 254]), Value::Bytes(vec![])],
        );
        array(S::BigInt, vec![Value::Integer(i64::MAX)]);
        array(
            S::Numeric(None),
            vec![Value::Decimal("1.10".parse().unwrap())],
        );
        array(S::Uuid, vec![Value::Uuid(Uuid::max())]);
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let text = ColumnType::Scalar(ScalarType::Text);
        assert_eq!(Cell::of(text, &Value::Integer(1)), Err(Mismatch(text)));
        assert_eq!(Cell::Integer(1).value(text), Err(Mismatch(text)));
        let array = ColumnType::Array(ScalarType::Integer);
        assert!(Cell::Text("[1, null]".into()).value(array).is_err());
    }
}
