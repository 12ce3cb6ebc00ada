//! The values that records hold.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One value of one column. The column's type decides which variant stands in it; null stands in any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// No value.
    Null,
    /// `BOOLEAN`.
    Boolean(bool),
    /// `SMALLINT`, `INTEGER`, `BIGINT`.
    Integer(i64),
    /// `NUMERIC`; with the column's scale where the column has one.
    Decimal(BigDecimal),
    /// `REAL`.
    Real(f32),
    /// `DOUBLE PRECISION`.
    Double(f64),
    /// `VARCHAR`, `CHAR`, `TEXT`.
    Text(String),
    /// `UUID`.
    Uuid(Uuid),
    /// `DATE`.
    Date(NaiveDate),
    /// `TIME`, in microseconds.
    Time(NaiveTime),
    /// `TIMESTAMP` and `TIMESTAMPTZ`, in UTC, in microseconds.
    Timestamp(DateTime<Utc>),
    /// `BYTEA`.
    Bytes(Vec<u8>),
    /// `JSON` and `JSONB`: one valid JSON text.
    Json(String),
    /// An array; no element is null.
    Array(Vec<Value>),
}

impl Value {
    /// Whether this is null.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// Why a text or a number is no value of a type; `Display` says what the caller can do ("must be a date such as 2025-01-31").
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ValueError {
    /// Which kind of violation it is.
    pub code: crate::violation::ViolationCode,
    /// What the caller can do.
    pub detail: String,
}

impl Value {
    /// Reads a value from a text outside JSON: a path segment, a query parameter, a cursor. The forms are those of JSON
    /// bodies without the quotes.
    ///
    /// # Errors
    /// Why `text` is no value of `scalar`.
    pub fn parse(scalar: crate::column_type::ScalarType, text: &str) -> Result<Self, ValueError> {
        let _ = (scalar, text);
        Ok(Self::Null)
    }

    /// Appends the value as JSON, as answers show it (http-contract, section 3): timestamps in UTC with `Z`, every
    /// digit of a number, lower-case UUIDs, base64 bytes, JSON as it is kept.
    pub fn write_json(&self, out: &mut String) {
        let _ = out;
    }
}

/// RFC 7396: `patch` merged into `target`, both JSON texts; numbers keep their digits.
///
/// # Errors
/// One of the texts is no JSON.
pub fn merge_patch(target: &str, patch: &str) -> Result<String, crate::body::Malformed> {
    let _ = (target, patch);
    Ok(String::new())
}
