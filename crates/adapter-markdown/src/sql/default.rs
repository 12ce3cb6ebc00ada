//! `DEFAULT`: a constant, the time, or a new UUID, and nothing else.

use std::ops::Range;

use specd_domain::Located;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::diagnostic::Code;
use specd_domain::table::DefaultValue;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lexeme::Lexeme;
use super::literal::{self, Constant};
use super::report::Report;
use super::types;

/// What may stand behind `DEFAULT`, as a finding says it.
const HELP: &str = "a default is a constant, now(), CURRENT_TIMESTAMP, CURRENT_DATE, gen_random_uuid() or uuidv7()";

/// The words at which a default ends and the next clause of the column begins.
const NEXT_CLAUSE: &[&str] = &[
    "not",
    "null",
    "primary",
    "unique",
    "check",
    "references",
    "constraint",
    "collate",
    "generated",
    "deferrable",
    "initially",
    "default",
    "comment",
    "on",
    "auto_increment",
];

/// How deep parentheses around a default may go.
const DEEPEST: usize = 16;

/// A default before the column's type is asked.
enum Form {
    Constant(Constant),
    Now,
    RandomUuid,
    TimeUuid,
}

/// Reads what stands behind `DEFAULT`. What is wrong with it is reported.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    column_type: ColumnType,
    report: &mut Report<'_, '_>,
) -> Option<Located<DefaultValue>> {
    let start = cursor.start();
    if cursor.is_done() {
        super::slip::unexpected(cursor, report, "a value behind `DEFAULT`");
        return None;
    }
    let mut ahead = *cursor;
    let form = form(&mut ahead, report, DEEPEST);
    let Some(form) = form.filter(|_| is_complete(&ahead)) else {
        refuse(cursor, report);
        return None;
    };
    *cursor = ahead;
    let place = start..cursor.end();
    match judge(&form, column_type) {
        Ok(value) => Some(report.locate(value, place)),
        Err(expected) => {
            wrong_type(&form, column_type, place, expected, report);
            None
        }
    }
}

/// Whether the default ends here: no operator and no parentheses go on with it.
fn is_complete(cursor: &Cursor<'_>) -> bool {
    match cursor.peek() {
        None => true,
        Some(next) => next.is_name(),
    }
}

fn form(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>, depth: usize) -> Option<Form> {
    let mut form = simple(cursor, report, depth.checked_sub(1)?)?;
    loop {
        if cursor.eat(&Token::DoubleColon).is_some() {
            let read = types::read(cursor, report)?;
            form = cast(form, read.column_type.value)?;
        } else if cursor.at_words(&["at", "time", "zone"]) && matches!(form, Form::Now) {
            cursor.skip(3);
            is_utc(cursor.next()?).then_some(())?;
        } else {
            return Some(form);
        }
    }
}

/// The time of the day depends on the zone; only that of UTC is the same everywhere.
fn is_utc(lexeme: &Lexeme) -> bool {
    lexeme.text().is_some_and(|zone| {
        ["utc", "gmt", "etc/utc", "z"].contains(&zone.to_ascii_lowercase().as_str())
    })
}

/// A cast to the constant's own kind changes nothing; a cast that would change the value is no constant any more.
fn cast(form: Form, target: ColumnType) -> Option<Form> {
    match form {
        Form::Constant(constant) => {
            literal::coerce(&constant, target).ok()?;
            Some(Form::Constant(constant))
        }
        Form::Now => match target {
            ColumnType::Scalar(
                ScalarType::Timestamp
                | ScalarType::TimestampTz
                | ScalarType::Date
                | ScalarType::Time,
            ) => Some(form),
            _ => None,
        },
        Form::RandomUuid | Form::TimeUuid => {
            (target == ColumnType::Scalar(ScalarType::Uuid)).then_some(form)
        }
    }
}

