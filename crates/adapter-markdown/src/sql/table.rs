//! `CREATE TABLE`: its columns and constraints, and names for those that have none.

mod placing;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::name::TableName;
use specd_domain::table::{Column, Table};
use specd_domain::{Located, Span};
use sqlparser::tokenizer::Token;

pub(super) use self::placing::take_name;
use self::placing::{in_order, place};
use super::constraint::{self, Constraint, TABLE_CONSTRAINTS};
use super::cursor::Cursor;
use super::derive::Names;
use super::expression::Scope;
use super::lexeme::Lexeme;
use super::report::Report;
use super::{column, name, slip, types};

/// Reads the statement, whose `CREATE` is next. `names` takes the names of the constraints.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    names: &mut Names,
) -> Option<Table> {
    let statement = cursor.remaining();
    cursor.next();
    modifiers(cursor, report);
    cursor.next();
    cursor.eat_words(&["if", "not", "exists"]);
    let name = name::read_qualified::<TableName>(cursor, report, "the name of the table")?;
    let before = report.count();
    let Some(list) = cursor.parentheses() else {
        no_columns(cursor, report);
        return None;
    };
    let definitions = list.inside.parts();
    let scope = Scope {
        table: name.value.to_string(),
        columns: column_names(&definitions),
    };
    let mut parts = Parts::default();
    for (index, (mut part, comma)) in definitions.iter().copied().enumerate() {
        if report.is_full() {
            break;
        }
        let is_last = index + 1 == definitions.len();
        definition(&mut part, comma, is_last, &scope, &mut parts, report);
    }
    if !list.is_closed && report.count() == before {
        slip::unclosed(&list, report);
    }
    trailing(cursor, report);
    let span = report.span(statement);
    Some(parts.finish(name, span, names, report))
}

/// `OR REPLACE`, `TEMPORARY`, `UNLOGGED`: whatever stands between `CREATE` and `TABLE`.
fn modifiers(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    let start = cursor.start();
    while !cursor.at_words(&["table"]) && !cursor.is_done() {
        cursor.next();
    }
    let place = start..cursor.end();
    if place.start < place.end {
        let shown = report.quote(place.clone());
        refuse(place, &format!("{shown} before `TABLE`"), report);
    }
}

fn no_columns(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    if cursor.is_done() || !cursor.peek().is_some_and(Lexeme::is_name) {
        slip::unexpected(cursor, report, "`(` and the columns");
        return;
    }
    let place = cursor.remaining();
    let shown = report.quote(cursor.here());
    refuse(
        place,
        &format!("a table without its own columns ({shown})"),
        report,
    );
}

/// Whatever stands behind the columns.
fn trailing(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    let place = cursor.remaining();
    if cursor.at(&Token::RParen) {
        slip::unexpected(cursor, report, "`;`");
        return;
    }
    if let Some(next) = cursor.peek() {
        let is_statement = cursor.at_words(&["comment", "on"])
            || next.is_one_of(&["create", "alter", "drop", "grant", "insert", "select"]);
        if is_statement {
            let end = cursor.end()..cursor.end();
            let shown = report.quote(next.range());
            let finding = report
                .error(
                    Code::SqlSyntax,
                    next.range(),
                    format!("a `;` is missing before {shown}"),
                )
                .expecting("a new statement begins here")
                .replacing("end the statement before it", report.span(end), ";");
            report.push(finding);
            return;
        }
        let shown = report.quote(next.range());
        refuse(place, &format!("the clause {shown} of a table"), report);
    }
}

fn refuse(place: Range<usize>, what: &str, report: &mut Report<'_, '_>) {
    let finding = report
        .error(
            Code::SqlTableClause,
            place.clone(),
            format!("{what} is not served"),
        )
        .expecting("a table is its columns and constraints, and nothing else")
        .replacing("leave it out", report.span(place), "");
    report.push(finding);
}

