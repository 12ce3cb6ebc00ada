//! The two dialects, and how names and texts are written in both.

use specd_domain::column_type::{ColumnType, ScalarType};

/// What a database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `PostgreSQL`.
    Postgres {
        /// Whether the server has `uuidv7()` (from version 18 on).
        has_uuid_v7: bool,
    },
    /// `SQLite`.
    Sqlite,
}

impl Dialect {
    /// Whether this is `SQLite`.
    pub const fn is_sqlite(self) -> bool {
        matches!(self, Self::Sqlite)
    }
}

/// The collation by which `SQLite` compares decimals.
pub const DECIMAL_COLLATION: &str = "specd_decimal";

/// As many bytes as the columns of most tables take.
const LINE: usize = 128;

/// A name in quotes. Both dialects take the same.
pub fn quoted(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    push_quoted(&mut text, name);
    text
}

/// Appends a name in quotes.
pub fn push_quoted(text: &mut String, name: &str) {
    text.push('"');
    for (number, part) in name.split('"').enumerate() {
        text.push_str(if number > 0 { "\"\"" } else { "" });
        text.push_str(part);
    }
    text.push('"');
}

/// Names in quotes with commas between them.
pub fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::with_capacity(LINE);
    for name in names {
        text.push_str(if text.is_empty() { "" } else { ", " });
        push_quoted(&mut text, name);
    }
    text
}

/// A text literal of `PostgreSQL`, whatever `standard_conforming_strings` is.
pub fn postgres_text(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') {
        format!("E'{}'", doubled.replace('\\', "\\\\"))
    } else {
        format!("'{doubled}'")
    }
}

/// A text literal of `SQLite`.
pub fn sqlite_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The type of a column in `PostgreSQL`; text sorts by code point.
pub fn postgres_type(column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Scalar(scalar) | ColumnType::Array(scalar) if scalar.is_text() => {
            format!("{column_type} COLLATE \"C\"")
        }
        _ => column_type.to_string(),
    }
}

/// The type of a column in `SQLite`.
///
/// Times are whole microseconds, dates whole days, decimals text under a collation of ours: none of them is ever compared
/// as a floating-point number.
pub fn sqlite_type(column_type: ColumnType) -> String {
    let name = match column_type {
        ColumnType::Json | ColumnType::Jsonb | ColumnType::Array(_) => "TEXT",
        ColumnType::Scalar(scalar) => match scalar {
            ScalarType::SmallInt
            | ScalarType::Integer
            | ScalarType::BigInt
            | ScalarType::Boolean
            | ScalarType::Date
            | ScalarType::Time
            | ScalarType::Timestamp
            | ScalarType::TimestampTz => "INTEGER",
            ScalarType::Real | ScalarType::Double => "REAL",
            ScalarType::Bytea => "BLOB",
            ScalarType::Numeric(_) => return format!("TEXT COLLATE {DECIMAL_COLLATION}"),
            ScalarType::Uuid | ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => {
                "TEXT"
            }
        },
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_cannot_leave_their_quotes() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(postgres_text("it's"), "'it''s'");
        assert_eq!(postgres_text("\\'; --"), "E'\\\\''; --'");
        assert_eq!(sqlite_text("\\'; --"), "'\\''; --'");
    }
}
