//! Constraints, of a column or of the table.

use std::ops::Range;

use specd_domain::Located;
use specd_domain::diagnostic::Code;
use specd_domain::name::{ColumnName, ConstraintName, TableName};
use specd_domain::rule::Expr;
use specd_domain::table::OnDelete;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::expression::{self, Scope};
use super::name;
use super::report::Report;
use super::slip;

/// What a constraint asks.
pub(super) enum Body {
    PrimaryKey(Vec<Located<ColumnName>>),
    Unique(Vec<Located<ColumnName>>),
    Check(Located<Expr>),
    Reference(Target, Vec<Located<ColumnName>>),
}

/// Where a reference points, and what a delete there does.
pub(super) struct Target {
    table: Located<TableName>,
    columns: Vec<Located<ColumnName>>,
    on_delete: OnDelete,
}

impl Target {
    /// The parts, in the order of the text.
    pub(super) fn into_parts(self) -> (Located<TableName>, Vec<Located<ColumnName>>, OnDelete) {
        (self.table, self.columns, self.on_delete)
    }
}

/// A constraint, before the names that the text leaves out are derived.
pub(super) struct Constraint {
    pub(super) name: Option<Located<ConstraintName>>,
    pub(super) body: Body,
    pub(super) range: Range<usize>,
}

/// The words with which a constraint of the table begins.
pub(super) const TABLE_CONSTRAINTS: &[&str] = &[
    "constraint",
    "primary",
    "unique",
    "check",
    "foreign",
    "exclude",
    "like",
];

/// `CONSTRAINT name`, where it is next. The outer `None`: it was reported.
#[expect(clippy::option_option, reason = "reported, or no name, or a name")]
pub(super) fn given_name(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
) -> Option<Option<Located<ConstraintName>>> {
    if cursor.eat_word("constraint").is_none() {
        return Some(None);
    }
    name::read(cursor, report, "the name of a constraint").map(Some)
}

/// Reads a constraint of the table.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    report: &mut Report<'_, '_>,
) -> Option<Constraint> {
    let start = cursor.start();
    let name = given_name(cursor, report)?;
    let body = body(cursor, scope, report)?;
    characteristics(cursor, report);
    if !cursor.is_done() {
        slip::unexpected(cursor, report, "`,` or `)`");
    }
    Some(Constraint {
        name,
        body,
        range: start..cursor.end(),
    })
}

fn body(cursor: &mut Cursor<'_>, scope: &Scope, report: &mut Report<'_, '_>) -> Option<Body> {
    if cursor.eat_words(&["primary", "key"]).is_some() {
        return name::read_columns(cursor, report).map(Body::PrimaryKey);
    }
    if cursor.eat_word("unique").is_some() {
        nulls(cursor, report);
        return name::read_columns(cursor, report).map(Body::Unique);
    }
    if cursor.at_words(&["check"]) {
        return check(cursor, scope, report).map(Body::Check);
    }
    if cursor.eat_words(&["foreign", "key"]).is_some() {
        let columns = name::read_columns(cursor, report)?;
        if !cursor.at_words(&["references"]) {
            slip::unexpected(cursor, report, "`REFERENCES`");
            return None;
        }
        let target = references(cursor, report)?;
        return Some(Body::Reference(target, columns));
    }
    if cursor
        .peek()
        .is_some_and(|next| next.is_one_of(&["exclude", "like"]))
    {
        let range = cursor.remaining();
        let first = report.quote(cursor.here());
        cursor.skip_all();
        refuse(range, &format!("the clause {first}"), report);
        return None;
    }
    slip::unexpected(
        cursor,
        report,
        "`PRIMARY KEY`, `UNIQUE`, `CHECK` or `FOREIGN KEY`",
    );
    None
}

/// `CHECK (expression)`, whose first word is next.
pub(super) fn check(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    report: &mut Report<'_, '_>,
) -> Option<Located<Expr>> {
    cursor.next();
    let Some(mut list) = cursor.parentheses() else {
        slip::unexpected(cursor, report, "`(` and an expression");
        return None;
    };
    if !list.is_closed {
        slip::unclosed(&list, report);
        return None;
    }
    cursor.eat_words(&["no", "inherit"]);
    cursor.eat_words(&["not", "valid"]);
    let expr = expression::read(&mut list.inside, scope, report)?;
    if !list.inside.is_done() {
        slip::unexpected(&list.inside, report, "an operator or `)`");
        return None;
    }
    Some(expr)
}

