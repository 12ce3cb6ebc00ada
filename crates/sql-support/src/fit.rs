//! Fitting: a row in the form in which both databases keep it, and what neither of them can hold.

use bigdecimal::BigDecimal;
use chrono::SubsecRound as _;
use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::record::Row;
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;

use crate::cell::Mismatch;

/// The row as it is stored: decimals with their column's scale, `CHAR` without its padding, no negative zero.
///
/// # Errors
/// [`WriteError::OutOfRange`] where a value is outside its column, [`StoreError::Failed`] where it is of another type.
pub fn row(table: &Table, row: Row) -> Result<Row, WriteError> {
    if row.len() != table.columns.len() {
        let error = "the row has not one value for each column";
        return Err(StoreError::Failed(error.into()).into());
    }
    table
        .columns
        .iter()
        .zip(row)
        .map(|(column, value)| fitted(column, value))
        .collect()
}

/// A value of a query in the same form; one that no row can have stays as it is.
pub fn operand(column_type: ColumnType, value: Value) -> Value {
    match (column_type, value) {
        (ColumnType::Scalar(ScalarType::Char(_)), Value::Text(text)) => {
            Value::Text(text.trim_end_matches(' ').to_owned())
        }
        (ColumnType::Array(scalar), Value::Array(values)) => Value::Array(
            values
                .into_iter()
                .map(|value| operand(ColumnType::Scalar(scalar), value))
                .collect(),
        ),
        (_, value) => value,
    }
}

fn fitted(column: &Column, value: Value) -> Result<Value, WriteError> {
    let out_of_range = || WriteError::OutOfRange {
        column: Some(column.name.value.clone()),
    };
    let column_type = column.column_type.value;
    if value.is_null() {
        let is_numbered = column
            .default
            .as_ref()
            .is_some_and(|default| default.value == DefaultValue::Sequence);
        return if column.nullable || is_numbered {
            Ok(value)
        } else {
            Err(out_of_range())
        };
    }
    let fitted = match (column_type, value) {
        (ColumnType::Scalar(scalar), value) => scalar_value(scalar, value),
        (ColumnType::Array(scalar), Value::Array(values)) => values
            .into_iter()
            .map(|value| scalar_value(scalar, value))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        (ColumnType::Json | ColumnType::Jsonb, value @ Value::Json(_)) => Ok(value),
        _ => Err(Misfit::Type),
    };
    fitted.map_err(|misfit| match misfit {
        Misfit::Range => out_of_range(),
        Misfit::Type => StoreError::Failed(Box::new(Mismatch(column_type))).into(),
    })
}

/// Both databases keep six digits of a second.
const MICROS: u16 = 6;

enum Misfit {
    Range,
    Type,
}

fn scalar_value(scalar: ScalarType, value: Value) -> Result<Value, Misfit> {
    let when = |holds: bool, value: Value| if holds { Ok(value) } else { Err(Misfit::Range) };
    match (scalar, value) {
        (ScalarType::SmallInt, Value::Integer(number)) => {
            when(i16::try_from(number).is_ok(), Value::Integer(number))
        }
        (ScalarType::Integer, Value::Integer(number)) => {
            when(i32::try_from(number).is_ok(), Value::Integer(number))
        }
        (ScalarType::Char(limit), Value::Text(text)) => {
            let text = text.trim_end_matches(' ').to_owned();
            when(is_text_of(Some(limit), &text), Value::Text(text))
        }
        (ScalarType::Varchar(_) | ScalarType::Text, Value::Text(text)) => when(
            is_text_of(scalar.max_characters(), &text),
            Value::Text(text),
        ),
        (ScalarType::Numeric(shape), Value::Decimal(number)) => decimal(shape, &number)
            .map(Value::Decimal)
            .ok_or(Misfit::Range),
        (ScalarType::Real, Value::Real(number)) => {
            when(number.is_finite(), Value::Real(number + 0.0))
        }
        (ScalarType::Double, Value::Double(number)) => {
            when(number.is_finite(), Value::Double(number + 0.0))
        }
        (ScalarType::Time, Value::Time(time)) => Ok(Value::Time(time.trunc_subsecs(MICROS))),
        (ScalarType::Timestamp | ScalarType::TimestampTz, Value::Timestamp(time)) => {
            Ok(Value::Timestamp(time.trunc_subsecs(MICROS)))
        }
        (ScalarType::BigInt, value @ Value::Integer(_))
        | (ScalarType::Uuid, value @ Value::Uuid(_))
        | (ScalarType::Boolean, value @ Value::Boolean(_))
        | (ScalarType::Date, value @ Value::Date(_))
        | (ScalarType::Bytea, value @ Value::Bytes(_)) => Ok(value),
        _ => Err(Misfit::Type),
    }
}

/// Within its length in code points, and without the NUL that `PostgreSQL` does not take.
fn is_text_of(limit: Option<u32>, text: &str) -> bool {
    let is_short = limit
        .and_then(|limit| usize::try_from(limit).ok())
        .is_none_or(|limit| text.len() <= limit || text.chars().count() <= limit);
    is_short && !text.contains('\0')
}

/// `PostgreSQL`'s limits of a bare `NUMERIC` stand where the column says none.
fn decimal(shape: Option<NumericShape>, number: &BigDecimal) -> Option<BigDecimal> {
    const MAX_WHOLE: i64 = 131_072;
    const MAX_SCALE: i64 = 16_383;
    let scale = number.fractional_digit_count();
    let digits = i64::try_from(number.digits()).ok()?;
    // Before any scaling: an exponent of a million would become a million digits.
    if digits.saturating_sub(scale) > MAX_WHOLE || scale > MAX_SCALE {
        return None;
    }
    let Some(shape) = shape else {
        return Some(number.with_scale(scale.max(0)));
    };
    let scaled = number.with_scale(i64::from(shape.scale));
    let is_exact = scaled == *number && scaled.digits() <= u64::from(shape.precision);
    is_exact.then_some(scaled)
}
