//! A column: its name, its type, and the clauses behind it.

mod foreign;

use std::ops::Range;

use specd_domain::Located;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::name::ColumnName;
use specd_domain::table::{Column, DefaultValue};

use super::constraint::{self, Body, Constraint};
use super::cursor::Cursor;
use super::expression::Scope;
use super::report::Report;
use super::types::{self, TypeRead};
use super::{default, name};

/// What one definition holds: the column, and the constraints behind it.
pub(super) struct ColumnRead {
    pub(super) column: Column,
    pub(super) constraints: Vec<Constraint>,
}

/// Clauses that contradict each other are found by where each stands.
#[derive(Default)]
struct Clauses {
    not_null: Option<Range<usize>>,
    null: Option<Range<usize>>,
    default: Option<Range<usize>>,
    /// A default that could not be read: the column is read as one that takes null, so that nothing else complains.
    has_broken_default: bool,
    value: Option<Located<DefaultValue>>,
    primary_key: bool,
}

/// Reads a column. Stops where a comma is missing, and leaves the rest.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    report: &mut Report<'_, '_>,
) -> Option<ColumnRead> {
    let start = cursor.start();
    let name = name::read::<ColumnName>(cursor, report, "the name of a column")?;
    let Some(read) = column_type(cursor, report) else {
        cursor.skip_all();
        return None;
    };
    let mut clauses = Clauses::default();
    let mut constraints = Vec::new();
    if read.is_serial {
        clauses.value = Some(Located::new(DefaultValue::Sequence, read.column_type.span));
        clauses.default = Some(read.range.clone());
        clauses.not_null = Some(read.range.clone());
    }
    while !cursor.is_done() {
        let is_understood = clause(
            cursor,
            scope,
            report,
            &name,
            &read,
            &mut clauses,
            &mut constraints,
        );
        if !is_understood {
            break;
        }
    }
    let end = cursor.end();
    let nullable = clauses.not_null.is_none() && !clauses.primary_key || clauses.has_broken_default;
    let column = Column {
        name,
        column_type: read.column_type,
        nullable,
        default: clauses.value,
        comment: None,
        span: report.span(start..end),
    };
    Some(ColumnRead {
        column,
        constraints,
    })
}

