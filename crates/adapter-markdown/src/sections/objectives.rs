//! Metrics: the objectives (spec-language, section 8).

use specd_domain::Diagnostic;
use specd_domain::diagnostic::Code;
use specd_domain::objective::{Measure, Objective};

use super::Section;
use super::measure::{Wrong, compares, percentile, threshold};
use crate::placeholder::{is_bracketed, is_number_placeholder};
use crate::reading::{Found, Reading};
use crate::value::{Cursor, Token, span_of_tokens};

/// The labels, what each measures, and a line that works.
const LABELS: [(&str, Measure, &str); 4] = [
    (
        "Latency",
        Measure::Latency,
        "- **Latency**: p95 < 50ms, p99 < 100ms",
    ),
    (
        "Throughput",
        Measure::Throughput,
        "- **Throughput**: 500 req/sec",
    ),
    ("Error Rate", Measure::ErrorRate, "- **Error Rate**: < 1%"),
    (
        "Availability",
        Measure::Availability,
        "- **Availability**: 99.9% uptime",
    ),
];

/// Reads the objectives.
pub(crate) fn read(reading: &mut Reading<'_>) -> Vec<Objective> {
    let names = LABELS.map(|(name, _, _)| name);
    let mut objectives = Vec::new();
    for label in reading.labels_once(&[Section::Metrics], &names) {
        let row = LABELS.into_iter().find(|(name, _, _)| *name == label.name);
        if let Some((_, measure, example)) = row {
            objectives.extend(value(reading, &label, measure, example));
        }
    }
    objectives
}

fn value(
    reading: &mut Reading<'_>,
    label: &Found,
    measure: Measure,
    example: &str,
) -> Vec<Objective> {
    let tokens: Vec<Token> = label.value.tokens().cloned().collect();
    if tokens.iter().any(is_number_placeholder) || tokens.is_empty() || is_bracketed(&tokens) {
        reading.leave_unfilled(label.value.span(), label.name, example);
        return Vec::new();
    }
    let mut objectives = Vec::new();
    for clause in label.value.clauses_of_words() {
        for part in clause.split(|token| token.is_sign(",")) {
            match objective(part, measure) {
                Ok(objective) => objectives.extend(objective),
                Err(wrong) => reading.report(unreadable(label.name, example, &wrong)),
            }
        }
    }
    objectives
}

fn objective(tokens: &[Token], measure: Measure) -> Result<Option<Objective>, Wrong> {
    let mut cursor = Cursor::new(tokens);
    if tokens.is_empty() || cursor.words(&["none"]) && cursor.is_done() {
        return Ok(None);
    }
    let mut cursor = Cursor::new(tokens);
    let place = cursor.next_place();
    let percentile = percentile(&mut cursor);
    if percentile.is_some() != (measure == Measure::Latency) {
        return Err(Wrong {
            span: place,
            expected: match measure {
                Measure::Latency => "expected a percentile such as `p95`",
                _ => "expected a number",
            },
        });
    }
    let place = cursor.next_place();
    let is_compared = match measure {
        Measure::Latency | Measure::ErrorRate => compares(&mut cursor, true),
        Measure::Throughput | Measure::Availability => {
            compares(&mut cursor, false);
            true
        }
    };
    if !is_compared {
        return Err(Wrong {
            span: place,
            expected: "expected `<`",
        });
    }
    let target = threshold(&mut cursor, measure)?;
    if measure == Measure::Availability {
        cursor.words(&["uptime"]);
    }
    if !cursor.is_done() {
        return Err(Wrong {
            span: cursor.place(),
            expected: "expected the end of the objective",
        });
    }
    Ok(Some(Objective {
        measure,
        percentile,
        target,
        span: span_of_tokens(tokens),
    }))
}

fn unreadable(label: &str, example: &str, wrong: &Wrong) -> Diagnostic {
    let headline = format!("the objective `{label}` cannot be read");
    Diagnostic::error(Code::ObjectiveUnreadable, wrong.span, headline)
        .expecting(wrong.expected)
        .helping(format!("write for example: {example}"))
}
