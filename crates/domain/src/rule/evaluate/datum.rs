//! A value while it is computed with: what the column's type adds to it, and nothing copied without need.

use std::borrow::Cow;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::{EvaluationError, Outcome, Truth};
use crate::column_type::{ColumnType, ScalarType};
use crate::rule::literal;
use crate::value::Value;

/// How wide a whole number is: what overflows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Width {
    Small,
    Normal,
    Big,
}

impl Width {
    pub(super) const fn of(scalar: ScalarType) -> Self {
        match scalar {
            ScalarType::SmallInt => Self::Small,
            ScalarType::Integer => Self::Normal,
            _ => Self::Big,
        }
    }

    pub(super) const fn scalar(self) -> ScalarType {
        match self {
            Self::Small => ScalarType::SmallInt,
            Self::Normal => ScalarType::Integer,
            Self::Big => ScalarType::BigInt,
        }
    }

    /// The number, where it is in the range.
    pub(super) fn hold(self, number: Option<i64>) -> Outcome<Datum<'static>> {
        number
            .filter(|&number| literal::fits(number, self.scalar()))
            .map(|number| Datum::Integer(number, self))
            .ok_or(EvaluationError::OutOfRange)
    }
}

#[derive(Clone, Debug)]
pub(super) enum Datum<'a> {
    Null,
    Boolean(bool),
    Integer(i64, Width),
    /// Its scale is not negative.
    Decimal(Cow<'a, BigDecimal>),
    Real(f32),
    Double(f64),
    Text(Cow<'a, str>),
    /// A `VARCHAR`: it differs from a text beside a `CHAR` alone.
    Varchar(Cow<'a, str>),
    /// A `CHAR(n)` without its padding, and `n`.
    Char(Cow<'a, str>, u32),
    Uuid(Uuid),
    Date(NaiveDate),
    Time(NaiveTime),
    Timestamp(DateTime<Utc>),
    Bytes(&'a [u8]),
    Array(&'a [Value], ScalarType),
    /// A JSON text.
    Json(&'a str),
}

impl From<Truth> for Datum<'_> {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::Boolean(true),
            Truth::False => Self::Boolean(false),
            Truth::Unknown => Self::Null,
        }
    }
}

impl<'a> Datum<'a> {
    /// The value of a column.
    pub(super) fn load(value: &'a Value, kind: ColumnType) -> Outcome<Self> {
        match (value, kind) {
            (Value::Integer(number), ColumnType::Scalar(scalar)) if scalar.is_integer() => {
                Ok(Self::Integer(*number, Width::of(scalar)))
            }
            (Value::Text(text), ColumnType::Scalar(ScalarType::Char(length))) => Ok(Self::Char(
                Cow::Borrowed(text.trim_end_matches(' ')),
                length,
            )),
            (Value::Text(text), ColumnType::Scalar(ScalarType::Varchar(_))) => {
                Ok(Self::Varchar(Cow::Borrowed(text)))
            }
            (Value::Array(elements), ColumnType::Array(scalar)) => {
                Ok(Self::Array(elements, scalar))
            }
            _ => Self::constant(value),
        }
    }

    /// A constant: its type is what its value says.
    pub(super) fn constant(value: &'a Value) -> Outcome<Self> {
        Ok(match value {
            Value::Null => Self::Null,
            Value::Boolean(truth) => Self::Boolean(*truth),
            Value::Integer(number) if literal::fits(*number, ScalarType::Integer) => {
                Self::Integer(*number, Width::Normal)
            }
            Value::Integer(number) => Self::Integer(*number, Width::Big),
            Value::Decimal(number) => Self::decimal(Cow::Borrowed(number))?,
            Value::Real(number) => Self::Real(*number),
            Value::Double(number) => Self::Double(*number),
            Value::Text(text) => Self::Text(Cow::Borrowed(text)),
            Value::Uuid(uuid) => Self::Uuid(*uuid),
            Value::Date(date) => Self::Date(*date),
            Value::Time(time) => Self::Time(*time),
            Value::Timestamp(moment) => Self::Timestamp(*moment),
            Value::Bytes(bytes) => Self::Bytes(bytes),
            Value::Json(text) => Self::Json(text),
            Value::Array(elements) => Self::Array(elements, ScalarType::Text),
        })
    }

    /// A decimal in the range of `NUMERIC`, its scale not negative.
    pub(super) fn decimal(number: Cow<'a, BigDecimal>) -> Outcome<Self> {
        if !literal::is_numeric(&number) {
            return Err(EvaluationError::OutOfRange);
        }
        let plain = if number.fractional_digit_count() < 0 {
            Cow::Owned(number.with_scale(0))
        } else {
            number
        };
        Ok(Self::Decimal(plain))
    }

    pub(super) fn text_of(text: String) -> Datum<'static> {
        Datum::Text(Cow::Owned(text))
    }

    /// The text, without a `CHAR`'s padding.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Varchar(text) | Self::Char(text, _) => Some(text),
            _ => None,
        }
    }

    /// The text with a `CHAR`'s padding, as patterns and `octet_length` see it.
    pub(super) fn padded(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) | Self::Varchar(text) => Some(Cow::Borrowed(text)),
            Self::Char(text, length) => {
                let length = usize::try_from(*length).unwrap_or(usize::MAX);
                let missing = length.saturating_sub(text.chars().count());
                if missing == 0 {
                    return Some(Cow::Borrowed(text));
                }
                let mut padded = String::with_capacity(text.len() + missing);
                padded.push_str(text);
                padded.extend(std::iter::repeat_n(' ', missing));
                Some(Cow::Owned(padded))
            }
            _ => None,
        }
    }

    /// A number as a double.
    pub(super) fn double(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "rounding to the nearest double is what PostgreSQL does, too"
        )]
        match self {
            Self::Integer(number, _) => Some(*number as f64),
            // Through its digits: the nearest double, as PostgreSQL has it.
            Self::Decimal(number) => number.to_string().parse().ok(),
            Self::Real(number) => Some(f64::from(*number)),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// An exact number as a decimal.
    pub(super) fn exact(&self) -> Option<Cow<'_, BigDecimal>> {
        match self {
            Self::Integer(number, _) => Some(Cow::Owned(BigDecimal::from(*number))),
            Self::Decimal(number) => Some(Cow::Borrowed(number)),
            _ => None,
        }
    }
}
