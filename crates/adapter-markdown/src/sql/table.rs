//! `CREATE TABLE`: its columns and constraints, and names for those that have none.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::name::{ColumnName, ConstraintName, TableName};
use specd_domain::table::{Check, Column, Enforcement, Reference, Table, Unique};
use specd_domain::{Located, Span};
use sqlparser::tokenizer::Token;

use super::constraint::{self, Body, Constraint, TABLE_CONSTRAINTS};
use super::cursor::Cursor;
use super::derive::{self, Names};
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
        constraints.retain(|constraint| match &constraint.name {
            Some(given) => take_name(given, names, report),
            None => true,
        });
        let mut key: Option<Span> = None;
        for constraint in in_order(constraints) {
            place(constraint, &mut table, &mut key, names, report);
        }
        table
    }
}

/// `PostgreSQL` names checks first, then the key, unique constraints and references.
fn in_order(mut constraints: Vec<Constraint>) -> Vec<Constraint> {
    constraints.sort_by_key(|constraint| match constraint.body {
        Body::Check(_) => 0,
        Body::PrimaryKey(_) => 1,
        Body::Unique(_) => 2,
        Body::Reference(..) => 3,
    });
    constraints
}

/// Takes a name that the text gives; `false` where it is taken already, which was reported.
pub(super) fn take_name(
    given: &Located<ConstraintName>,
    names: &mut Names,
    report: &mut Report<'_, '_>,
) -> bool {
    if names.take(given.value.as_str()) {
        return true;
    }
    let finding = Diagnostic::error(
        Code::SqlDuplicateName,
        given.span,
        format!("the name `{}` is taken", given.value),
    )
    .expecting("a table, a constraint or an index has this name already")
    .helping("take another name, or leave it out; names that differ in case alone are one name");
    report.push(finding);
    false
}

fn place(
    constraint: Constraint,
    table: &mut Table,
    key: &mut Option<Span>,
    names: &mut Names,
    report: &mut Report<'_, '_>,
) {
    let span = report.span(constraint.range);
    let given = constraint.name.map(|given| given.value);
    let table_name = table.name.value.to_string();
    let call_it = |columns: &str, label: &str| match given {
        Some(given) => Some(given),
        None => names.derive(&table_name, columns, label),
    };
    match constraint.body {
        Body::PrimaryKey(columns) => {
            call_it("", "pkey");
            if let Some(first) = key {
                second_key(span, *first, report);
                return;
            }
            *key = Some(span);
            make_required(table, &columns);
            table.primary_key = columns;
        }
        Body::Unique(columns) => {
            let joined = derive::join(columns.iter().map(|column| &column.value));
            if let Some(name) = call_it(&joined, "key") {
                table.uniques.push(Unique {
                    name,
                    columns,
                    span,
                });
            }
        }
        Body::Check(expr) => {
            let only = derive::only_column(&expr.value).map(ToString::to_string);
            if let Some(name) = call_it(&only.unwrap_or_default(), "check") {
                table.checks.push(Check {
                    name,
                    expr,
                    enforcement: Enforcement::Everywhere,
                });
            }
        }
        Body::Reference(target, columns) => {
            let joined = derive::join(columns.iter().map(|column| &column.value));
            if let Some(name) = call_it(&joined, "fkey") {
                let (referred, target, on_delete) = target.into_parts();
                table.references.push(Reference {
                    name,
                    columns,
                    table: referred,
                    target,
                    on_delete,
                    span,
                });
            }
        }
    }
}

/// A key column never takes null.
fn make_required(table: &mut Table, key: &[Located<ColumnName>]) {
    for column in &mut table.columns {
        if key.iter().any(|name| name.value == column.name.value) {
            column.nullable = false;
        }
    }
}

fn second_key(span: Span, first: Span, report: &mut Report<'_, '_>) {
    let finding = Diagnostic::error(
        Code::SqlConflictingOption,
        span,
        "a table has one primary key, this is a second",
    )
    .expecting("the second primary key")
    .pointing_at(first, "the first")
    .helping("take `UNIQUE` for the second");
    report.push(finding);
}
