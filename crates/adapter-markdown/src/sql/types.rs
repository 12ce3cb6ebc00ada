//! The type of a column: the types of the language page under all their PostgreSQL names.

mod arguments;
mod spelling;

use std::ops::Range;

use specd_domain::Located;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::diagnostic::Code;
use sqlparser::tokenizer::Token;

use self::arguments::{Arguments, arguments, bounded, length, numeric, refuse_arguments};
pub(super) use self::spelling::is_type_name;
use self::spelling::{Base, LISTED, base_of, elsewhere, nearest, stand_in, takes_arguments};
use super::cursor::Cursor;
use super::report::Report;
use super::slip;

/// A type as it was read.
pub(super) struct TypeRead {
    pub(super) column_type: Located<ColumnType>,
    /// Its words in the block.
    pub(super) range: Range<usize>,
    /// `SERIAL` and its like.
    pub(super) is_serial: bool,
}

/// Reads the type that is next. One that cannot be used is reported; the nearest is read in its place, so that one
/// mistake is not reported again by everything that uses the column.
pub(super) fn read(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<TypeRead> {
    let Some(first) = cursor.peek().filter(|lexeme| lexeme.is_name()) else {
        slip::unexpected(cursor, report, "a type");
        return None;
    };
    let start = first.start;
    let words = words(cursor, report);
    let name_end = cursor.end();
    let arguments = arguments(cursor, report)?;
    let zoned = zone(cursor);
    let name = if zoned == Some(true) && words == "time" {
        "time with time zone".to_owned()
    } else {
        words
    };
    let base = base_of(&name);
    if let Some(unsigned) = cursor
        .peek()
        .filter(|next| next.is_one_of(&["unsigned", "zerofill"]))
    {
        let place = unsigned.range();
        let finding = report
            .error(
                Code::SqlType,
                place.clone(),
                "PostgreSQL has no unsigned numbers",
            )
            .expecting("not a word of a type")
            .replacing(
                "leave it out, and say `CHECK (column >= 0)`",
                report.span(place),
                "",
            );
        report.push(finding);
        cursor.next();
    }
    let Some(base) = base else {
        return Some(unknown(&name, start..name_end, cursor, report));
    };
    let scalar = apply(base, zoned, &arguments, &(start..cursor.end()), report);
    let is_serial = matches!(base, Base::Serial(_));
    let is_array = array(cursor, report);
    let range = start..cursor.end();
    let column_type = if is_array && (is_serial || scalar.is_json()) {
        let shown = report.quote(range.clone());
        let finding = report
            .error(
                Code::SqlType,
                range.clone(),
                format!("{shown} is no type of a column"),
            )
            .expecting("only scalar types have arrays")
            .helping("take `JSONB` for a list of JSON values");
        report.push(finding);
        ColumnType::Jsonb
    } else {
        match scalar {
            ColumnType::Scalar(element) if is_array => ColumnType::Array(element),
            other => other,
        }
    };
    Some(TypeRead {
        column_type: report.locate(column_type, range.clone()),
        range,
        is_serial: is_serial && !is_array,
    })
}

/// The type that a name stands for with its arguments.
fn apply(
    base: Base,
    zoned: Option<bool>,
    arguments: &Arguments,
    range: &Range<usize>,
    report: &mut Report<'_, '_>,
) -> ColumnType {
    let scalar = match base {
        Base::Varchar => ScalarType::Varchar(length(arguments, range, report)),
        Base::Char => ScalarType::Char(length(arguments, range, report).unwrap_or(1)),
        Base::BlankPadded => match length(arguments, range, report) {
            Some(length) => ScalarType::Char(length),
            None => ScalarType::Varchar(None),
        },
        Base::Numeric => ScalarType::Numeric(numeric(arguments, range, report)),
        Base::Float => match bounded(
            arguments,
            range,
            "a precision of 1 to 53 bits",
            1..=53,
            report,
        ) {
            Some(1..=24) => ScalarType::Real,
            _ => ScalarType::Double,
        },
        Base::Times(scalar) => {
            bounded(arguments, range, "0 to 6 digits of a second", 0..=6, report);
            match (scalar, zoned) {
                (ScalarType::Timestamp, Some(true)) => ScalarType::TimestampTz,
                (other, _) => other,
            }
        }
        Base::Plain(scalar) | Base::Serial(scalar) => {
            refuse_arguments(scalar, arguments, range, report);
            scalar
        }
        Base::Json | Base::Jsonb => {
            refuse_arguments(ScalarType::Text, arguments, range, report);
            return match base {
                Base::Json => ColumnType::Json,
                _ => ColumnType::Jsonb,
            };
        }
    };
    ColumnType::Scalar(scalar)
}

/// The words of the name, in lower case.
fn words(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> String {
    if cursor.at_words(&["pg_catalog"])
        && cursor
            .peek_at(1)
            .is_some_and(|dot| dot.token == Token::Period)
    {
        cursor.skip(2);
    }
    let Some(first) = cursor.next() else {
        return String::new();
    };
    let mut words = match &first.token {
        Token::Word(word) => word.value.to_ascii_lowercase(),
        _ => report.text(first.range()).to_ascii_lowercase(),
    };
    let second = match words.as_str() {
        "double" => cursor.eat_word("precision"),
        "char" | "character" | "bit" => cursor.eat_word("varying"),
        // A slip in the first of two words.
        first if base_of(first).is_none() => cursor
            .eat_word("varying")
            .or_else(|| cursor.eat_word("precision")),
        _ => None,
    };
    if let Some(second) = second {
        words.push(' ');
        words.push_str(&report.text(second.range()).to_ascii_lowercase());
    }
    words
}

/// `WITH TIME ZONE`: `Some(true)`; `WITHOUT TIME ZONE`: `Some(false)`.
fn zone(cursor: &mut Cursor<'_>) -> Option<bool> {
    if cursor.eat_words(&["with", "time", "zone"]).is_some() {
        Some(true)
    } else if cursor.eat_words(&["without", "time", "zone"]).is_some() {
        Some(false)
    } else {
        None
    }
}

/// `[]`, `[3]`, `ARRAY`, `ARRAY[3]`. More than one dimension is an error.
fn array(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> bool {
    let is_spelled = cursor.eat_word("array").is_some();
    let mut brackets = 0;
    while cursor.at(&Token::LBracket) {
        let start = cursor.start();
        cursor.next();
        if matches!(
            cursor.peek().map(|next| &next.token),
            Some(Token::Number(..))
        ) {
            cursor.next();
        }
        if cursor.eat(&Token::RBracket).is_none() {
            slip::unexpected(cursor, report, "`]`");
            return true;
        }
        brackets += 1;
        if brackets == 2 {
            let place = start..cursor.end();
            let finding = report
                .error(
                    Code::SqlType,
                    place.clone(),
                    "arrays of documents have one dimension",
                )
                .expecting("a second dimension")
                .replacing("leave it out, or take `JSONB`", report.span(place), "");
            report.push(finding);
        }
    }
    is_spelled || brackets > 0
}

/// The finding for a type that columns do not have, and the nearest type in its place.
fn unknown(
    name: &str,
    place: Range<usize>,
    cursor: &mut Cursor<'_>,
    report: &mut Report<'_, '_>,
) -> TypeRead {
    let with_arguments = place.start..cursor.end();
    array(cursor, report);
    let shown = report.quote(place.clone());
    let nearest = elsewhere(name).map(str::to_owned).or_else(|| nearest(name));
    let finding = report
        .error(
            Code::SqlType,
            place.clone(),
            format!("{shown} is no type of a column"),
        )
        .expecting("expected a type")
        .noting(format!("the types are {LISTED}"));
    let finding = match &nearest {
        Some(nearest) => finding.replacing(
            format!("did you mean `{nearest}`?"),
            report.span(if takes_arguments(nearest) {
                place.clone()
            } else {
                with_arguments
            }),
            nearest.clone(),
        ),
        None => finding.helping("take one of the types listed"),
    };
    report.push(finding);
    let column_type = nearest
        .and_then(|nearest| stand_in(&nearest))
        .unwrap_or(ColumnType::Jsonb);
    let range = place.start..cursor.end();
    TypeRead {
        column_type: report.locate(column_type, range.clone()),
        range,
        is_serial: false,
    }
}