/// The names of the columns, before any of them is read: a `CHECK` may speak of a later one.
fn column_names(definitions: &[(Cursor<'_>, Option<&Lexeme>)]) -> BTreeSet<String> {
    definitions
        .iter()
        .filter_map(|(part, _)| match &part.peek()?.token {
            Token::Word(word) if word.quote_style.is_some() => Some(word.value.clone()),
            Token::Word(word) => Some(word.value.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// The parts of a table as they are read.
#[derive(Default)]
struct Parts {
    columns: Vec<Column>,
    constraints: Vec<Constraint>,
    /// Where each name stands first.
    places: BTreeMap<String, Span>,
}

fn definition(
    part: &mut Cursor<'_>,
    comma: Option<&Lexeme>,
    is_last: bool,
    scope: &Scope,
    parts: &mut Parts,
    report: &mut Report<'_, '_>,
) {
    if let Some(semicolon) = comma.filter(|comma| comma.token == Token::SemiColon) {
        let finding = report
            .error(
                Code::SqlSyntax,
                semicolon.range(),
                "a `;` stands inside the parentheses",
            )
            .expecting("expected `,`")
            .replacing("put a comma", report.span(semicolon.range()), ",");
        report.push(finding);
    }
    if part.is_done() {
        if is_last && !parts.is_empty() {
            slip::trailing_comma(part.end(), report);
        } else {
            slip::unexpected_before(part, comma, report, "a column or a constraint");
        }
        return;
    }
    while !part.is_done() {
        let before = part.lexemes().len();
        one(part, scope, parts, report);
        if part.lexemes().len() == before {
            break;
        }
    }
}

fn one(part: &mut Cursor<'_>, scope: &Scope, parts: &mut Parts, report: &mut Report<'_, '_>) {
    if part
        .peek()
        .is_some_and(|next| next.is_one_of(TABLE_CONSTRAINTS))
    {
        let constraint = constraint::read(part, scope, report);
        part.skip_all();
        parts.constraints.extend(constraint);
        return;
    }
    if is_inline_index(part) {
        let place = part.remaining();
        part.skip_all();
        let finding = report
            .error(
                Code::SqlTableClause,
                place,
                "an index inside `CREATE TABLE` is not PostgreSQL",
            )
            .expecting("not a column")
            .helping(format!(
                "say it behind the table: `CREATE INDEX ON {} (column);`",
                scope.table
            ));
        report.push(finding);
        return;
    }
    let Some(read) = column::read(part, scope, report) else {
        part.skip_all();
        return;
    };
    parts.constraints.extend(read.constraints);
    parts.add_column(read.column, report);
}

/// `INDEX name (columns)` and `KEY name (columns)` of `MySQL`.
fn is_inline_index(part: &Cursor<'_>) -> bool {
    let is_index = part
        .peek()
        .is_some_and(|next| next.is_one_of(&["index", "key", "fulltext"]));
    let Some(second) = part.peek_at(1).filter(|_| is_index) else {
        return false;
    };
    let has_list = |ahead| {
        part.peek_at(ahead)
            .is_some_and(|next| next.token == Token::LParen)
    };
    second.token == Token::LParen
        || has_list(2) && second.word().is_none_or(|word| !types::is_type_name(word))
}

impl Parts {
    const fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.constraints.is_empty()
    }

    fn add_column(&mut self, column: Column, report: &mut Report<'_, '_>) {
        let folded = column.name.value.as_str().to_ascii_lowercase();
        let Some(first) = self.places.get(&folded) else {
            self.places.insert(folded, column.name.span);
            self.columns.push(column);
            return;
        };
        let finding = Diagnostic::error(
            Code::SqlDuplicateColumn,
            column.name.span,
            format!("the column `{}` stands twice", column.name.value),
        )
        .expecting("the second of this name")
        .pointing_at(*first, "the first")
        .helping("leave one of them out; names that differ in case alone are one name");
        report.push(finding);
    }

    fn finish(
        self,
        name: Located<TableName>,
        span: Span,
        names: &mut Names,
        report: &mut Report<'_, '_>,
    ) -> Table {
        let mut table = Table {
            name,
            columns: self.columns,
            primary_key: Vec::new(),
            uniques: Vec::new(),
            checks: Vec::new(),
            references: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            span,
        };
        names.take(table.name.value.as_str());
        let mut constraints = self.constraints;
        // What has a taken name is read all the same, for its other mistakes.
        for constraint in &mut constraints {
            constraint.name = constraint
                .name
                .take()
                .filter(|given| take_name(given, names, report));
        }
        let mut key: Option<Span> = None;
        for constraint in in_order(constraints) {
            place(constraint, &mut table, &mut key, names, report);
        }
        table
    }
}
