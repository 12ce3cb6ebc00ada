//! The `sql` block of a document, read into a table: one `CREATE TABLE`, any `CREATE INDEX` and `COMMENT ON`, and nothing else.
//!
//! The block is cut into words by sqlparser's tokenizer for PostgreSQL and read by a grammar that knows only what documents
//! may hold, so that nothing else can pass. Its text is never executed; the stores write SQL anew from the table.

mod column;
mod comment;
mod confusable;
mod constraint;
mod cursor;
mod default;
mod derive;
mod expression;
mod index;
mod lexeme;
mod literal;
mod name;
mod report;
mod slip;
mod statement;
mod table;
mod types;

#[cfg(test)]
mod tests;

use specd_domain::diagnostic::{Code, Diagnostic};
use specd_domain::table::Table;

use self::cursor::Cursor;
use self::derive::Names;
use self::report::Report;
use self::statement::Kind;
use crate::block::BlockText;

pub(crate) use self::report::quote;

/// Reads a block. `None` where it holds no table that could be read; what is wrong was reported.
pub(crate) fn read(block: BlockText<'_>, findings: &mut Vec<Diagnostic>) -> Option<Table> {
    let first = findings.len();
    let table = read_table(block, findings);
    if let Some(table) = &table {
        quieten(table, first, findings);
    }
    table
}

/// Where the name of the table cannot be used, it is no further mistake that the other statements have it.
fn quieten(table: &Table, first: usize, findings: &mut Vec<Diagnostic>) {
    let name = table.name.span;
    let own = findings.get(first..).unwrap_or_default();
    let is_refused = own
        .iter()
        .any(|finding| name.start <= finding.primary.start && finding.primary.end <= name.end);
    if is_refused {
        let mut position = 0;
        findings.retain(|finding| {
            position += 1;
            position <= first || finding.code != Code::SqlOtherTable
        });
    }
}

fn read_table(block: BlockText<'_>, findings: &mut Vec<Diagnostic>) -> Option<Table> {
    let mut report = Report::new(block, findings);
    let before = report.count();
    let lexed = lexeme::lex(block.text());
    let statements = statement::split(&lexed);
    if let Some(start) = lexed.failure {
        slip::unreadable(start, &mut report);
    }
    let mut names = Names::default();
    let mut table: Option<Table> = None;
    let mut tables = 0_usize;
    for statement in &statements {
        if statement::kind(statement) != Kind::Table {
            continue;
        }
        tables += 1;
        if tables > 1 {
            second_table(statement, table.as_ref(), &mut report);
        } else {
            table = table::read(&mut statement.clone(), &mut report, &mut names);
        }
    }
    for statement in &statements {
        if report.is_full() {
            break;
        }
        let mut cursor = *statement;
        match (statement::kind(statement), table.as_mut()) {
            (Kind::Index, Some(table)) => {
                index::read(&mut cursor, &mut report, &mut names, table);
            }
            (Kind::Refused, _) => statement::refuse(&cursor, &mut report),
            _ => {}
        }
    }
    // Comments come last: they may speak of any index.
    if let Some(table) = table.as_mut() {
        for statement in &statements {
            if statement::kind(statement) == Kind::Comment {
                let mut cursor = *statement;
                cursor.skip(2);
                comment::read(&mut cursor, &mut report, table);
            }
        }
    }
    if tables == 0 && report.count() == before {
        no_table(block, &mut report);
    }
    table
}

fn second_table(statement: &Cursor<'_>, first: Option<&Table>, report: &mut Report<'_, '_>) {
    let (_, place) = statement::title(statement, report);
    let finding = report
        .error(
            Code::SqlSecondTable,
            place,
            "a document creates one table, this is a second",
        )
        .expecting("the second `CREATE TABLE`")
        .helping("write a document of its own for it");
    let finding = match first {
        Some(first) => finding.pointing_at(first.name.span, "the first"),
        None => finding,
    };
    report.push(finding);
}

fn no_table(block: BlockText<'_>, report: &mut Report<'_, '_>) {
    let text = block.text();
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len().max(start);
    let finding = report
        .error(Code::SqlNoTable, start..end, "the schema creates no table")
        .expecting("expected a `CREATE TABLE`")
        .helping("begin with `CREATE TABLE name (id UUID PRIMARY KEY DEFAULT gen_random_uuid());`");
    report.push(finding);
}
