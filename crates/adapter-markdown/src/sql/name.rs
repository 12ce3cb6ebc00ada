//! Names: folded to lower case unless quoted, ASCII, at most 63 bytes, none of specd's own (ruling H22).

use std::ops::Range;

use specd_domain::Located;
use specd_domain::diagnostic::Code;
use specd_domain::name::{ColumnName, ConstraintName, IDENTIFIER_MAX_BYTES, NameError, TableName};
use sqlparser::tokenizer::{Token, Word};

use super::confusable;
use super::cursor::Cursor;
use super::lexeme::Lexeme;
use super::report::Report;
use super::slip;

/// A kind of name.
pub(super) trait Name: Sized {
    fn read(text: String) -> Result<Self, NameError>;
}

impl Name for ColumnName {
    fn read(text: String) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl Name for TableName {
    fn read(text: String) -> Result<Self, NameError> {
        Self::new(text)
    }
}

impl Name for ConstraintName {
    fn read(text: String) -> Result<Self, NameError> {
        Self::new(text)
    }
}

/// Words that stand for no name in `PostgreSQL` unless they are quoted.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
];

/// Whether `PostgreSQL` takes the word for a name only in quotes.
pub(super) fn is_reserved(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    RESERVED.binary_search(&folded.as_str()).is_ok()
}

/// Reads the name that is next. What is wrong with it is reported; a name that can be mended is read as mended, so that
/// one mistake is not reported again wherever the name is missed.
pub(super) fn read<N: Name>(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    expected: &str,
) -> Option<Located<N>> {
    let Some(lexeme) = cursor.peek() else {
        slip::unexpected(cursor, report, expected);
        return None;
    };
    if let Token::Word(word) = &lexeme.token {
        cursor.next();
        return from_word(word, lexeme, report);
    }
    slip::unexpected(cursor, report, expected);
    None
}

fn from_word<N: Name>(
    word: &Word,
    lexeme: &Lexeme,
    report: &mut Report<'_, '_>,
) -> Option<Located<N>> {
    let range = lexeme.range();
    let is_quoted = word.quote_style.is_some();
    let folded = if is_quoted {
        word.value.clone()
    } else {
        word.value.to_ascii_lowercase()
    };
    if !is_quoted && is_reserved(&word.value) {
        let finding = report
            .error(
                Code::SqlName,
                range.clone(),
                format!("`{}` is a reserved word of PostgreSQL", word.value),
            )
            .expecting("a name was expected here")
            .replacing(
                "take another name, or put it in double quotes",
                report.span(range.clone()),
                format!("\"{folded}\""),
            );
        report.push(finding);
    }
    match N::read(folded.clone()) {
        Ok(name) => Some(report.locate(name, range)),
        Err(error) => {
            let mended = mend(&folded, &error);
            complain(&folded, &error, mended.as_deref(), &range, report);
            N::read(mended?).ok().map(|name| report.locate(name, range))
        }
    }
}

fn complain(
    text: &str,
    error: &NameError,
    mended: Option<&str>,
    range: &Range<usize>,
    report: &mut Report<'_, '_>,
) {
    let shown = super::report::quote(text);
    let stranger = text.chars().find(|c| !c.is_ascii());
    let mut finding = match (error, stranger) {
        (NameError::Start(_) | NameError::Character(_), Some(stranger)) => {
            stranger_finding(&shown, stranger, range, report)
        }
        _ => report
            .error(
                Code::SqlName,
                range.clone(),
                format!("{shown} cannot be a name"),
            )
            .expecting(error.to_string()),
    };
    if matches!(error, NameError::TooLong(_)) {
        finding = finding.noting(format!(
            "it has {} bytes; PostgreSQL would cut it to {IDENTIFIER_MAX_BYTES} without a word",
            text.len()
        ));
    }
    if let Some(mended) = mended {
        finding = finding.replacing("for example", report.span(range.clone()), mended);
    }
    report.push(finding);
}

/// A character outside ASCII is underlined alone.
fn stranger_finding(
    shown: &str,
    stranger: char,
    range: &Range<usize>,
    report: &Report<'_, '_>,
) -> specd_domain::Diagnostic {
    let offset = report.text(range.clone()).find(stranger).unwrap_or(0);
    let start = range.start + offset;
    let place = start..start + stranger.len_utf8();
    let described = confusable::describe(stranger);
    match confusable::look_alike(stranger) {
        Some(ascii) => report
            .error(
                Code::SqlConfusableName,
                place,
                format!(
                    "{described} in the name {shown} looks like `{ascii}` and is another character"
                ),
            )
            .expecting(format!("not the ASCII `{ascii}`")),
        None if confusable::is_invisible(stranger) => report
            .error(
                Code::SqlConfusableName,
                place,
                format!("the invisible character {described} stands in a name"),
            )
            .expecting("cannot be seen"),
        None => report
            .error(
                Code::SqlName,
                place,
                format!("{described} stands in the name {shown}"),
            )
            .expecting("a name holds ASCII letters, digits and `_`"),
    }
}

