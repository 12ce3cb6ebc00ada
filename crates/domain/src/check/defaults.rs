//! Defaults: each is a value of its column's type (spec-language, section 4).

use bigdecimal::Zero as _;

use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::table::{Column, DefaultValue};
use crate::value::Value;

use super::subject::Subject;

/// Each default fits its column.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for column in subject.table.iter().flat_map(|table| &table.columns) {
        let Some(default) = &column.default else {
            continue;
        };
        if let Some(expected) = misfit(column, &default.value) {
            findings.push(
                Diagnostic::error(
                    Code::SqlDefaultValue,
                    default.span,
                    format!(
                        "the default of `{}` does not fit `{}`",
                        column.name.value, column.column_type.value
                    ),
                )
                .expecting(expected)
                .pointing_at(column.column_type.span, "the column's type"),
            );
        }
    }
}

/// What was expected, where the default does not fit.
fn misfit(column: &Column, default: &DefaultValue) -> Option<String> {
    let column_type = column.column_type.value;
    let scalar = column_type.scalar();
    let fits = match default {
        DefaultValue::Literal(Value::Null) => {
            return (!column.nullable).then(|| "the column is `NOT NULL`".to_owned());
        }
        DefaultValue::Literal(value) => literal_fits(value, column_type),
        DefaultValue::Now => scalar.is_some_and(|scalar| {
            scalar.is_timestamp() || matches!(scalar, ScalarType::Date | ScalarType::Time)
        }),
        DefaultValue::RandomUuid | DefaultValue::TimeUuid => scalar == Some(ScalarType::Uuid),
        DefaultValue::Sequence => scalar.is_some_and(ScalarType::is_integer),
    };
    (!fits).then(|| format!("expected a `{column_type}`"))
}

fn literal_fits(value: &Value, column_type: ColumnType) -> bool {
    match (value, column_type) {
        (Value::Array(elements), ColumnType::Array(scalar)) => {
            elements.iter().all(|element| scalar_fits(element, scalar))
        }
        (Value::Json(_), ColumnType::Json | ColumnType::Jsonb) => true,
        (value, ColumnType::Scalar(scalar)) => scalar_fits(value, scalar),
        _ => false,
    }
}

fn scalar_fits(value: &Value, scalar: ScalarType) -> bool {
    match (value, scalar) {
        (Value::Boolean(_), ScalarType::Boolean)
        | (Value::Integer(_), ScalarType::BigInt)
        | (Value::Decimal(_), ScalarType::Numeric(None))
        | (Value::Real(_), ScalarType::Real)
        | (Value::Double(_), ScalarType::Double)
        | (Value::Uuid(_), ScalarType::Uuid)
        | (Value::Date(_), ScalarType::Date)
        | (Value::Time(_), ScalarType::Time)
        | (Value::Timestamp(_), ScalarType::Timestamp | ScalarType::TimestampTz)
        | (Value::Bytes(_), ScalarType::Bytea) => true,
        (Value::Integer(number), ScalarType::Integer) => i32::try_from(*number).is_ok(),
        (Value::Integer(number), ScalarType::SmallInt) => i16::try_from(*number).is_ok(),
        (Value::Decimal(number), ScalarType::Numeric(Some(shape))) => {
            let number = number.normalized();
            let scale = number.fractional_digit_count();
            let digits = i64::try_from(number.digits()).unwrap_or(i64::MAX);
            // Zero has a digit and needs none.
            let whole = if number.is_zero() {
                0
            } else {
                digits.saturating_sub(scale)
            };
            scale <= i64::from(shape.scale)
                && whole <= i64::from(shape.precision.saturating_sub(shape.scale))
        }
        (Value::Text(text), scalar) if scalar.is_text() => scalar
            .max_characters()
            .and_then(|limit| usize::try_from(limit).ok())
            .is_none_or(|limit| text.chars().count() <= limit),
        _ => false,
    }
}
