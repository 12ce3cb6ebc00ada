//! The type of a column: the types of the language page under all their PostgreSQL names.

use std::ops::Range;

use specd_domain::Located;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::diagnostic::Code;
use sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::report::{Report, quote};
use super::slip;

/// The types that a document may use, as findings list them.
const LISTED: &str = "UUID, VARCHAR(n), CHAR(n), TEXT, SMALLINT, INTEGER, BIGINT, NUMERIC(p,s), REAL, DOUBLE PRECISION, BOOLEAN, \
    DATE, TIME, TIMESTAMP, TIMESTAMPTZ, JSON, JSONB, BYTEA, and arrays of the scalar ones, such as TEXT[]";

/// The longest `VARCHAR` and `CHAR` of `PostgreSQL`.
const LONGEST_TEXT: u32 = 10_485_760;
/// The most digits of a `NUMERIC` of `PostgreSQL`.
const MOST_DIGITS: u16 = 1000;

/// What the words of a type name stand for, before their arguments.
#[derive(Clone, Copy)]
enum Base {
    Plain(ScalarType),
    Varchar,
    Char,
    BlankPadded,
    Numeric,
    Float,
    Times(ScalarType),
    Json,
    Jsonb,
    Serial(ScalarType),
}

/// Every name of a type, in lower case.
const NAMES: &[(&str, Base)] = &[
    ("uuid", Base::Plain(ScalarType::Uuid)),
    ("varchar", Base::Varchar),
    ("character varying", Base::Varchar),
    ("char varying", Base::Varchar),
    ("char", Base::Char),
    ("character", Base::Char),
    ("bpchar", Base::BlankPadded),
    ("text", Base::Plain(ScalarType::Text)),
    ("smallint", Base::Plain(ScalarType::SmallInt)),
    ("int2", Base::Plain(ScalarType::SmallInt)),
    ("integer", Base::Plain(ScalarType::Integer)),
    ("int", Base::Plain(ScalarType::Integer)),
    ("int4", Base::Plain(ScalarType::Integer)),
    ("bigint", Base::Plain(ScalarType::BigInt)),
    ("int8", Base::Plain(ScalarType::BigInt)),
    ("numeric", Base::Numeric),
    ("decimal", Base::Numeric),
    ("dec", Base::Numeric),
    ("real", Base::Plain(ScalarType::Real)),
    ("float4", Base::Plain(ScalarType::Real)),
    ("double precision", Base::Plain(ScalarType::Double)),
    ("float8", Base::Plain(ScalarType::Double)),
    ("float", Base::Float),
    ("boolean", Base::Plain(ScalarType::Boolean)),
    ("bool", Base::Plain(ScalarType::Boolean)),
    ("date", Base::Plain(ScalarType::Date)),
    ("time", Base::Times(ScalarType::Time)),
    ("timestamp", Base::Times(ScalarType::Timestamp)),
    ("timestamptz", Base::Times(ScalarType::TimestampTz)),
    ("json", Base::Json),
    ("jsonb", Base::Jsonb),
    ("bytea", Base::Plain(ScalarType::Bytea)),
    ("smallserial", Base::Serial(ScalarType::SmallInt)),
    ("serial2", Base::Serial(ScalarType::SmallInt)),
    ("serial", Base::Serial(ScalarType::Integer)),
    ("serial4", Base::Serial(ScalarType::Integer)),
    ("bigserial", Base::Serial(ScalarType::BigInt)),
    ("serial8", Base::Serial(ScalarType::BigInt)),
];

/// Types of other databases, or of `PostgreSQL` but not of documents, and the one to use instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("datetime", "TIMESTAMPTZ"),
    ("datetime2", "TIMESTAMPTZ"),
    ("smalldatetime", "TIMESTAMPTZ"),
    ("timetz", "TIME"),
    ("time with time zone", "TIME"),
    ("string", "TEXT"),
    ("str", "TEXT"),
    ("clob", "TEXT"),
    ("citext", "TEXT"),
    ("tinytext", "TEXT"),
    ("mediumtext", "TEXT"),
    ("longtext", "TEXT"),
    ("ntext", "TEXT"),
    ("xml", "TEXT"),
    ("inet", "TEXT"),
    ("cidr", "TEXT"),
    ("enum", "TEXT"),
    ("set", "TEXT"),
    ("name", "TEXT"),
    ("nvarchar", "VARCHAR"),
    ("varchar2", "VARCHAR"),
    ("nvarchar2", "VARCHAR"),
    ("nchar", "CHAR"),
    ("tinyint", "SMALLINT"),
    ("mediumint", "INTEGER"),
    ("int1", "SMALLINT"),
    ("int16", "SMALLINT"),
    ("int32", "INTEGER"),
    ("int64", "BIGINT"),
    ("long", "BIGINT"),
    ("number", "NUMERIC"),
    ("money", "NUMERIC(12,2)"),
    ("smallmoney", "NUMERIC(12,2)"),
    ("double", "DOUBLE PRECISION"),
    ("blob", "BYTEA"),
    ("tinyblob", "BYTEA"),
    ("mediumblob", "BYTEA"),
    ("longblob", "BYTEA"),
    ("binary", "BYTEA"),
    ("varbinary", "BYTEA"),
    ("bytes", "BYTEA"),
    ("image", "BYTEA"),
    ("guid", "UUID"),
    ("uniqueidentifier", "UUID"),
    ("bit", "BOOLEAN"),
    ("logical", "BOOLEAN"),
    ("object", "JSONB"),
    ("hstore", "JSONB"),
    ("map", "JSONB"),
];