/// The nearest name that is one.
fn mend(text: &str, error: &NameError) -> Option<String> {
    match error {
        NameError::Empty => None,
        NameError::TooLong(limit) => Some(text.chars().take(*limit).collect()),
        NameError::Reserved => text.get(6..).map(str::to_owned),
        NameError::OfDatabase(_) => Some(format!("own_{}", text.trim_start_matches('_'))),
        NameError::Start(_) | NameError::Character(_) => {
            let mut mended: String = text
                .chars()
                .filter(|&c| !confusable::is_invisible(c))
                .map(|c| confusable::look_alike(c).unwrap_or(c))
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
                .take(IDENTIFIER_MAX_BYTES - 1)
                .collect();
            if mended.starts_with(|c: char| c.is_ascii_digit()) {
                mended.insert(0, '_');
            }
            Some(mended)
        }
    }
}

/// Reads a name that may stand behind a schema. The schema `public` is dropped (ruling H06), any other is an error.
pub(super) fn read_qualified<N: Name>(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    expected: &str,
) -> Option<Located<N>> {
    let mut schema: Option<&Lexeme> = None;
    while let (Some(first), Some(Token::Period)) =
        (cursor.peek(), cursor.peek_at(1).map(|lexeme| &lexeme.token))
    {
        if !first.is_name() {
            break;
        }
        let is_public =
            matches!(&first.token, Token::Word(word) if word.value.eq_ignore_ascii_case("public"));
        if !is_public || schema.is_some() {
            let name = report.quote(first.range());
            let finding = report
                .error(
                    Code::SqlSchemaName,
                    first.range(),
                    format!("the schema {name} is not served"),
                )
                .expecting("only `public` may stand here")
                .replacing(
                    "leave the schema out",
                    report.span(first.start..cursor.peek_at(1).map_or(first.end, |dot| dot.end)),
                    "",
                );
            report.push(finding);
        }
        schema = Some(first);
        cursor.skip(2);
    }
    read(cursor, report, expected)
}

/// Reads `(a, b)`. A list that cannot be read was reported.
pub(super) fn read_columns(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
) -> Option<Vec<Located<ColumnName>>> {
    let (columns, is_whole) = read_list(cursor, report, |part, report| {
        let column = read(part, report, "the name of a column")?;
        if !part.is_done() {
            slip::unexpected(part, report, "`,` or `)`");
            return None;
        }
        Some(column)
    })?;
    is_whole.then_some(columns)
}

/// Reads each part of `(a, b)`, and tells whether all of them could be read. What could not was reported.
pub(super) fn read_list<T>(
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    mut read: impl FnMut(&mut Cursor<'_>, &mut Report<'_, '_>) -> Option<T>,
) -> Option<(Vec<T>, bool)> {
    let Some(list) = cursor.parentheses() else {
        slip::unexpected(cursor, report, "`(` and the columns");
        return None;
    };
    if !list.is_closed {
        slip::unclosed(&list, report);
        return None;
    }
    let mut columns = Vec::new();
    let mut is_whole = true;
    for (mut part, comma) in list.inside.parts() {
        if part.is_done() && comma.is_none() && !columns.is_empty() {
            slip::trailing_comma(part.end(), report);
            continue;
        }
        match read(&mut part, report) {
            Some(column) => columns.push(column),
            None => is_whole = false,
        }
    }
    Some((columns, is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserved_words_are_sorted() {
        assert!(RESERVED.is_sorted());
        assert!(is_reserved("ORDER"));
        assert!(!is_reserved("status"));
    }

    #[test]
    fn a_broken_name_has_a_nearest_one() {
        let mended = |text: &str| {
            let error = ColumnName::new(text).unwrap_err();
            mend(text, &error).unwrap()
        };
        assert_eq!(mended("nаme"), "name");
        assert_eq!(mended("first name"), "first_name");
        assert_eq!(mended("1st"), "_1st");
        assert_eq!(mended("specd_keys"), "keys");
        assert_eq!(mended(&"x".repeat(64)), "x".repeat(63));
    }
}
