//! Text that is not the grammar's: one finding at the exact place, with help for the usual slips.

use specd_domain::diagnostic::{Code, Diagnostic};
use sqlparser::tokenizer::Token;

use super::confusable;
use super::cursor::{Cursor, Parenthesised};
use super::lexeme::Lexeme;
use super::report::Report;

/// Something else was expected at the next word.
pub(super) fn unexpected(cursor: &Cursor<'_>, report: &mut Report<'_, '_>, expected: &str) {
    let place = cursor.here();
    let finding = match cursor.peek() {
        None => report
            .error(
                Code::SqlSyntax,
                place,
                format!("expected {expected}, found the end"),
            )
            .expecting(format!("{expected} is missing here")),
        Some(lexeme) if lexeme.token == Token::Char('`') => backticks(cursor, lexeme, report),
        Some(lexeme) => {
            let found = report.quote(lexeme.range());
            let finding = report
                .error(
                    Code::SqlSyntax,
                    place,
                    format!("expected {expected}, found {found}"),
                )
                .expecting(format!("expected {expected}"));
            known_slip(lexeme, finding, report)
        }
    };
    report.push(finding);
}

/// A name in backticks, as `MySQL` quotes it.
fn backticks(cursor: &Cursor<'_>, open: &Lexeme, report: &Report<'_, '_>) -> Diagnostic {
    let finding = report
        .error(
            Code::SqlSyntax,
            open.range(),
            "backticks do not quote names in PostgreSQL",
        )
        .expecting("a name stands bare, or in double quotes");
    match (cursor.peek_at(1), cursor.peek_at(2)) {
        (Some(name), Some(close)) if name.is_name() && close.token == open.token => finding
            .replacing(
                "leave them out",
                report.span(open.start..close.end),
                report.text(name.range()),
            ),
        _ => finding.helping("leave them out"),
    }
}

/// Help for words that are right elsewhere.
fn known_slip(lexeme: &Lexeme, finding: Diagnostic, report: &Report<'_, '_>) -> Diagnostic {
    let text = report.text(lexeme.range());
    match &lexeme.token {
        Token::SingleQuotedString(name) => finding.replacing(
            "single quotes are for texts; a name stands bare",
            report.span(lexeme.range()),
            name.to_ascii_lowercase(),
        ),
        Token::DoubleEq => finding.replacing(
            "SQL compares with one `=`",
            report.span(lexeme.range()),
            "=",
        ),
        Token::LBracket => finding.helping("PostgreSQL quotes names with `\"`, not with brackets"),
        Token::Placeholder(_) | Token::Question | Token::Colon => {
            finding.helping("a document has no parameters")
        }
        Token::Comma => finding.helping("leave the comma out, or write what is missing before it"),
        _ => match text.chars().find(|c| !c.is_ascii()) {
            Some(stranger) if confusable::look_alike(stranger).is_some() => {
                finding.helping(format!(
                    "{} is not the ASCII `{}`",
                    confusable::describe(stranger),
                    confusable::look_alike(stranger).unwrap_or(' ')
                ))
            }
            Some(stranger) if confusable::is_invisible(stranger) => finding.helping(format!(
                "the invisible character {} stands here",
                confusable::describe(stranger)
            )),
            _ => finding,
        },
    }
}

/// Something was expected before the comma that stands there instead.
pub(super) fn unexpected_before(
    cursor: &Cursor<'_>,
    comma: Option<&Lexeme>,
    report: &mut Report<'_, '_>,
    expected: &str,
) {
    let Some(comma) = comma else {
        unexpected(cursor, report, expected);
        return;
    };
    let found = report.quote(comma.range());
    let finding = report
        .error(
            Code::SqlSyntax,
            comma.range(),
            format!("expected {expected}, found {found}"),
        )
        .expecting(format!("expected {expected} before it"))
        .replacing("leave it out", report.span(comma.range()), "");
    report.push(finding);
}

/// A `(` without its `)`.
pub(super) fn unclosed(list: &Parenthesised<'_>, report: &mut Report<'_, '_>) {
    let open = list.range.start..list.range.start + 1;
    let end = list.range.end..list.range.end;
    let finding = report
        .error(Code::SqlSyntax, open, "a `(` is never closed")
        .expecting("its `)` is missing")
        .replacing("close it where it ends, for example", report.span(end), ")");
    report.push(finding);
}

/// A comma behind the last part. `end` is the end of the comma.
pub(super) fn trailing_comma(end: usize, report: &mut Report<'_, '_>) {
    let comma = end.saturating_sub(1)..end;
    let finding = report
        .error(Code::SqlSyntax, comma.clone(), "a comma stands before `)`")
        .expecting("nothing follows this comma")
        .replacing("leave it out", report.span(comma), "");
    report.push(finding);
}

/// A comma is missing behind the word before.
pub(super) fn missing_comma(cursor: &Cursor<'_>, report: &mut Report<'_, '_>) {
    let next = report.quote(cursor.here());
    let end = cursor.end()..cursor.end();
    let finding = report
        .error(
            Code::SqlSyntax,
            cursor.here(),
            format!("a `,` is missing before {next}"),
        )
        .expecting("a new column or constraint begins here")
        .replacing("put a comma before it", report.span(end), ",");
    report.push(finding);
}

/// Cutting the block into words stopped: a quote or a comment never ends.
pub(super) fn unreadable(start: usize, report: &mut Report<'_, '_>) {
    let rest = report.rest(start);
    let line_end = start + rest.find('\n').unwrap_or(rest.len());
    let line_end = start + report.text(start..line_end).trim_end().len();
    let (headline, help) = if rest.starts_with("/*") {
        ("a comment is never closed", "close it with `*/`")
    } else if rest.starts_with('"') {
        ("a quoted name is never closed", "close it with `\"`")
    } else if rest.starts_with('$') {
        (
            "a text between dollars is never closed",
            "close it with the same dollars that open it",
        )
    } else if rest.contains('\'') {
        (
            "a text is never closed",
            "close it with `'`; a quote inside a text is written twice",
        )
    } else {
        (
            "the SQL cannot be read from here on",
            "write it as PostgreSQL would take it",
        )
    };
    let finding = report
        .error(Code::SqlSyntax, start..line_end.max(start), headline)
        .expecting("begins here")
        .noting("what follows in the block was not read")
        .helping(help);
    report.push(finding);
}