/// A type as it was read.
pub(super) struct TypeRead {
    pub(super) column_type: Located<ColumnType>,
    /// Its words in the block.
    pub(super) range: Range<usize>,
    /// `SERIAL` and its like.
    pub(super) is_serial: bool,
}

/// Whether a type has this name.
pub(super) fn is_type_name(word: &str) -> bool {
    let folded = word.to_ascii_lowercase();
    folded == "double" || base_of(&folded).is_some() || elsewhere(&folded).is_some()
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

/// `(10, 2)`: the numbers with their places, and the parentheses.
struct Arguments {
    numbers: Vec<(u32, Range<usize>)>,
    range: Option<Range<usize>>,
}

fn arguments(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<Arguments> {
    let mut arguments = Arguments {
        numbers: Vec::new(),
        range: None,
    };
    let Some(list) = cursor.parentheses() else {
        return Some(arguments);
    };
    if !list.is_closed {
        slip::unclosed(&list, report);
        return None;
    }
    arguments.range = Some(list.range.clone());
    for (part, _) in list.inside.parts() {
        let range = part.remaining();
        // A number beyond 32 bits is beyond every limit; any other word is no number and is reported by its place.
        let number = match part.lexemes() {
            [only] => match &only.token {
                Token::Number(digits, _) => digits.parse().unwrap_or(u32::MAX),
                _ => u32::MAX,
            },
            _ => u32::MAX,
        };
        arguments.numbers.push((number, range));
    }
    Some(arguments)
}

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

fn length(arguments: &Arguments, range: &Range<usize>, report: &mut Report<'_, '_>) -> Option<u32> {
    let expected = "a length of 1 to 10485760 characters";
    bounded(arguments, range, expected, 1..=LONGEST_TEXT, report)
}

/// The only argument, within its limits; what is outside is reported, and read as its nearest limit.
fn bounded(
    arguments: &Arguments,
    range: &Range<usize>,
    expected: &str,
    limits: std::ops::RangeInclusive<u32>,
    report: &mut Report<'_, '_>,
) -> Option<u32> {
    let (number, place) = arguments.numbers.first()?;
    if let Some((_, second)) = arguments.numbers.get(1) {
        outside(second.clone(), range, "one number", report);
    }
    if !limits.contains(number) {
        outside(place.clone(), range, expected, report);
    }
    Some(*number.clamp(limits.start(), limits.end()))
}

fn numeric(
    arguments: &Arguments,
    range: &Range<usize>,
    report: &mut Report<'_, '_>,
) -> Option<NumericShape> {
    let (precision, place) = arguments.numbers.first()?;
    if !(1..=u32::from(MOST_DIGITS)).contains(precision) {
        outside(place.clone(), range, "1 to 1000 digits in all", report);
    }
    let precision =
        u16::try_from(*precision).map_or(MOST_DIGITS, |digits| digits.clamp(1, MOST_DIGITS));
    let mut scale = 0;
    if let Some((digits, place)) = arguments.numbers.get(1) {
        if *digits > u32::from(precision) {
            let expected =
                format!("0 to {precision} digits behind the point, as many as there are in all");
            outside(place.clone(), range, &expected, report);
        }
        scale = u16::try_from(*digits).map_or(precision, |digits| digits.min(precision));
    }
    if let Some((_, third)) = arguments.numbers.get(2) {
        outside(third.clone(), range, "two numbers", report);
    }
    Some(NumericShape { precision, scale })
}

fn outside(place: Range<usize>, range: &Range<usize>, expected: &str, report: &mut Report<'_, '_>) {
    let shown = report.quote(range.clone());
    let finding = report
        .error(
            Code::SqlTypeLimit,
            place,
            format!("{shown} is outside the limits of its type"),
        )
        .expecting(format!("expected {expected}"));
    report.push(finding);
}

fn refuse_arguments(
    scalar: ScalarType,
    arguments: &Arguments,
    range: &Range<usize>,
    report: &mut Report<'_, '_>,
) {
    let Some(place) = arguments.range.clone() else {
        return;
    };
    let shown = report.quote(range.start..place.start);
    let finding = report.error(
        Code::SqlTypeLimit,
        place.clone(),
        format!("the type {shown} takes no length"),
    );
    let finding = finding.expecting("nothing belongs here");
    let finding = if scalar == ScalarType::Text {
        let limited = format!("VARCHAR{}", report.text(place.clone()));
        finding.replacing(
            "a limited text is",
            report.span(range.start..place.end),
            limited,
        )
    } else {
        finding.replacing("leave it out", report.span(place), "")
    };
    report.push(finding);
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
    array(cursor, report);
    let shown = quote(name);
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
            report.span(place.clone()),
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

fn base_of(name: &str) -> Option<Base> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, base)| *base)
}

fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, instead)| *instead)
}

fn nearest(name: &str) -> Option<String> {
    let names = NAMES.iter().map(|(known, _)| *known);
    super::nearest::nearest(name, names).map(str::to_ascii_uppercase)
}

/// The type that is read where another was meant.
fn stand_in(name: &str) -> Option<ColumnType> {
    let folded = name.split('(').next()?.to_ascii_lowercase();
    let scalar = match base_of(&folded)? {
        Base::Plain(scalar) | Base::Times(scalar) | Base::Serial(scalar) => scalar,
        Base::Varchar | Base::BlankPadded => ScalarType::Varchar(None),
        Base::Char => ScalarType::Text,
        Base::Numeric => ScalarType::Numeric(None),
        Base::Float => ScalarType::Double,
        Base::Json => return Some(ColumnType::Json),
        Base::Jsonb => return Some(ColumnType::Jsonb),
    };
    Some(ColumnType::Scalar(scalar))
}
