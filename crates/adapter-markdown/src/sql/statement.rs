//! Statements: where each begins and ends, and which of them a schema may hold.

use std::ops::Range;

use specd_domain::diagnostic::Code;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lexeme::{Lexed, Lexeme};
use super::report::Report;
use super::types;

/// The words with which statements begin.
const STATEMENTS: &[&str] = &[
    "create", "comment", "alter", "drop", "grant", "revoke", "insert", "update", "delete",
    "select", "with", "truncate", "copy", "begin", "commit", "rollback", "start", "do", "set",
    "call", "execute", "explain", "vacuum", "analyze", "merge", "values", "prepare", "declare",
    "lock", "reset", "show", "listen", "notify", "security", "reindex", "refresh", "import",
    "load", "use",
];

/// What a statement is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    Index,
    Comment,
    Refused,
}

/// The statements of a block, without the `;` between them. One that a quote or a comment without its end cuts off is not
/// among them.
pub(super) fn split(lexed: &Lexed) -> Vec<Cursor<'_>> {
    let lexemes = lexed.lexemes.as_slice();
    let mut statements = Vec::new();
    let mut from = 0;
    let mut before = 0;
    let mut depth = 0_usize;
    for (index, lexeme) in lexemes.iter().enumerate() {
        match lexeme.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            Token::SemiColon if depth == 0 || ends_statement(lexemes, index + 1) => {
                let words = lexemes.get(from..index).unwrap_or_default();
                if !words.is_empty() {
                    statements.push(Cursor::new(words, before));
                }
                from = index + 1;
                before = lexeme.end;
                depth = 0;
            }
            _ => {}
        }
    }
    let rest = lexemes.get(from..).unwrap_or_default();
    if !rest.is_empty() && lexed.failure.is_none() {
        statements.push(Cursor::new(rest, before));
    }
    statements
}

/// Whether a `;` inside parentheses is meant as the end: nothing follows, or what follows begins a statement and no column.
fn ends_statement(lexemes: &[Lexeme], next: usize) -> bool {
    let Some(first) = lexemes.get(next) else {
        return true;
    };
    let is_column = lexemes
        .get(next + 1)
        .and_then(Lexeme::word)
        .is_some_and(types::is_type_name);
    first.is_one_of(STATEMENTS) && !is_column
}

/// What a statement is, by its first words.
pub(super) fn kind(statement: &Cursor<'_>) -> Kind {
    if statement.at_words(&["comment", "on"]) {
        return Kind::Comment;
    }
    if !statement.at_words(&["create"]) {
        return Kind::Refused;
    }
    let modifiers = &[
        "or",
        "replace",
        "temp",
        "temporary",
        "unlogged",
        "global",
        "local",
        "foreign",
        "external",
    ];
    let mut ahead = 1;
    while statement
        .peek_at(ahead)
        .is_some_and(|next| next.is_one_of(modifiers))
    {
        ahead += 1;
    }
    let is = |ahead, word| {
        statement
            .peek_at(ahead)
            .is_some_and(|next| next.is_word(word))
    };
    if is(ahead, "table") {
        Kind::Table
    } else if is(1, "index") || is(1, "unique") && is(2, "index") {
        Kind::Index
    } else {
        Kind::Refused
    }
}

/// Reports a statement that a schema does not hold.
pub(super) fn refuse(statement: &Cursor<'_>, report: &mut Report<'_, '_>) {
    let Some(first) = statement.peek() else {
        return;
    };
    if !first.is_one_of(STATEMENTS) {
        let shown = report.quote(first.range());
        let near = first
            .word()
            .and_then(|word| crate::suggest::nearest(word, ["create", "comment"].into_iter()));
        let finding = report
            .error(
                Code::SqlSyntax,
                first.range(),
                format!("expected a statement, found {shown}"),
            )
            .expecting("expected `CREATE TABLE`, `CREATE INDEX` or `COMMENT ON`");
        let finding = match near {
            Some(near) => finding.replacing(
                format!("did you mean `{}`?", near.to_ascii_uppercase()),
                report.span(first.range()),
                near.to_ascii_uppercase(),
            ),
            None => finding,
        };
        report.push(finding);
        return;
    }
    let (words, place) = title(statement, report);
    let help = match words.as_str() {
        "ALTER TABLE" => {
            "say it in `CREATE TABLE` itself; changes of a document become changes of the table"
        }
        "DROP TABLE" | "DROP INDEX" => "leave it out: nothing is ever dropped",
        "CREATE TYPE" | "CREATE DOMAIN" => "take a type of the list, with a `CHECK`",
        "GRANT" | "REVOKE" => "who may do what stands under Security, Authorization",
        "CREATE EXTENSION" => "leave it out: `gen_random_uuid()` and `uuidv7()` are built in",
        _ => "leave it out: a schema describes a table, it does nothing",
    };
    let finding = report
        .error(
            Code::SqlStatement,
            place,
            format!("a schema does not hold `{words}`"),
        )
        .expecting("only `CREATE TABLE`, `CREATE INDEX` and `COMMENT ON` may stand here")
        .helping(help);
    report.push(finding);
}

/// The words that name a statement, `DROP TABLE` or `GRANT`, and their place.
pub(super) fn title(statement: &Cursor<'_>, report: &Report<'_, '_>) -> (String, Range<usize>) {
    let word = |ahead: usize| {
        let lexeme = statement.peek_at(ahead)?;
        Some((lexeme.word()?.to_ascii_uppercase(), lexeme.end))
    };
    let here = statement.here();
    let Some((first, end)) = word(0) else {
        return (report.quote(here.clone()), here);
    };
    let has_kind = ["CREATE", "DROP", "ALTER", "TRUNCATE"].contains(&first.as_str());
    let second = word(1).filter(|_| has_kind);
    let is_or_replace = second.as_ref().is_some_and(|(second, _)| second == "OR");
    let kind = if is_or_replace { word(3) } else { second };
    match kind {
        Some((kind, end)) => (format!("{first} {kind}"), here.start..end),
        None => (first, here.start..end),
    }
}
