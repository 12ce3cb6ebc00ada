//! Shapes: what an example says of a value, and whether it agrees with its column (spec-language, section 3).

use crate::body::MAX_DEPTH;
use crate::column_type::{ColumnType, ScalarType};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Example;
use crate::field::{Field, Shape};
use crate::source::{Located, Span};
use crate::table::Column;

use super::paste;

/// The shape of a column's values; below a JSON column the example's own.
pub(super) fn of_column(column: &Column, example: &Example) -> Shape {
    match column.column_type.value {
        ColumnType::Scalar(scalar) => Shape::Scalar(scalar),
        ColumnType::Array(element) => Shape::Array(Box::new(Shape::Scalar(element))),
        ColumnType::Json | ColumnType::Jsonb => of_example(example, 0),
    }
}

/// The shape of an example that no column refines.
pub(super) fn of_example(example: &Example, depth: usize) -> Shape {
    if depth > MAX_DEPTH {
        return Shape::Any;
    }
    match example {
        Example::Null => Shape::Any,
        Example::Array(elements) => elements.first().map_or(Shape::AnyArray, |first| {
            Shape::Array(Box::new(of_example(&first.value, depth + 1)))
        }),
        Example::Object(members) if members.is_empty() => Shape::AnyObject,
        Example::Object(members) => Shape::Object(
            members
                .iter()
                .map(|(key, value)| member(key, value, depth))
                .collect(),
        ),
        scalar => paste::scalar_of(scalar).map_or(Shape::Any, Shape::Scalar),
    }
}

/// Each key of an example is required; `null` takes any value (ruling H11).
fn member(key: &Located<crate::name::FieldName>, value: &Located<Example>, depth: usize) -> Field {
    Field {
        name: key.value.clone(),
        shape: of_example(&value.value, depth + 1),
        required: true,
        nullable: value.value == Example::Null,
        column: None,
        span: key.span,
    }
}

/// Reports an example whose type is not its column's.
pub(super) fn agree(example: &Located<Example>, column: &Column, findings: &mut Vec<Diagnostic>) {
    match (&example.value, column.column_type.value) {
        (_, ColumnType::Json | ColumnType::Jsonb) => {}
        (Example::Null, _) if column.nullable => {}
        (Example::Null, _) => findings.push(null(example.span, column)),
        (Example::Array(elements), ColumnType::Array(scalar)) => {
            for element in elements {
                if !fits(&element.value, scalar) {
                    findings.push(disagreement(element, column, ColumnType::Scalar(scalar)));
                }
            }
        }
        (value, ColumnType::Scalar(scalar)) if fits(value, scalar) => {}
        (_, column_type) => findings.push(disagreement(example, column, column_type)),
    }
}

const fn fits(example: &Example, scalar: ScalarType) -> bool {
    match example {
        Example::Boolean(_) => matches!(scalar, ScalarType::Boolean),
        Example::Number(_) => scalar.is_number(),
        Example::Text(_) => !scalar.is_number() && !matches!(scalar, ScalarType::Boolean),
        Example::Null | Example::Array(_) | Example::Object(_) => false,
    }
}

fn null(span: Span, column: &Column) -> Diagnostic {
    let name = &column.name.value;
    Diagnostic::error(
        Code::ExampleDisagrees,
        span,
        format!("the example of `{name}` is null, the column is `NOT NULL`"),
    )
    .expecting(format!("expected a `{}`", column.column_type.value))
    .pointing_at(column.span, "the column decides")
    .replacing(
        "show a value",
        span,
        paste::json_value(column.column_type.value),
    )
}

fn disagreement(example: &Located<Example>, column: &Column, expected: ColumnType) -> Diagnostic {
    let name = &column.name.value;
    let kind = paste::kind(&example.value);
    let shown = match &example.value {
        Example::Text(text) if is_number(text) && is_number_column(expected) => text.clone(),
        _ => paste::json_value(expected),
    };
    Diagnostic::error(
        Code::ExampleDisagrees,
        example.span,
        format!(
            "the example of `{name}` is {kind}, the column is `{}`",
            column.column_type.value
        ),
    )
    .expecting(format!("expected {}", words(expected)))
    .pointing_at(column.column_type.span, "the column decides")
    .replacing("show a value of the column's type", example.span, shown)
}

fn is_number_column(column_type: ColumnType) -> bool {
    column_type.scalar().is_some_and(ScalarType::is_number)
}

/// Whether a text is a number as JSON writes it.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

const fn words(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Array(_) => "an array",
        ColumnType::Json | ColumnType::Jsonb => "any value",
        ColumnType::Scalar(ScalarType::Boolean) => "`true` or `false`",
        ColumnType::Scalar(scalar) if scalar.is_number() => "a number",
        ColumnType::Scalar(ScalarType::Uuid) => "a UUID in quotes",
        ColumnType::Scalar(ScalarType::Date) => "a date in quotes",
        ColumnType::Scalar(ScalarType::Time) => "a time in quotes",
        ColumnType::Scalar(ScalarType::Timestamp | ScalarType::TimestampTz) => {
            "a date-time in quotes"
        }
        ColumnType::Scalar(ScalarType::Bytea) => "base64 in quotes",
        ColumnType::Scalar(_) => "a text",
    }
}
