//! Whole SPEC documents, approved and complete, around generated tables.

use std::fmt::Write as _;

use proptest::prelude::*;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;

use super::bodies::body_of;
use super::tables::tables;
use super::values::fits;
use crate::sample::values::edges;

/// A document with the table that it is about.
#[derive(Clone, Debug)]
pub struct GeneratedDocument {
    /// The table.
    pub table: Table,
    /// The columns by which a list may be filtered and sorted: every scalar one.
    pub keys: Vec<String>,
    /// The Markdown.
    pub markdown: String,
}

/// Documents of this number, on the collection `name` with a table of that name.
pub fn documents(number: u16, name: &'static str) -> impl Strategy<Value = GeneratedDocument> {
    tables(name).prop_map(move |table| written(number, table))
}

/// The document around a table: all six endpoints, every scalar column a filter and a sort key, no authentication.
pub fn written(number: u16, table: Table) -> GeneratedDocument {
    let keys: Vec<String> = table
        .columns
        .iter()
        .filter(|column| {
            column
                .scalar()
                .is_some_and(|scalar| scalar != ScalarType::Bytea)
        })
        .map(|column| column.name.value.as_str().to_owned())
        .collect();
    let markdown = markdown(number, &table, &keys);
    GeneratedDocument {
        table,
        keys,
        markdown,
    }
}

fn markdown(number: u16, table: &Table, keys: &[String]) -> String {
    let collection = table.name.value.as_str();
    let path = format!("/api/v1/{collection}");
    let declared = keys
        .iter()
        .flat_map(|key| [format!("{key}={{{key}}}"), format!("sort={{{key}}}")]);
    let query = declared.collect::<Vec<_>>().join("&");
    let example: Vec<Value> = table.columns.iter().map(example).collect();
    let request = body_of(table, &example);
    let schema = schema(table);
    format!(
        "# SPEC {number:04}: {collection}\n\n\
         **Status**: approved\n**Author**: Ada Lovelace\n**Created**: 2025-01-01\n**Last Updated**: 2025-01-02\n\
         **Reviewers**: @architect\n\n\
         ## Proposal\n\n### API Design\n\n\
         **Endpoint**: `POST {path}`\n\n\
         **Request**:\n```json\n{request}\n```\n\n**Response**:\n```json\n{request}\n```\n\n\
         **Status Codes**:\n- `201 Created`: Success\n- `400 Bad Request`: Invalid input\n\n\
         **Endpoint**: `GET {path}?{query}`\n\n\
         **Endpoint**: `GET {path}/{{id}}`\n\n\
         **Endpoint**: `PUT {path}/{{id}}`\n\n\
         **Endpoint**: `PATCH {path}/{{id}}`\n\n\
         **Endpoint**: `DELETE {path}/{{id}}`\n\n\
         ### Data Schema\n\n**Database Schema**:\n```sql\n{schema}```\n\n\
         ## Backwards Compatibility\n\n- [x] **No breaking changes** - Fully backwards compatible\n\
         - [ ] **Breaking changes** - Describe impact:\n\n\
         ## Security / Compliance Considerations\n\n### Security\n- **Authentication**: none\n\n\
         ## Decision & Next Steps\n\n### Decision\n- [x] **Approved** - Proceed with implementation\n\n\
         ---\n\n**Approval**:\n- [x] Architect: @architect\n"
    )
}

/// A value that shows the column's type in an example, and keeps the generated checks.
fn example(column: &Column) -> Value {
    let column_type = column.column_type.value;
    let mut values = edges(column_type);
    values.retain(|value| fits(column_type, value));
    let is_plain = |value: &&Value| match value {
        Value::Integer(number) => *number >= 0,
        Value::Text(text) => text.len() == 1,
        Value::Array(values) => values.len() == 1,
        Value::Json(text) => text == "{}",
        Value::Bytes(bytes) => bytes.len() == 2,
        _ => true,
    };
    let found = values.iter().find(is_plain).or_else(|| values.first());
    found.cloned().unwrap_or(Value::Null)
}

fn schema(table: &Table) -> String {
    let name = &table.name.value;
    let mut lines: Vec<String> = table.columns.iter().map(definition).collect();
    for check in &table.checks {
        // Generated checks compare one whole number with -1.
        let column = check.name.as_str().trim_start_matches(name.as_str());
        let column = column.trim_start_matches('_').trim_end_matches("_check");
        lines.push(format!("CHECK ({column} >= -1)"));
    }
    let mut sql = format!("CREATE TABLE {name} (\n    {}\n);\n", lines.join(",\n    "));
    for index in &table.indexes {
        let columns: Vec<_> = index
            .columns
            .iter()
            .map(|column| column.column.value.as_str())
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            sql,
            "CREATE INDEX {} ON {name} ({});",
            index.name,
            columns.join(", ")
        );
    }
    sql
}

fn definition(column: &Column) -> String {
    let mut line = format!("{} {}", column.name.value, column.column_type.value);
    if column.name.value == *"id" {
        line.push_str(" PRIMARY KEY");
    } else if !column.nullable {
        line.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        line.push_str(" DEFAULT ");
        line.push_str(&default_sql(&default.value, column.column_type.value));
    }
    line
}

fn default_sql(default: &DefaultValue, column_type: ColumnType) -> String {
    match default {
        DefaultValue::Literal(value) => {
            let text = value.to_text().unwrap_or_default();
            let is_bare = matches!(
                value,
                Value::Integer(_) | Value::Decimal(_) | Value::Boolean(_)
            );
            if is_bare {
                text
            } else {
                format!("'{text}'::{column_type}")
            }
        }
        DefaultValue::Now => String::from("now()"),
        DefaultValue::RandomUuid => String::from("gen_random_uuid()"),
        DefaultValue::TimeUuid => String::from("uuidv7()"),
        // A sequence is a type in a document, and generated tables have none.
        DefaultValue::Sequence => String::from("NULL"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::everything::everything;

    #[test]
    fn a_document_of_every_type_shows_each_of_its_columns() {
        let document = written(7, everything());
        assert!(document.markdown.starts_with("# SPEC 0007: everything\n"));
        for column in &document.table.columns {
            let line = format!("{} {}", column.name.value, column.column_type.value);
            assert!(document.markdown.contains(&line), "{line}");
        }
    }
}
