//! The numbers behind a type's name, within the limits of PostgreSQL.

use std::ops::Range;

use specd_domain::column_type::{NumericShape, ScalarType};
use specd_domain::diagnostic::Code;
use sqlparser::tokenizer::Token;

use crate::sql::cursor::Cursor;
use crate::sql::report::Report;
use crate::sql::slip;

/// The longest `VARCHAR` and `CHAR` of `PostgreSQL`.
const LONGEST_TEXT: u32 = 10_485_760;
/// The most digits of a `NUMERIC` of `PostgreSQL`.
const MOST_DIGITS: u16 = 1000;

/// `(10, 2)`: the numbers with their places, and the parentheses.
pub(super) struct Arguments {
    pub(super) numbers: Vec<(u32, Range<usize>)>,
    pub(super) range: Option<Range<usize>>,
}

pub(super) fn arguments(cursor: &mut Cursor<'_>, report: &mut Report<'_, '_>) -> Option<Arguments> {
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

pub(super) fn length(
    arguments: &Arguments,
    range: &Range<usize>,
    report: &mut Report<'_, '_>,
) -> Option<u32> {
    let expected = "a length of 1 to 10485760 characters";
    bounded(arguments, range, expected, 1..=LONGEST_TEXT, report)
}

/// The only argument, within its limits; what is outside is reported, and read as its nearest limit.
pub(super) fn bounded(
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

pub(super) fn numeric(
    arguments: &Arguments,
    range: &Range<usize>,
    report: &mut Report<'_, '_>,
) -> Option<NumericShape> {
    let (precision, place) = arguments.numbers.first()?;
    if !(1..=u32::from(MOST_DIGITS)).contains(precision) {
        outside(place.clone(), range, "1 to 1000 digits in all", report);
        return None;
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

pub(super) fn refuse_arguments(
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
