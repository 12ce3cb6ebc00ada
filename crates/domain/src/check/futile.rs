//! Conditions that say nothing: a comparison with `NULL`, and `BETWEEN` with its bounds exchanged (spec-language, section 4).

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use crate::diagnostic::{Code, Diagnostic};
use crate::rule::{Comparison, Expr};
use crate::source::{Located, Span};
use crate::value::Value;

use super::subject::Subject;

/// Each condition can be true of one record and false of another, as far as its constants tell.
pub(super) fn conditions(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(table) = subject.table else {
        return;
    };
    let checks = table.checks.iter().map(|check| &check.expr);
    let predicates = table
        .indexes
        .iter()
        .filter_map(|index| index.predicate.as_ref());
    for condition in checks.chain(predicates) {
        if condition.value.any(&compares_with_null) {
            findings.push(with_null(subject, condition));
        }
        if condition.value.any(&has_exchanged_bounds) {
            findings.push(exchanged(subject, condition));
        }
    }
}

fn compares_with_null(expr: &Expr) -> bool {
    let is_null = |expr: &Expr| matches!(expr, Expr::Literal(Value::Null));
    match expr {
        Expr::Compare(_, Comparison::Distinct | Comparison::NotDistinct, _) => false,
        Expr::Compare(left, _, right) => is_null(left) || is_null(right),
        Expr::In(_, list) => list.iter().any(is_null),
        Expr::Between(_, low, high) => is_null(low) || is_null(high),
        _ => false,
    }
}

fn with_null(subject: &Subject<'_>, condition: &Located<Expr>) -> Diagnostic {
    Diagnostic::warning(
        Code::ConditionFutile,
        null_in(subject, condition.span),
        "nothing equals `NULL`: the comparison is never true and never false",
    )
    .expecting("a `CHECK` takes that for kept")
    .helping("say `IS NULL` or `IS NOT NULL`; leave `NULL` out of a list")
}

/// The first `NULL` that is compared: it does not follow `IS` or `NOT`.
fn null_in(subject: &Subject<'_>, span: Span) -> Span {
    let text = subject.document.text_at(span).to_ascii_lowercase();
    let is_compared = |at: usize| {
        let before = text.get(..at).unwrap_or_default().trim_end();
        !before.ends_with("is") && !before.ends_with("not")
    };
    let mut words = text
        .match_indices("null")
        .filter(|(at, _)| is_compared(*at));
    words.next().map_or(span, |(at, word)| {
        let start = span.start + at;
        Span::new(start, start + word.len())
    })
}

fn has_exchanged_bounds(expr: &Expr) -> bool {
    let Expr::Between(_, low, high) = expr else {
        return false;
    };
    let (Expr::Literal(low), Expr::Literal(high)) = (&**low, &**high) else {
        return false;
    };
    match (low, high) {
        (Value::Text(low), Value::Text(high)) => day(low)
            .zip(day(high))
            .is_some_and(|(low, high)| low > high),
        _ => number(low)
            .zip(number(high))
            .is_some_and(|(low, high)| low > high),
    }
}

/// A number of bounded size, as constants are read.
fn number(value: &Value) -> Option<BigDecimal> {
    match value {
        Value::Integer(number) => Some(BigDecimal::from(*number)),
        Value::Decimal(number) => Some(number.clone()),
        _ => None,
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn exchanged(subject: &Subject<'_>, condition: &Located<Expr>) -> Diagnostic {
    Diagnostic::warning(
        Code::ConditionFutile,
        subject.word_in(condition.span, "between"),
        "no value lies between these bounds: the first is above the second",
    )
    .expecting("never true")
    .helping("exchange the bounds")
}