fn simple(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>, depth: usize) -> Option<Form> {
    let next = cursor.next()?;
    if let Some(text) = next.text() {
        return Some(Form::Constant(Constant::Text(text.to_owned())));
    }
    match &next.token {
        Token::Number(digits, _) => Some(Form::Constant(Constant::Number(digits.clone()))),
        Token::Minus | Token::Plus => match &cursor.next()?.token {
            Token::Number(digits, _) if next.token == Token::Minus => {
                Some(Form::Constant(Constant::Number(format!("-{digits}"))))
            }
            Token::Number(digits, _) => Some(Form::Constant(Constant::Number(digits.clone()))),
            _ => None,
        },
        Token::LParen => {
            let inner = form(cursor, report, depth)?;
            cursor.eat(&Token::RParen)?;
            Some(inner)
        }
        Token::Word(_) => {
            let word = next.word()?.to_ascii_lowercase();
            named(&word, cursor, report, depth)
        }
        _ => None,
    }
}

fn named(
    word: &str,
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
    depth: usize,
) -> Option<Form> {
    let constant = |constant| Some(Form::Constant(constant));
    match word {
        "null" => constant(Constant::Null),
        "true" => constant(Constant::Boolean(true)),
        "false" => constant(Constant::Boolean(false)),
        "array" => elements(cursor, report, depth),
        "current_timestamp" | "localtimestamp" | "current_time" | "localtime" => {
            cursor.parentheses();
            Some(Form::Now)
        }
        "current_date" => Some(Form::Now),
        "now" | "transaction_timestamp" | "statement_timestamp" | "clock_timestamp" => {
            no_arguments(cursor)?;
            Some(Form::Now)
        }
        "gen_random_uuid" | "uuid_generate_v4" | "uuidv4" => {
            no_arguments(cursor)?;
            Some(Form::RandomUuid)
        }
        "uuidv7" | "uuid_generate_v7" => {
            no_arguments(cursor)?;
            Some(Form::TimeUuid)
        }
        "timezone" => {
            cursor.eat(&Token::LParen)?;
            is_utc(cursor.next()?).then_some(())?;
            cursor
                .eat(&Token::DoubleColon)
                .and_then(|_| types::read(cursor, report));
            cursor.eat(&Token::Comma)?;
            let inner = form(cursor, report, depth)?;
            cursor.eat(&Token::RParen)?;
            matches!(inner, Form::Now).then_some(inner)
        }
        "cast" => {
            cursor.eat(&Token::LParen)?;
            let inner = form(cursor, report, depth)?;
            cursor.eat_word("as")?;
            let read = types::read(cursor, report)?;
            cursor.eat(&Token::RParen)?;
            cast(inner, read.column_type.value)
        }
        "pg_catalog" => {
            cursor.eat(&Token::Period)?;
            let word = cursor.next()?.word()?.to_ascii_lowercase();
            named(&word, cursor, report, depth.checked_sub(1)?)
        }
        _ => typed(word, cursor),
    }
}

/// `DATE '2025-01-01'`.
fn typed(word: &str, cursor: &mut Cursor<'_>) -> Option<Form> {
    if !types::is_type_name(word) {
        return None;
    }
    if cursor.eat_words(&["with", "time", "zone"]).is_none() {
        cursor.eat_words(&["without", "time", "zone"]);
    }
    let text = cursor.next()?.text()?;
    Some(Form::Constant(Constant::Text(text.to_owned())))
}

fn no_arguments(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.eat(&Token::LParen)?;
    cursor.eat(&Token::RParen).map(|_| ())
}

fn elements(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>, depth: usize) -> Option<Form> {
    cursor.eat(&Token::LBracket)?;
    let mut elements = Vec::new();
    while !cursor.at(&Token::RBracket) {
        match form(cursor, report, depth)? {
            Form::Constant(Constant::Array(_)) => return None,
            Form::Constant(constant) => elements.push(constant),
            _ => return None,
        }
        if cursor.eat(&Token::Comma).is_none() {
            break;
        }
    }
    cursor.eat(&Token::RBracket)?;
    Some(Form::Constant(Constant::Array(elements)))
}