/// `NULLS [NOT] DISTINCT` behind `UNIQUE`.
pub(super) fn nulls(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    cursor.eat_words(&["nulls", "distinct"]);
    if let Some(range) = cursor.eat_words(&["nulls", "not", "distinct"]) {
        refuse(range, "`NULLS NOT DISTINCT`", report);
    }
}

/// `REFERENCES table (columns) …`, whose first word is next.
pub(super) fn references(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<Target> {
    cursor.next();
    let table = name::read_qualified(cursor, report, "the name of a table")?;
    let columns = if cursor.at(&Token::LParen) {
        name::read_columns(cursor, report)?
    } else {
        Vec::new()
    };
    let mut target = Target {
        table,
        columns,
        on_delete: OnDelete::default(),
    };
    loop {
        if cursor.eat_words(&["on", "delete"]).is_some() {
            target.on_delete = action(cursor, report)?;
        } else if cursor.at_words(&["on", "update"]) {
            on_update(cursor, report)?;
        } else if cursor.at_words(&["match"]) {
            match_kind(cursor, report);
        } else {
            return Some(target);
        }
    }
}

fn action(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<OnDelete> {
    const ACTIONS: &[(&[&str], OnDelete)] = &[
        (&["no", "action"], OnDelete::Refuse),
        (&["restrict"], OnDelete::Refuse),
        (&["cascade"], OnDelete::Cascade),
        (&["set", "null"], OnDelete::SetNull),
        (&["set", "default"], OnDelete::SetDefault),
    ];
    for (words, action) in ACTIONS {
        if cursor.eat_words(words).is_some() {
            if let Some(list) = cursor.parentheses() {
                refuse(list.range, "the list of columns of an action", report);
            }
            return Some(*action);
        }
    }
    slip::unexpected(
        cursor,
        report,
        "`CASCADE`, `RESTRICT`, `NO ACTION`, `SET NULL` or `SET DEFAULT`",
    );
    None
}

/// Keys never change, so that every action on an update means the same: nothing.
fn on_update(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<()> {
    let start = cursor.start();
    cursor.skip(2);
    let action = action(cursor, report)?;
    if action != OnDelete::Refuse {
        let place = start..cursor.end();
        let shown = report.quote(place.clone());
        let finding = specd_domain::Diagnostic::warning(
            Code::SqlColumnOption,
            report.span(place.clone()),
            format!("{shown} has no effect: keys never change"),
        )
        .replacing("leave it out", report.span(place), "");
        report.push(finding);
    }
    Some(())
}

fn match_kind(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    if cursor.eat_words(&["match", "simple"]).is_some() {
        return;
    }
    let start = cursor.start();
    cursor.skip(2);
    refuse(start..cursor.end(), "this kind of `MATCH`", report);
}

/// `DEFERRABLE` and its like: constraints hold at once.
pub(super) fn characteristics(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    loop {
        if cursor.eat_words(&["not", "deferrable"]).is_some()
            || cursor.eat_words(&["initially", "immediate"]).is_some()
            || cursor.eat_words(&["no", "inherit"]).is_some()
        {
            continue;
        }
        let refused: &[&[&str]] = &[
            &["deferrable"],
            &["initially", "deferred"],
            &["not", "enforced"],
            &["not", "valid"],
            &["include"],
            &["using", "index"],
        ];
        let Some(range) = refused.iter().find_map(|words| cursor.eat_words(words)) else {
            return;
        };
        let shown = report.quote(range.clone());
        if let Some(list) = cursor.parentheses() {
            refuse(
                range.start..list.range.end,
                &format!("the clause {shown}"),
                report,
            );
        } else {
            refuse(range, &format!("the clause {shown}"), report);
        }
    }
}

/// Reports a clause that documents do not have.
pub(super) fn refuse(range: Range<usize>, what: &str, report: &mut Report<'_, '_>) {
    let finding = report
        .error(
            Code::SqlColumnOption,
            range.clone(),
            format!("{what} is not served"),
        )
        .expecting("not one of the clauses of documents")
        .replacing("leave it out", report.span(range), "");
    report.push(finding);
}
