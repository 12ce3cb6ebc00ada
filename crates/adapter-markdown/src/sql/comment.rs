//! `COMMENT ON TABLE`, `COLUMN`, `INDEX` and `CONSTRAINT`.

use specd_domain::Located;
use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::name::{ColumnName, ConstraintName, TableName};
use specd_domain::table::Table;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::report::Report;
use super::{index, name, slip};
use crate::suggest::nearest;

/// Reads the statement, whose `COMMENT ON` was passed, into the table.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    table: &mut Table,
) -> Option<()> {
    if cursor.eat_word("table").is_some() {
        index::own_table(cursor, report, table)?;
        table.comment = text(cursor, report)?;
    } else if cursor.eat_word("column").is_some() {
        let column = column(cursor, report, table)?;
        let comment = text(cursor, report)?;
        set_comment(&column, comment, table, report);
    } else if cursor.eat_word("index").is_some() {
        let index = name::read_qualified::<ConstraintName>(cursor, report, "the name of an index")?;
        let is_known = table.indexes.iter().any(|known| known.name == index.value);
        if !is_known {
            let names = table.indexes.iter().map(|index| index.name.as_str());
            unknown("index", index.value.as_str(), index.span, names, report);
        }
        text(cursor, report)?;
    } else if cursor.eat_word("constraint").is_some() {
        name::read::<ConstraintName>(cursor, report, "the name of a constraint")?;
        if cursor.eat_word("on").is_none() {
            slip::unexpected(cursor, report, "`ON` and the table");
            return None;
        }
        index::own_table(cursor, report, table)?;
        text(cursor, report)?;
    } else {
        let finding = report
            .error(
                Code::SqlComment,
                cursor.here(),
                "a document comments its table, columns, indexes and constraints alone",
            )
            .expecting("expected `TABLE`, `COLUMN`, `INDEX` or `CONSTRAINT`");
        report.push(finding);
        return None;
    }
    if !cursor.is_done() {
        slip::unexpected(cursor, report, "`;`");
    }
    Some(())
}

/// `table.column`; the table must be the schema's.
fn column(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    table: &Table,
) -> Option<Located<ColumnName>> {
    let is_qualified = cursor
        .peek_at(1)
        .is_some_and(|dot| dot.token == Token::Period);
    if !is_qualified {
        let place = cursor.here();
        let shown = report.text(place.clone());
        let finding = report
            .error(
                Code::SqlSyntax,
                place.clone(),
                "the table of the column is missing",
            )
            .expecting("expected `table.column`")
            .replacing(
                "name both",
                report.span(place.clone()),
                format!("{}.{shown}", table.name.value),
            );
        report.push(finding);
        return None;
    }
    // A schema before the table is judged with it.
    let has_schema = cursor
        .peek_at(3)
        .is_some_and(|dot| dot.token == Token::Period);
    if has_schema {
        let mut schema = Cursor::new(cursor.lexemes().get(..3)?, cursor.end());
        let _: Located<TableName> = name::read_qualified(&mut schema, report, "a table")?;
        cursor.skip(2);
    }
    let mut own = Cursor::new(cursor.lexemes().get(..1)?, cursor.end());
    index::own_table(&mut own, report, table)?;
    cursor.skip(2);
    name::read(cursor, report, "the name of a column")
}

/// `IS 'text'`; `IS NULL` takes the comment away.
#[expect(
    clippy::option_option,
    reason = "reported, or no comment, or a comment"
)]
fn text(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<Option<String>> {
    if cursor.eat_word("is").is_none() {
        slip::unexpected(cursor, report, "`IS` and a text");
        return None;
    }
    if cursor.eat_word("null").is_some() {
        return Some(None);
    }
    let Some(text) = cursor.peek().and_then(|next| next.text()) else {
        slip::unexpected(cursor, report, "a text in single quotes");
        return None;
    };
    cursor.next();
    Some(Some(text.to_owned()))
}

fn set_comment(
    name: &Located<ColumnName>,
    comment: Option<String>,
    table: &mut Table,
    report: &mut Report<'_, '_>,
) {
    let found = table
        .columns
        .iter_mut()
        .find(|column| column.name.value == name.value);
    if let Some(column) = found {
        column.comment = comment;
        return;
    }
    let names = table
        .columns
        .iter()
        .map(|column| column.name.value.as_str());
    unknown("column", name.value.as_str(), name.span, names, report);
}

fn unknown<'n>(
    kind: &str,
    name: &str,
    span: specd_domain::Span,
    known: impl Iterator<Item = &'n str>,
    report: &mut Report<'_, '_>,
) {
    let finding = Diagnostic::error(
        Code::SqlComment,
        span,
        format!("the schema has no {kind} `{name}`"),
    )
    .expecting(format!("no {kind} of this name"));
    let finding = match nearest(name, known) {
        Some(nearest) => finding.replacing(format!("did you mean `{nearest}`?"), span, nearest),
        None => finding,
    };
    report.push(finding);
}
