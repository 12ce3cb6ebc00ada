//! Texts for help lines that work when pasted: SQL names, column types and JSON values.

use crate::column_type::{ColumnType, ScalarType};
use crate::document::Example;
use crate::table::Column;

/// Words that `PostgreSQL` takes as a column's name only in quotes (its appendix C, "reserved").
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

/// A name as SQL reads it back: in quotes where it would be folded or taken for a keyword.
pub(super) fn sql_name(name: &str) -> String {
    let is_plain = !name.chars().any(|c| c.is_ascii_uppercase()) && !RESERVED.contains(&name);
    if is_plain {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

/// The type of a column that could keep an example.
pub(super) fn column_type(example: &Example) -> String {
    match example {
        Example::Array(elements) => match elements.first().map(|first| scalar_of(&first.value)) {
            Some(Some(scalar)) => format!("{scalar}[]"),
            _ => "JSONB".to_owned(),
        },
        other => scalar_of(other).map_or_else(|| "JSONB".to_owned(), |scalar| scalar.to_string()),
    }
}

/// The type of a scalar example, before a column refines it (spec-language, section 3).
pub(super) fn scalar_of(example: &Example) -> Option<ScalarType> {
    match example {
        Example::Boolean(_) => Some(ScalarType::Boolean),
        Example::Number(text) if text.parse::<i64>().is_ok() => Some(ScalarType::BigInt),
        Example::Number(_) => Some(ScalarType::Numeric(None)),
        Example::Text(text) => Some(text_type(text)),
        Example::Null | Example::Array(_) | Example::Object(_) => None,
    }
}

fn text_type(text: &str) -> ScalarType {
    if text == "uuid" || is_uuid(text) {
        ScalarType::Uuid
    } else if chrono::DateTime::parse_from_rfc3339(text).is_ok() {
        ScalarType::TimestampTz
    } else if text.len() == 10 && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() {
        ScalarType::Date
    } else {
        ScalarType::Text
    }
}

/// Only 8-4-4-4-12 (ruling H14).
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// A JSON value that fits a column.
pub(super) fn json_value(column_type: ColumnType) -> String {
    match column_type {
        ColumnType::Scalar(scalar) => json_scalar(scalar),
        ColumnType::Array(element) => format!("[{}]", json_scalar(element)),
        ColumnType::Json | ColumnType::Jsonb => "{}".to_owned(),
    }
}

fn json_scalar(scalar: ScalarType) -> String {
    match scalar {
        ScalarType::Uuid => "\"uuid\"".to_owned(),
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => {
            let limit = scalar.max_characters().unwrap_or(4);
            let text: String = "text"
                .chars()
                .take(usize::try_from(limit).unwrap_or(4))
                .collect();
            format!("\"{text}\"")
        }
        ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => "1".to_owned(),
        ScalarType::Numeric(Some(shape)) if shape.precision == shape.scale => "0.5".to_owned(),
        ScalarType::Numeric(Some(shape)) if shape.scale == 0 => "1".to_owned(),
        ScalarType::Numeric(_) | ScalarType::Real | ScalarType::Double => "1.5".to_owned(),
        ScalarType::Boolean => "true".to_owned(),
        ScalarType::Date => "\"2025-01-31\"".to_owned(),
        ScalarType::Time => "\"12:30:00\"".to_owned(),
        ScalarType::Timestamp | ScalarType::TimestampTz => "\"2025-01-31T12:30:00Z\"".to_owned(),
        ScalarType::Bytea => "\"aGk=\"".to_owned(),
    }
}

/// A `json` block that shows these columns, below a label.
pub(super) fn json_block<'c>(label: &str, columns: impl Iterator<Item = &'c Column>) -> String {
    let mut members: Vec<String> = columns
        .map(|column| {
            let value = json_value(column.column_type.value);
            format!("  \"{}\": {value}", column.name.value)
        })
        .collect();
    if members.is_empty() {
        members.push("  \"name\": \"text\"".to_owned());
    }
    let body = members.join(",\n");
    format!("\n**{label}**:\n```json\n{{\n{body}\n}}\n```\n")
}

/// What the type of an example is called.
pub(super) const fn kind(example: &Example) -> &'static str {
    match example {
        Example::Null => "null",
        Example::Boolean(_) => "a boolean",
        Example::Number(_) => "a number",
        Example::Text(_) => "a text",
        Example::Array(_) => "an array",
        Example::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_sql_would_read_another() {
        assert_eq!(sql_name("price"), "price");
        assert_eq!(sql_name("birthDate"), "\"birthDate\"");
        assert_eq!(sql_name("order"), "\"order\"");
    }

    #[test]
    fn the_type_of_an_example_is_the_one_of_the_page() {
        let text = |text: &str| scalar_of(&Example::Text(text.to_owned()));
        assert_eq!(text("uuid"), Some(ScalarType::Uuid));
        assert_eq!(text("2025-01-01"), Some(ScalarType::Date));
        assert_eq!(text("2025-1-01"), Some(ScalarType::Text));
        assert_eq!(text("2025-01-01T00:00:00Z"), Some(ScalarType::TimestampTz));
        assert_eq!(
            text("{00000000-0000-0000-0000-000000000000}"),
            Some(ScalarType::Text)
        );
        let number = |text: &str| scalar_of(&Example::Number(text.to_owned()));
        assert_eq!(number("123"), Some(ScalarType::BigInt));
        assert_eq!(number("12.5"), Some(ScalarType::Numeric(None)));
        assert_eq!(
            number("99999999999999999999"),
            Some(ScalarType::Numeric(None))
        );
    }
}
