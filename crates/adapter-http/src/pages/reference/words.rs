//! Types in words, and words that hold code.

use maud::{Markup, html};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::{Field, Shape};
use specd_domain::table::Column;

/// Text with `` `code` `` in it.
pub(super) fn prose(text: &str) -> Markup {
    let pieces = text.split('`').enumerate();
    // An odd number of marks: the last one is no mark.
    let is_even = text.matches('`').count().is_multiple_of(2);
    html! {
        @if is_even {
            @for (position, piece) in pieces {
                @if position % 2 == 1 { code { (piece) } } @else { (piece) }
            }
        } @else {
            (text)
        }
    }
}

/// The type of a field of a body.
pub(super) fn form(field: &Field, column: Option<&Column>) -> String {
    match column {
        Some(column) => column_type(column.column_type.value, &field.shape),
        None => shape(&field.shape),
    }
}

/// The type of a column.
pub(super) fn column_type(column_type: ColumnType, below: &Shape) -> String {
    match column_type {
        ColumnType::Scalar(of) => scalar(of),
        ColumnType::Array(of) => format!("list: {}", scalar(of)),
        ColumnType::Json | ColumnType::Jsonb => shape(below),
    }
}

/// The type of a value below a JSON column.
pub(super) fn shape(of: &Shape) -> String {
    match of {
        Shape::Scalar(of) => scalar(*of),
        Shape::Array(element) => match &**element {
            Shape::Scalar(of) => format!("list: {}", scalar(*of)),
            Shape::Object(_) | Shape::AnyObject => "list of objects".to_owned(),
            _ => "list".to_owned(),
        },
        Shape::Object(_) => "object".to_owned(),
        Shape::AnyObject => "any object".to_owned(),
        Shape::AnyArray => "any list".to_owned(),
        Shape::Any => "anything".to_owned(),
    }
}

/// A scalar type.
pub(super) fn scalar(of: ScalarType) -> String {
    let fixed = match of {
        ScalarType::Varchar(Some(most)) | ScalarType::Char(most) => {
            let plural = if most == 1 { "" } else { "s" };
            return format!("text, at most {most} character{plural}");
        }
        ScalarType::Numeric(Some(shape)) => {
            let whole = shape.precision.saturating_sub(shape.scale);
            return format!(
                "number, {whole} digits before the point and {} after it",
                shape.scale
            );
        }
        ScalarType::Varchar(None) | ScalarType::Text => "text",
        ScalarType::Uuid => "UUID",
        ScalarType::SmallInt => "whole number, 16 bits",
        ScalarType::Integer => "whole number, 32 bits",
        ScalarType::BigInt => "whole number, 64 bits",
        ScalarType::Numeric(None) => "number",
        ScalarType::Real => "number, 32-bit floating point",
        ScalarType::Double => "number, 64-bit floating point",
        ScalarType::Boolean => "true or false",
        ScalarType::Date => "date",
        ScalarType::Time => "time of day",
        ScalarType::Timestamp | ScalarType::TimestampTz => "date and time with an offset",
        ScalarType::Bytea => "bytes in base64",
    };
    fixed.to_owned()
}