fn column_type(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<TypeRead> {
    let is_clause = cursor.peek().is_none_or(|next| next.is_one_of(CLAUSES));
    if is_clause {
        let place = cursor.end()..cursor.end();
        let finding = report
            .error(Code::SqlSyntax, place, "a column has no type")
            .expecting("a type is missing here")
            .helping("a column is a name and a type, such as `title TEXT NOT NULL`");
        report.push(finding);
        return None;
    }
    types::read(cursor, report)
}

/// The words with which a clause of a column begins, and no type.
const CLAUSES: &[&str] = &[
    "constraint",
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "check",
    "references",
    "collate",
    "generated",
];

/// Reads one clause; `false` where there is none that is understood, which was reported.
fn clause(
    cursor: &mut Cursor<'_>,
    scope: &Scope,
    report: &mut Report<'_, '_>,
    name: &Located<ColumnName>,
    read: &TypeRead,
    clauses: &mut Clauses,
    constraints: &mut Vec<Constraint>,
) -> bool {
    let start = cursor.start();
    let Some(given) = constraint::given_name(cursor, report) else {
        cursor.skip_all();
        return false;
    };
    if let Some(range) = cursor.eat_words(&["not", "null"]) {
        contradict(clauses.null.as_ref(), &range, "NOT NULL", report);
        clauses.not_null = Some(range);
        return true;
    }
    if let Some(range) = cursor.eat_words(&["null"]) {
        contradict(clauses.not_null.as_ref(), &range, "NULL", report);
        clauses.null = Some(range);
        return true;
    }
    if cursor.eat_word("default").is_some() {
        return read_default(cursor, report, read, clauses, start);
    }
    if cursor.at_words(&["generated"]) {
        return generated(cursor, report, read, clauses, start);
    }
    let body = if let Some(range) = cursor.eat_words(&["primary", "key"]) {
        contradict(clauses.null.as_ref(), &range, "PRIMARY KEY", report);
        clauses.primary_key = true;
        Some(Body::PrimaryKey(vec![name.clone()]))
    } else if cursor.eat_word("unique").is_some() {
        cursor.eat_word("key");
        constraint::nulls(cursor, report);
        Some(Body::Unique(vec![name.clone()]))
    } else if cursor.at_words(&["check"]) {
        let Some(expr) = constraint::check(cursor, scope, report) else {
            return !cursor.is_done();
        };
        Some(Body::Check(expr))
    } else if cursor.at_words(&["references"]) {
        let Some(target) = constraint::references(cursor, report) else {
            cursor.skip_all();
            return false;
        };
        Some(Body::Reference(target, vec![name.clone()]))
    } else {
        None
    };
    if let Some(body) = body {
        constraint::characteristics(cursor, report);
        constraints.push(Constraint {
            name: given,
            body,
            range: start..cursor.end(),
        });
        return true;
    }
    foreign::other(cursor, report, read.column_type.value, clauses)
}

/// Two clauses that cannot both hold.
fn contradict(
    earlier: Option<&Range<usize>>,
    range: &Range<usize>,
    words: &str,
    report: &mut Report<'_, '_>,
) {
    let Some(earlier) = earlier else { return };
    let shown = report.quote(earlier.clone());
    let earlier = report.span(earlier.clone());
    let finding = report
        .error(
            Code::SqlConflictingOption,
            range.clone(),
            format!("`{words}` contradicts {shown}"),
        )
        .expecting("one of them must go")
        .pointing_at(earlier, "said here")
        .replacing("leave it out", report.span(range.clone()), "");
    report.push(finding);
}

fn read_default(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    read: &TypeRead,
    clauses: &mut Clauses,
    start: usize,
) -> bool {
    let value = default::read(cursor, read.column_type.value, report);
    let range = start..cursor.end();
    contradict(clauses.default.as_ref(), &range, "DEFAULT", report);
    clauses.default = Some(range);
    match value {
        // `DEFAULT NULL` is what a column without a default takes.
        Some(value) if is_null(&value.value) => {}
        Some(value) => clauses.value = Some(value),
        None => clauses.has_broken_default = true,
    }
    true
}

fn is_null(value: &DefaultValue) -> bool {
    matches!(value, DefaultValue::Literal(value) if value.is_null())
}

/// `GENERATED { ALWAYS | BY DEFAULT } AS IDENTITY [(…)]`, whose first word is next.
fn generated(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    read: &TypeRead,
    clauses: &mut Clauses,
    start: usize,
) -> bool {
    cursor.next();
    if cursor.eat_words(&["by", "default"]).is_none() {
        cursor.eat_word("always");
    }
    if cursor.eat_words(&["as", "identity"]).is_none() {
        cursor.eat_word("as");
        cursor.parentheses();
        cursor.eat_word("stored");
        cursor.eat_word("virtual");
        let what = "a column that is computed from others";
        constraint::refuse(start..cursor.end(), what, report);
        clauses.has_broken_default = true;
        return true;
    }
    let words = start..cursor.end();
    if let Some(options) = cursor.parentheses() {
        let finding = Diagnostic::warning(
            Code::SqlColumnOption,
            report.span(options.range.clone()),
            "the options of a sequence are not served",
        )
        .expecting("numbers begin at 1 and rise by 1")
        .replacing("leave them out", report.span(options.range), "");
        report.push(finding);
    }
    contradict(clauses.default.as_ref(), &words, "IDENTITY", report);
    contradict(clauses.null.as_ref(), &words, "IDENTITY", report);
    let is_integer = read
        .column_type
        .value
        .scalar()
        .is_some_and(ScalarType::is_integer);
    if !is_integer {
        let column_type: ColumnType = read.column_type.value;
        let finding = report
            .error(
                Code::SqlColumnOption,
                words.clone(),
                format!("a column of the type {column_type} cannot be an identity"),
            )
            .expecting("only SMALLINT, INTEGER and BIGINT count")
            .replacing("take", report.span(read.range.clone()), "BIGINT");
        report.push(finding);
        clauses.has_broken_default = true;
        return true;
    }
    clauses.value = Some(report.locate(DefaultValue::Sequence, words.clone()));
    clauses.default = Some(words.clone());
    clauses.not_null = Some(words);
    true
}
