//! Cells as an answer shows them, without a value in between.

use std::fmt;

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::{Value, write_json_text};

use super::{Cell, Mismatch};

/// A cell where the database keeps it.
#[derive(Clone, Copy, PartialEq)]
pub enum CellRef<'a> {
    /// Null.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl fmt::Debug for CellRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Integer(_) => "Integer(…)",
            Self::Real(_) => "Real(…)",
            Self::Text(_) => "Text(…)",
            Self::Blob(_) => "Blob(…)",
        })
    }
}

impl CellRef<'_> {
    /// How many bytes it holds.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Null => 0,
            Self::Integer(_) | Self::Real(_) => 8,
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
        }
    }

    /// A cell of its own.
    pub fn to_cell(self) -> Cell {
        match self {
            Self::Null => Cell::Null,
            Self::Integer(number) => Cell::Integer(number),
            Self::Real(number) => Cell::Real(number),
            Self::Text(text) => Cell::Text(text.to_owned()),
            Self::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        }
    }

    /// Appends the JSON that its [value](Cell::value) has.
    ///
    /// # Errors
    /// What is stored is not of this type.
    pub fn write_json(self, column_type: ColumnType, out: &mut String) -> Result<(), Mismatch> {
        match (column_type, self) {
            (_, Self::Null) => out.push_str("null"),
            (ColumnType::Json | ColumnType::Jsonb, Self::Text(text)) => out.push_str(text),
            (ColumnType::Scalar(scalar), Self::Text(text)) if scalar.is_text() => {
                write_json_text(out, text);
            }
            (ColumnType::Scalar(ScalarType::Uuid), Self::Text(text)) if is_hyphenated(text) => {
                out.push('"');
                out.push_str(text);
                out.push('"');
            }
            (ColumnType::Scalar(scalar), Self::Integer(number)) if scalar.is_integer() => {
                Value::Integer(number).write_json(out);
            }
            (column_type, cell) => cell.to_cell().value(column_type)?.write_json(out),
        }
        Ok(())
    }
}

/// Whether a text is spelt as specd spells an id; by hand it may be spelt otherwise.
fn is_hyphenated(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
