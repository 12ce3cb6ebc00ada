//! Values that travel column by column: an array for each, whose number of elements is no part of the statement's text.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;

use crate::cell::hexadecimal;
use crate::statement::Statement;

/// The columns of what is sent.
#[derive(Debug, Default)]
pub(crate) struct Columnwise {
    columns: Vec<(ColumnType, Value)>,
}

/// What the rows are called in the statement; no table of a document has such a name.
const SENT: &str = "specd_sent";

impl Columnwise {
    /// Adds a column, and tells what stands for its value of a row in the statement.
    ///
    /// `unnest` flattens arrays of arrays, and JSON has no elements: both travel as one text a row and are cast.
    pub(crate) fn add(
        &mut self,
        column_type: ColumnType,
        values: impl Iterator<Item = Value>,
    ) -> String {
        let place = format!("{SENT}.c{}", self.columns.len());
        let (scalar, values, cast) = match column_type {
            ColumnType::Scalar(scalar) => {
                let is_char = matches!(scalar, ScalarType::Char(_));
                (
                    scalar,
                    values.collect(),
                    if is_char { "::bpchar" } else { "" }.to_owned(),
                )
            }
            ColumnType::Json => (
                ScalarType::Text,
                values.map(as_text).collect(),
                "::json".to_owned(),
            ),
            ColumnType::Jsonb => (
                ScalarType::Text,
                values.map(as_text).collect(),
                "::jsonb".to_owned(),
            ),
            ColumnType::Array(scalar) => {
                let cast = format!("::{}[]", element_type(scalar));
                (ScalarType::Text, values.map(as_text).collect(), cast)
            }
        };
        self.columns
            .push((ColumnType::Array(scalar), Value::Array(values)));
        place + &cast
    }

    /// Appends the rows, as something to select from.
    pub(crate) fn push_onto(&mut self, statement: &mut Statement) {
        let columns = std::mem::take(&mut self.columns);
        let names: Vec<_> = (0..columns.len())
            .map(|number| format!("c{number}"))
            .collect();
        statement.push("unnest(");
        for (number, (column_type, values)) in columns.into_iter().enumerate() {
            if number > 0 {
                statement.push(", ");
            }
            statement.bind(column_type, values);
        }
        statement.push(&format!(
            ") WITH ORDINALITY AS {SENT} ({}, position)",
            names.join(", ")
        ));
    }

    /// What stands for the place of a row among the others, from one on.
    pub(crate) fn position() -> String {
        format!("{SENT}.position")
    }
}

/// The type of an element, without its length or its precision: a cast to these would cut or round.
const fn element_type(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Uuid => "uuid",
        ScalarType::Varchar(_) | ScalarType::Text => "text",
        ScalarType::Char(_) => "bpchar",
        ScalarType::SmallInt => "smallint",
        ScalarType::Integer => "integer",
        ScalarType::BigInt => "bigint",
        ScalarType::Numeric(_) => "numeric",
        ScalarType::Real => "real",
        ScalarType::Double => "double precision",
        ScalarType::Boolean => "boolean",
        ScalarType::Date => "date",
        ScalarType::Time => "time",
        ScalarType::Timestamp => "timestamp",
        ScalarType::TimestampTz => "timestamptz",
        ScalarType::Bytea => "bytea",
    }
}

fn as_text(value: Value) -> Value {
    match value {
        Value::Json(text) => Value::Text(text),
        Value::Array(elements) => Value::Text(array_literal(&elements)),
        other => other,
    }
}

/// An array as `PostgreSQL` reads it, each element in quotes.
fn array_literal(elements: &[Value]) -> String {
    let mut literal = String::from("{");
    for (number, element) in elements.iter().enumerate() {
        literal.push_str(if number > 0 { ",\"" } else { "\"" });
        for character in element_text(element).chars() {
            if matches!(character, '"' | '\\') {
                literal.push('\\');
            }
            literal.push(character);
        }
        literal.push('"');
    }
    literal.push('}');
    literal
}

fn element_text(element: &Value) -> String {
    match element {
        Value::Bytes(bytes) => format!("\\x{}", hexadecimal(bytes)),
        element => element.to_text().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_cannot_leave_their_quotes() {
        let texts = ["a", "", "NULL", "\"", "\\", "},{"];
        let elements: Vec<_> = texts
            .iter()
            .map(|text| Value::Text((*text).to_owned()))
            .collect();
        assert_eq!(
            array_literal(&elements),
            r#"{"a","","NULL","\"","\\","},{"}"#
        );
        assert_eq!(
            array_literal(&[Value::Bytes(vec![0, 255])]),
            r#"{"\\x00ff"}"#
        );
        assert_eq!(array_literal(&[]), "{}");
    }

    #[test]
    fn the_text_is_the_same_for_any_number_of_rows() {
        let text = |count: usize| {
            let mut sent = Columnwise::default();
            sent.add(ColumnType::Jsonb, std::iter::repeat_n(Value::Null, count));
            let mut statement = Statement::new("");
            sent.push_onto(&mut statement);
            statement.text()
        };
        assert_eq!(text(1), text(100));
    }
}