fn judge(form: &Form, column_type: ColumnType) -> Result<DefaultValue, String> {
    use ScalarType::{Date, Time, Timestamp, TimestampTz, Uuid};
    match (form, column_type) {
        (Form::Constant(constant), _) => {
            literal::coerce(constant, column_type).map(DefaultValue::Literal)
        }
        (Form::Now, ColumnType::Scalar(Date | Time | Timestamp | TimestampTz)) => {
            Ok(DefaultValue::Now)
        }
        (Form::RandomUuid, ColumnType::Scalar(Uuid)) => Ok(DefaultValue::RandomUuid),
        (Form::TimeUuid, ColumnType::Scalar(Uuid)) => Ok(DefaultValue::TimeUuid),
        (_, ColumnType::Scalar(scalar)) => Err(format!("expected {}", literal::example(scalar))),
        (_, other) => Err(format!("expected a constant of the type {other}")),
    }
}

fn wrong_type(
    form: &Form,
    column_type: ColumnType,
    place: Range<usize>,
    expected: String,
    report: &mut Report<'_, '_>,
) {
    let shown = report.quote(place.clone());
    let finding = report
        .error(
            Code::SqlDefaultValue,
            place.clone(),
            format!("the default {shown} is no value of the type {column_type}"),
        )
        .expecting(expected);
    let is_text = column_type.scalar().is_some_and(ScalarType::is_text);
    let is_boolean = column_type.scalar() == Some(ScalarType::Boolean);
    let finding = match form {
        Form::Constant(Constant::Number(digits)) if is_text => finding.replacing(
            "put it in single quotes",
            report.span(place),
            literal::in_quotes(digits),
        ),
        Form::Constant(Constant::Number(digits)) if is_boolean => {
            let word = if digits == "0" { "FALSE" } else { "TRUE" };
            finding.replacing("for example", report.span(place), word)
        }
        _ => finding,
    };
    report.push(finding);
}

/// Passes the words up to the next clause and says what may stand there.
fn refuse(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) {
    let start = cursor.start();
    let first = cursor.peek();
    let is_name = first.is_some_and(
        |first| matches!(&first.token, Token::Word(word) if word.quote_style.is_some()),
    );
    skip_to_next_clause(cursor);
    let place = start..cursor.end();
    let shown = report.quote(place.clone());
    let finding = report
        .error(
            Code::SqlDefaultForm,
            place.clone(),
            format!("{shown} cannot be a default"),
        )
        .expecting("neither a constant nor one of the known functions");
    let finding = match first {
        Some(first) if is_name => {
            let text = report.text(first.range()).trim_matches('"');
            finding.replacing(
                "a text stands in single quotes",
                report.span(first.range()),
                literal::in_quotes(text),
            )
        }
        Some(first) if first.is_word("nextval") => {
            finding.helping("for rising numbers take the type `BIGSERIAL`, or `BIGINT GENERATED BY DEFAULT AS IDENTITY`")
        }
        Some(first) if first.is_one_of(&["uuid_generate_v1", "uuid_generate_v1mc", "newid", "uuid"]) => {
            finding.replacing("for a new UUID", report.span(place), "gen_random_uuid()")
        }
        Some(first) if first.is_one_of(&["getdate", "sysdate", "getutcdate", "current_timestamp_utc"]) => {
            finding.replacing("for the time of the request", report.span(place), "now()")
        }
        _ => finding.helping(HELP),
    };
    report.push(finding);
}

fn skip_to_next_clause(cursor: &mut Cursor<'_>) {
    let mut is_first = true;
    while let Some(next) = cursor.peek() {
        if !is_first && next.is_one_of(NEXT_CLAUSE) {
            return;
        }
        is_first = false;
        if cursor.at(&Token::LParen) {
            cursor.parentheses();
        } else {
            cursor.next();
        }
    }
}
