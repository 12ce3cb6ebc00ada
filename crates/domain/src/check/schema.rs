//! The schema is there (spec-language, section 4).

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Entry, Example};
use crate::endpoint::Operation;

use super::endpoints::block;
use super::paste;
use super::subject::Subject;

/// There is a `sql` block.
pub(super) fn present(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let document = subject.document;
    if !matches!(document.schema, Entry::Missing) {
        return;
    }
    findings.push(
        Diagnostic::error(
            Code::SchemaMissing,
            document.schema_span,
            "the document has no schema",
        )
        .expecting("expected a `sql` block with one `CREATE TABLE` below Data Schema")
        .replacing(
            "add a table",
            subject.line_below(document.schema_span.start),
            block_of(subject),
        ),
    );
}

/// A schema that keeps what the POST's request carries.
fn block_of(subject: &Subject<'_>) -> String {
    let table = subject.path().map_or_else(
        || "orders".to_owned(),
        |path| path.collection.as_str().replace('-', "_"),
    );
    let mut columns = vec!["id UUID PRIMARY KEY DEFAULT uuidv7()".to_owned()];
    let request = subject
        .entry(Operation::Create)
        .and_then(|entry| block(&entry.request));
    if let Some(Example::Object(members)) = request.map(|request| &request.value.value) {
        for (key, value) in members {
            let name = key.value.as_str();
            if name != "id" && crate::name::ColumnName::new(name).is_ok() {
                let column_type = paste::column_type(&value.value);
                columns.push(format!("{} {column_type} NOT NULL", paste::sql_name(name)));
            }
        }
    }
    columns.push("created_at TIMESTAMPTZ NOT NULL DEFAULT now()".to_owned());
    let columns = columns.join(",\n    ");
    let table = paste::sql_name(&table);
    format!("\n**Database Schema**:\n```sql\nCREATE TABLE {table} (\n    {columns}\n);\n```\n")
}
