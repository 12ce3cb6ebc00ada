//! What objectives, alerts and rollback criteria have in common: measures, percentiles, comparisons, thresholds.

use bigdecimal::BigDecimal;
use bigdecimal::num_traits::Signed;
use specd_domain::Span;
use specd_domain::objective::{Measure, Percentile};

use crate::value::{Cursor, Token, span_of_tokens};

/// The smallest text that is wrong, and what was expected there.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) span: Span,
    pub(super) expected: &'static str,
}

/// A measure above or below a threshold.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) measure: Measure,
    pub(super) percentile: Option<Percentile>,
    pub(super) threshold: BigDecimal,
}

/// `latency > 200ms`, `p99 > 500ms`, `error rate > 5%`, `availability < 99.5%`.
pub(super) fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, Wrong> {
    let place = cursor.next_place();
    let Some((measure, percentile)) = measure(cursor) else {
        return Err(Wrong {
            span: place,
            expected: "expected `latency`, a percentile such as `p99`, `error rate`, `throughput` or `availability`",
        });
    };
    let place = cursor.next_place();
    let is_below = measure == Measure::Availability;
    if !compares(cursor, is_below) {
        let expected = if is_below {
            "expected `<`"
        } else {
            "expected `>`"
        };
        return Err(Wrong {
            span: place,
            expected,
        });
    }
    let threshold = threshold(cursor, measure)?;
    Ok(Condition {
        measure,
        percentile,
        threshold,
    })
}

/// The words of a measure; a percentile alone is of the latency.
pub(super) fn measure(cursor: &mut Cursor<'_>) -> Option<(Measure, Option<Percentile>)> {
    if let Some(percentile) = percentile(cursor) {
        cursor.words(&["latency"]);
        return Some((Measure::Latency, Some(percentile)));
    }
    let words: [(&[&str], Measure); 4] = [
        (&["latency"], Measure::Latency),
        (&["error", "rate"], Measure::ErrorRate),
        (&["throughput"], Measure::Throughput),
        (&["availability"], Measure::Availability),
    ];
    let found = words.into_iter().find(|(words, _)| cursor.words(words));
    found.map(|(_, measure)| (measure, None))
}

/// Whether a clause begins with a measure.
pub(super) fn begins_with_measure(tokens: &[Token]) -> bool {
    measure(&mut Cursor::new(tokens)).is_some()
}

/// `p95`, `p99.9`.
pub(super) fn percentile(cursor: &mut Cursor<'_>) -> Option<Percentile> {
    let text = &cursor.peek()?.text;
    let digits = text.strip_prefix(['p', 'P'])?;
    let (whole, tenths) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_shaped = (1..=2).contains(&whole.len())
        && tenths.len() == 1
        && whole
            .bytes()
            .chain(tenths.bytes())
            .all(|byte| byte.is_ascii_digit());
    if !is_shaped {
        return None;
    }
    let number: u16 = format!("{whole}{tenths}").parse().ok()?;
    (1..=999).contains(&number).then(|| {
        cursor.take();
        Percentile(number)
    })
}

/// `<` or `>`, each also with `=`.
pub(super) fn compares(cursor: &mut Cursor<'_>, is_below: bool) -> bool {
    let signs = if is_below {
        ["<", "<=", "≤"]
    } else {
        [">", ">=", "≥"]
    };
    signs.into_iter().any(|sign| cursor.sign(sign))
}

/// A number with the unit of its measure: milliseconds, requests per second, percent.
pub(super) fn threshold(cursor: &mut Cursor<'_>, measure: Measure) -> Result<BigDecimal, Wrong> {
    let place = cursor.next_place();
    let start = cursor.clone();
    let expected = match measure {
        Measure::Latency => "expected a time such as `200ms`",
        Measure::Throughput => "expected a rate such as `500 req/sec`",
        Measure::ErrorRate => "expected a share above 0 and up to 100, such as `1%`",
        Measure::Availability => "expected a share above 0 and up to 100, such as `99.9%`",
    };
    let quantity = cursor.quantity();
    let read = quantity.and_then(|(number, unit)| in_unit(cursor, measure, number, &unit));
    let hundred = BigDecimal::from(100);
    let is_in_range = |number: &BigDecimal| {
        let is_share = matches!(measure, Measure::ErrorRate | Measure::Availability);
        number.is_positive() && (!is_share || *number <= hundred)
    };
    read.filter(is_in_range).ok_or_else(|| {
        let taken = start.rest().len() - cursor.rest().len();
        let tokens = start.rest().get(..taken).unwrap_or_default();
        let span = if tokens.is_empty() {
            place
        } else {
            span_of_tokens(tokens)
        };
        Wrong { span, expected }
    })
}

fn in_unit(
    cursor: &mut Cursor<'_>,
    measure: Measure,
    number: BigDecimal,
    unit: &str,
) -> Option<BigDecimal> {
    match (measure, unit) {
        (Measure::Latency, "ms") | (Measure::ErrorRate | Measure::Availability, "%") => {
            Some(number)
        }
        (Measure::Latency, "s" | "sec" | "second" | "seconds") => {
            Some(number * BigDecimal::from(1000))
        }
        (Measure::Latency, "us" | "µs" | "μs") => Some(number / BigDecimal::from(1000)),
        (
            Measure::Throughput,
            "req/s" | "req/sec" | "req/second" | "requests/s" | "requests/sec" | "requests/second"
            | "rps",
        ) => Some(number),
        (Measure::Throughput, "req" | "requests") => {
            cursor.words(&["per", "second"]).then_some(number)
        }
        _ => None,
    }
}
