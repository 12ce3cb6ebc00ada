//! `CREATE INDEX`.

use std::ops::Range;

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::name::ConstraintName;
use specd_domain::table::{Index, IndexColumn, Table};
use specd_domain::{Located, Severity};

use super::constraint;
use super::cursor::Cursor;
use super::derive::{self, Names};
use super::expression::{self, Scope};
use super::report::Report;
use super::{name, slip, table};

/// Reads the statement, whose `CREATE` is next, into the table.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    names: &mut Names,
    table: &mut Table,
) -> Option<()> {
    let statement = cursor.remaining();
    cursor.next();
    let unique = cursor.eat_word("unique").is_some();
    cursor.next();
    if let Some(range) = cursor.eat_words(&["concurrently"]) {
        let finding = Diagnostic::new(
            Code::SqlColumnOption,
            Severity::Warning,
            report.span(range.clone()),
            "`CONCURRENTLY` has no effect: the schema is applied in one transaction",
        )
        .replacing("leave it out", report.span(range), "");
        report.push(finding);
    }
    cursor.eat_words(&["if", "not", "exists"]);
    let given = if cursor.at_words(&["on"]) {
        None
    } else {
        Some(name::read_qualified::<ConstraintName>(
            cursor,
            report,
            "a name or `ON`",
        )?)
    };
    let given = given.filter(|given| table::take_name(given, names, report));
    if cursor.eat_word("on").is_none() {
        slip::unexpected(cursor, report, "`ON` and the table");
        return None;
    }
    cursor.eat_word("only");
    own_table(cursor, report, table)?;
    method(cursor, report);
    let (columns, is_whole) = name::read_list(cursor, report, column)?;
    constraint::nulls(cursor, report);
    clauses(cursor, report);
    let predicate = predicate(cursor, report, table);
    if !cursor.is_done() {
        slip::unexpected(cursor, report, "`WHERE` or `;`");
    }
    if !is_whole {
        return None;
    }
    let joined = derive::join(columns.iter().map(|column| &column.column.value));
    let name = match given {
        Some(given) => given.value,
        None => names.derive(table.name.value.as_str(), &joined, "idx")?,
    };
    table.indexes.push(Index {
        name,
        columns,
        unique,
        predicate,
        span: report.span(statement),
    });
    Some(())
}

/// The name of the table that the schema creates; another one is reported.
pub(super) fn own_table(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    table: &Table,
) -> Option<()> {
    let named = name::read_qualified::<specd_domain::name::TableName>(
        cursor,
        report,
        "the name of the table",
    )?;
    if named.value == table.name.value {
        return Some(());
    }
    let finding = Diagnostic::error(
        Code::SqlOtherTable,
        named.span,
        format!("the schema does not create the table `{}`", named.value),
    )
    .expecting("another table")
    .pointing_at(table.name.span, "the table of this document")
    .replacing(
        format!("did you mean `{}`?", table.name.value),
        named.span,
        table.name.value.as_str(),
    );
    report.push(finding);
    Some(())
}

fn method(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    let start = cursor.start();
    if cursor.eat_word("using").is_none() {
        return;
    }
    let is_btree = cursor.at_words(&["btree"]);
    cursor.next();
    if !is_btree {
        let shown = report.quote(start..cursor.end());
        constraint::refuse(start..cursor.end(), &format!("an index {shown}"), report);
    }
}

fn column(part: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<IndexColumn> {
    let whole = part.remaining();
    let is_call = part
        .peek_at(1)
        .is_some_and(|next| next.token == sqlparser::tokenizer::Token::LParen);
    let is_expression = part.at(&sqlparser::tokenizer::Token::LParen) || is_call;
    if is_expression {
        refuse_expression(whole, report);
        return None;
    }
    let column: Located<_> = name::read(part, report, "the name of a column")?;
    if let Some(range) = part.eat_words(&["collate"]) {
        part.next();
        constraint::refuse(range.start..part.end(), "a collation of an index", report);
    }
    let mut descending = false;
    if part.eat_word("desc").is_some() {
        descending = true;
    } else {
        part.eat_word("asc");
    }
    nulls_order(part, descending, report);
    if !part.is_done() {
        slip::unexpected(part, report, "`,`, `)`, `ASC` or `DESC`");
        return None;
    }
    Some(IndexColumn { column, descending })
}

/// `NULLS FIRST` and `NULLS LAST` serve no list: the order of nulls is the server's.
fn nulls_order(part: &mut Cursor<'_>, descending: bool, report: &mut Report<'_, '_>) {
    let first = part.eat_words(&["nulls", "first"]);
    let last = part.eat_words(&["nulls", "last"]);
    let (range, is_usual) = match (first, last) {
        (Some(range), _) => (range, descending),
        (_, Some(range)) => (range, !descending),
        _ => return,
    };
    if !is_usual {
        let shown = report.quote(range.clone());
        constraint::refuse(range, &format!("{shown} against the usual order"), report);
    }
}

fn refuse_expression(place: Range<usize>, report: &mut Report<'_, '_>) {
    let finding = report
        .error(
            Code::SqlExpression,
            place,
            "an index over an expression is not served",
        )
        .expecting("only columns may stand here")
        .helping("index the column itself, or keep the value in a column of its own");
    report.push(finding);
}

/// Clauses between the columns and `WHERE`.
fn clauses(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    while let Some(next) = cursor
        .peek()
        .filter(|next| next.is_one_of(&["include", "with", "tablespace"]))
    {
        let start = next.start;
        cursor.next();
        if cursor.parentheses().is_none() {
            cursor.next();
        }
        let shown = report.quote(next.range());
        constraint::refuse(start..cursor.end(), &format!("the clause {shown}"), report);
    }
}

fn predicate(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    table: &Table,
) -> Option<Located<specd_domain::rule::Expr>> {
    cursor.eat_word("where")?;
    let scope = Scope {
        table: table.name.value.to_string(),
        columns: table
            .columns
            .iter()
            .map(|column| column.name.value.to_string())
            .collect(),
    };
    let predicate = expression::read(cursor, &scope, report);
    if predicate.is_none() {
        cursor.skip_all();
    }
    predicate
}
