//! Rollback Plan: `error rate > 5% over 5m`. What compares nothing is free text.

use specd_domain::Diagnostic;
use specd_domain::diagnostic::Code;
use specd_domain::objective::Measure;
use specd_domain::rollout::RollbackCriterion;

use crate::placeholder::{is_bracketed, is_number_placeholder};
use crate::reading::Reading;
use crate::sections::Section;
use crate::sections::measure::{Wrong, begins_with_measure, condition};
use crate::value::{Cursor, Row, Token, Value, span_of_tokens};

const LABEL: &str = "Rollback Plan";
const EXAMPLE: &str = "- error rate > 5% over 5m";

/// The longest window: a day.
const MAX_WINDOW_SECONDS: u32 = 24 * 60 * 60;

/// Reads the criteria.
pub(super) fn read(reading: &mut Reading<'_>) -> Vec<RollbackCriterion> {
    let wanted = [Section::Rollback];
    let parts = reading.parts(&wanted);
    let rows: Vec<Row> = parts
        .filter_map(|(_, part)| part.line())
        .map(|line| Row::of(&line.inlines))
        .collect();
    let mut criteria = Vec::new();
    for row in rows {
        if reading.questions.is_alone(&row) || is_bracketed(&row.tokens) {
            reading.leave_unfilled(span_of_tokens(&row.tokens), LABEL, EXAMPLE);
            continue;
        }
        let mut value = Value {
            label: span_of_tokens(&row.tokens),
            rows: vec![row],
        };
        reading.questions.strip_value(&mut value);
        for clause in value.clauses_of_words() {
            for part in clause.split(|token| token.is_sign(",") || token.is_word("or")) {
                take(reading, part, &mut criteria);
            }
        }
    }
    criteria
}

fn take(reading: &mut Reading<'_>, part: &[Token], criteria: &mut Vec<RollbackCriterion>) {
    let Some(tokens) = meant_as_criterion(part) else {
        return;
    };
    if tokens.iter().any(is_number_placeholder) {
        reading.leave_unfilled(span_of_tokens(tokens), LABEL, EXAMPLE);
        return;
    }
    match criterion(tokens) {
        Ok(criterion) => criteria.push(criterion),
        Err(wrong) => reading.report(unreadable(&wrong)),
    }
}

/// The tokens from the measure on, where the clause compares something: it holds `<` or `>`, or begins with a measure and holds a
/// number. Words before the measure are prose ("roll back when …").
fn meant_as_criterion(part: &[Token]) -> Option<&[Token]> {
    let is_comparison = |token: &Token| {
        ["<", ">", "<=", ">=", "≤", "≥"]
            .iter()
            .any(|sign| token.is_sign(sign))
    };
    let compares = part.iter().any(is_comparison);
    let starts = (0..part.len()).filter_map(|start| part.get(start..));
    let from_measure = starts
        .take_while(|tokens| !tokens.first().is_some_and(is_comparison))
        .find(|tokens| begins_with_measure(tokens));
    match from_measure {
        Some(tokens) if compares => Some(tokens),
        Some(tokens)
            if tokens.len() == part.len()
                && tokens.iter().any(Token::has_digit)
                && !is_code_only(tokens) =>
        {
            Some(tokens)
        }
        None if compares => Some(part),
        _ => None,
    }
}

fn is_code_only(tokens: &[Token]) -> bool {
    tokens.iter().all(Token::is_code)
}

fn criterion(tokens: &[Token]) -> Result<RollbackCriterion, Wrong> {
    let mut cursor = Cursor::new(tokens);
    let place = cursor.next_place();
    let condition = condition(&mut cursor)?;
    if condition.measure == Measure::Latency && condition.percentile.is_none() {
        return Err(Wrong {
            span: place,
            expected: "expected a percentile such as `p99`",
        });
    }
    if !cursor.words(&["over"]) {
        return Err(Wrong {
            span: cursor.next_place(),
            expected: "expected `over` and a time such as `5m`",
        });
    }
    let place = cursor.next_place();
    let window_seconds = window(&mut cursor).ok_or(Wrong {
        span: place,
        expected: "expected a time of at most a day, such as `30s`, `5m` or `1h`",
    })?;
    if !cursor.is_done() {
        return Err(Wrong {
            span: cursor.place(),
            expected: "expected the end of the criterion",
        });
    }
    Ok(RollbackCriterion {
        measure: condition.measure,
        percentile: condition.percentile,
        threshold: condition.threshold,
        window_seconds,
        span: span_of_tokens(tokens),
    })
}

fn window(cursor: &mut Cursor<'_>) -> Option<u32> {
    let (number, unit) = cursor.quantity()?;
    let count: u32 = number.to_string().parse().ok()?;
    let seconds = match unit.as_str() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        _ => return None,
    };
    let window = count.checked_mul(seconds)?;
    (1..=MAX_WINDOW_SECONDS).contains(&window).then_some(window)
}

fn unreadable(wrong: &Wrong) -> Diagnostic {
    Diagnostic::error(
        Code::CriterionUnreadable,
        wrong.span,
        "the rollback criterion cannot be read",
    )
    .expecting(wrong.expected)
    .helping(format!("write for example: {EXAMPLE}"))
}
