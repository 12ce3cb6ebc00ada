//! The values that records hold: how they are read from text, and how answers show them.

mod exact;
mod merge;
mod number;
mod parse;
mod time;
mod write;

use std::fmt;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::column_type::ScalarType;
use crate::violation::ViolationCode;

pub use merge::merge_patch;
pub(crate) use number::DecimalText;
pub(crate) use parse::{check_characters, from_boolean, from_number, from_text, nul, wrong_type};
pub use write::write_json_text;

/// One value of one column. The column's type decides which variant stands in it; null stands in any.
///
/// It may be somebody's personal data: it has no `Display`, and its `Debug` shows which variant it is and nothing more. JSON
/// is how answers and the literals of documents are written.
/// ```compile_fail,E0277
/// println!("{}", specd_domain::value::Value::Text("Ada Lovelace".to_owned()));
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// No value.
    Null,
    /// `BOOLEAN`.
    Boolean(bool),
    /// `SMALLINT`, `INTEGER`, `BIGINT`.
    Integer(i64),
    /// `NUMERIC`; with the column's scale where the column has one.
    Decimal(#[serde(with = "exact::decimal")] BigDecimal),
    /// `REAL`; always finite, and never a negative zero.
    Real(#[serde(with = "exact")] f32),
    /// `DOUBLE PRECISION`; always finite, and never a negative zero.
    Double(#[serde(with = "exact")] f64),
    /// `VARCHAR`, `CHAR`, `TEXT`. Without NUL; a `CHAR` without its padding.
    Text(String),
    /// `UUID`.
    Uuid(Uuid),
    /// `DATE`, in the years 1 to 9999.
    Date(NaiveDate),
    /// `TIME`, in microseconds.
    Time(NaiveTime),
    /// `TIMESTAMP` and `TIMESTAMPTZ`, in UTC, in microseconds, in the years 1 to 9999.
    Timestamp(DateTime<Utc>),
    /// `BYTEA`.
    Bytes(Vec<u8>),
    /// `JSON` and `JSONB`: one valid JSON text.
    Json(String),
    /// An array; no element is null.
    Array(Vec<Value>),
}

/// Why a text or a number is no value of a type; `Display` says what the caller can do ("must be a date such as 2025-01-31").
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ValueError {
    /// Which kind of violation it is.
    pub code: ViolationCode,
    /// What the caller can do.
    pub detail: String,
}

impl ValueError {
    pub(crate) fn new(code: ViolationCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Boolean(_) => "Boolean(…)",
            Self::Integer(_) => "Integer(…)",
            Self::Decimal(_) => "Decimal(…)",
            Self::Real(_) => "Real(…)",
            Self::Double(_) => "Double(…)",
            Self::Text(_) => "Text(…)",
            Self::Uuid(_) => "Uuid(…)",
            Self::Date(_) => "Date(…)",
            Self::Time(_) => "Time(…)",
            Self::Timestamp(_) => "Timestamp(…)",
            Self::Bytes(_) => "Bytes(…)",
            Self::Json(_) => "Json(…)",
            Self::Array(_) => "Array(…)",
        })
    }
}

impl Value {
    /// Whether this is null.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Reads a value from a text outside JSON: a path segment, a query parameter, a cursor. The forms are those of JSON
    /// bodies without the quotes.
    ///
    /// ```
    /// use specd_domain::column_type::ScalarType;
    /// use specd_domain::value::Value;
    ///
    /// assert_eq!(Value::parse(ScalarType::SmallInt, "1e2"), Ok(Value::Integer(100)));
    /// let refused = Value::parse(ScalarType::SmallInt, "70000").unwrap_err();
    /// assert_eq!(refused.to_string(), "must be from -32768 to 32767");
    /// ```
    ///
    /// # Errors
    /// Why `text` is no value of `scalar`.
    pub fn parse(scalar: ScalarType, text: &str) -> Result<Self, ValueError> {
        parse::parse(scalar, text)
    }

    /// The value as a text that [`Value::parse`] reads back; `None` for null. JSON and arrays, which `parse` does not
    /// read, give their JSON text.
    pub fn to_text(&self) -> Option<String> {
        write::to_text(self)
    }

    /// Appends the value as JSON, as answers show it (http-contract, section 3): timestamps in UTC with `Z` and a
    /// fraction only where it is not zero, every digit of a number in plain notation, lower-case UUIDs, base64 bytes,
    /// JSON as it is kept.
    ///
    /// ```
    /// use specd_domain::column_type::{NumericShape, ScalarType};
    /// use specd_domain::value::Value;
    ///
    /// let money = ScalarType::Numeric(Some(NumericShape { precision: 10, scale: 2 }));
    /// let mut json = String::new();
    /// Value::parse(money, "12.5").unwrap().write_json(&mut json);
    /// assert_eq!(json, "12.50");
    /// ```
    pub fn write_json(&self, out: &mut String) {
        write::write_json(self, out);
    }
}
