//! Claims: a condition as what a field must do, or must not.

use super::operand::{Measure, literal, measured, trimmed, words};
use crate::name::FieldName;
use crate::rule::fields::fields;
use crate::rule::{Comparison, Expr, Format, Function};
use crate::value::Value;

/// Deeper than this a rule is named, not told.
const MAX_DEPTH: usize = 4;

/// What one field must do: `be greater than 0`.
struct Claim {
    subject: FieldName,
    verb: String,
}

/// `must …`, said of the subject where there is one.
pub(super) fn sentence(expr: &Expr, subject: Option<&FieldName>) -> Option<String> {
    told(expr, subject, false, MAX_DEPTH).map(|told| match told {
        Told::Of(claim) if subject == Some(&claim.subject) => format!("must {}", claim.verb),
        Told::Of(claim) => format!("`{}` must {}", claim.subject, claim.verb),
        Told::Whole(text) => text,
    })
}

enum Told {
    /// About one field.
    Of(Claim),
    /// A sentence of its own, about several.
    Whole(String),
}

fn told(expr: &Expr, subject: Option<&FieldName>, negated: bool, depth: usize) -> Option<Told> {
    let depth = depth.checked_sub(1)?;
    match expr {
        Expr::Not(inner) => told(inner, subject, !negated, depth),
        Expr::And(all) | Expr::Or(all) => {
            // De Morgan: what must not hold of all must fail for one.
            let is_and = matches!(expr, Expr::And(_)) != negated;
            if let Some(claim) = range(all, subject, negated, is_and) {
                return Some(Told::Of(claim));
            }
            let parts = all
                .iter()
                .map(|part| told(part, subject, negated, depth))
                .collect::<Option<Vec<_>>>()?;
            Some(joined(parts, subject, if is_and { "and" } else { "or" }))
        }
        _ => single(expr, subject, negated).map(Told::Of),
    }
}

/// Claims about one field become one claim; claims about several become a sentence that names those that are not the subject.
fn joined(parts: Vec<Told>, subject: Option<&FieldName>, word: &str) -> Told {
    let first = match parts.first() {
        Some(Told::Of(claim)) => Some(claim.subject.clone()),
        _ => None,
    };
    let common = first.filter(|first| {
        parts
            .iter()
            .all(|part| matches!(part, Told::Of(claim) if claim.subject == *first))
    });
    if let Some(common) = common {
        let verbs: Vec<String> = parts
            .into_iter()
            .filter_map(|part| match part {
                Told::Of(claim) => Some(claim.verb),
                Told::Whole(_) => None,
            })
            .collect();
        return Told::Of(Claim {
            subject: common,
            verb: chained(&verbs, word),
        });
    }
    let is_subject =
        |part: &Told| matches!(part, Told::Of(claim) if subject == Some(&claim.subject));
    let (mut ordered, others): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_subject);
    ordered.extend(others);
    let texts: Vec<String> = ordered
        .into_iter()
        .map(|part| match part {
            Told::Of(claim) if subject == Some(&claim.subject) => format!("must {}", claim.verb),
            Told::Of(claim) => format!("`{}` must {}", claim.subject, claim.verb),
            Told::Whole(text) => text,
        })
        .collect();
    Told::Whole(texts.join(&format!(", {word} ")))
}

/// `be at least 1 and at most 9`: a verb that stands already is not said again.
fn chained(verbs: &[String], word: &str) -> String {
    let mut out = String::new();
    let mut before = "";
    for verb in verbs {
        let (head, tail) = verb.split_once(' ').unwrap_or((verb, ""));
        if out.is_empty() {
            out.push_str(verb);
        } else {
            out.push(' ');
            out.push_str(word);
            out.push(' ');
            let is_said = head == before && head != "not";
            out.push_str(if is_said { tail } else { verb });
        }
        before = head;
    }
    out
}

/// `low <= x AND x <= high` is one claim.
fn range(all: &[Expr], subject: Option<&FieldName>, negated: bool, is_and: bool) -> Option<Claim> {
    let ([Expr::Compare(a, low, b), Expr::Compare(c, high, d)], false, true) =
        (all, negated, is_and)
    else {
        return None;
    };
    let (field, low, from) = oriented(a, *low, b, subject)?;
    let (other, high, to) = oriented(c, *high, d, subject)?;
    let is_range = low == Comparison::GreaterOrEqual && high == Comparison::LessOrEqual;
    if field != other || !is_range {
        return None;
    }
    between(field, from, to, false)
}

fn single(expr: &Expr, subject: Option<&FieldName>, negated: bool) -> Option<Claim> {
    match expr {
        Expr::Compare(left, comparison, right) => {
            compared(left, *comparison, right, subject, negated)
        }
        Expr::Between(value, low, high) => between(measured(value)?, low, high, negated),
        Expr::In(value, list) => {
            let values = list
                .iter()
                .map(words)
                .collect::<Option<Vec<_>>>()?
                .join(", ");
            about(plain(value)?, negated, &format!("be one of {values}"))
        }
        Expr::Like {
            value,
            pattern,
            escape,
            ..
        } => about(
            plain(value)?,
            negated,
            &like(pattern, escape.unwrap_or('\\')),
        ),
        Expr::Matches { value, pattern, .. } => about(
            plain(value)?,
            negated,
            &format!("match the pattern `{pattern}`"),
        ),
        Expr::IsNull(value) => about(plain(value)?, negated, "be null"),
        Expr::IsBoolean(value, wanted) if negated => about(
            plain(value)?,
            true,
            if *wanted { "be true" } else { "be false" },
        ),
        Expr::IsBoolean(value, wanted) => about(
            plain(value)?,
            false,
            if *wanted { "be true" } else { "be false" },
        ),
        Expr::Field(name) => about(name, false, if negated { "be false" } else { "be true" }),
        Expr::Is(value, format) => {
            let (negated, words) = match format {
                Format::Email => (negated, "be an email address"),
                Format::Url => (negated, "be an absolute URL with a host"),
                Format::NotBlank => (!negated, "be blank"),
            };
            about(plain(value)?, negated, words)
        }
        _ => None,
    }
}

fn plain(expr: &Expr) -> Option<&FieldName> {
    measured(expr)
        .filter(|(_, measure)| *measure == Measure::Value)
        .map(|(name, _)| name)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every kind of claim may have no wording"
)]
fn about(subject: &FieldName, negated: bool, words: &str) -> Option<Claim> {
    Some(Claim {
        subject: subject.clone(),
        verb: if negated {
            format!("not {words}")
        } else {
            words.to_owned()
        },
    })
}

type Measured<'a> = (&'a FieldName, Measure);

/// The comparison with the measured field on its left: the subject's where both sides measure one.
fn oriented<'a>(
    left: &'a Expr,
    comparison: Comparison,
    right: &'a Expr,
    subject: Option<&FieldName>,
) -> Option<(Measured<'a>, Comparison, &'a Expr)> {
    let is_about = |side: &Expr| measured(side).is_some_and(|(name, _)| Some(name) == subject);
    let on_left = |left, comparison, right| Some((measured(left)?, comparison, right));
    let flipped = || on_left(right, comparison.flipped(), left);
    let found = if is_about(right) && !is_about(left) {
        flipped()
    } else {
        on_left(left, comparison, right).or_else(flipped)
    };
    let is_own = |(measured, _, other): &(Measured<'_>, Comparison, &Expr)| {
        !fields(other).contains(measured.0)
    };
    found.filter(is_own)
}

fn compared(
    left: &Expr,
    comparison: Comparison,
    right: &Expr,
    subject: Option<&FieldName>,
    negated: bool,
) -> Option<Claim> {
    let comparison = if negated {
        comparison.negated()
    } else {
        comparison
    };
    if let Some(claim) = not_blank(left, comparison, right) {
        return Some(claim);
    }
    let ((field, measure), comparison, other) = oriented(left, comparison, right, subject)?;
    if measure != Measure::Value {
        return counted(field, measure, comparison, other);
    }
    let is_now = matches!(other, Expr::Call(Function::Now | Function::Today, _));
    let words = match (comparison, other) {
        (Comparison::Less, _) if is_now => "be in the past".to_owned(),
        (Comparison::Greater, _) if is_now => "be in the future".to_owned(),
        (Comparison::LessOrEqual, _) if is_now => "not be in the future".to_owned(),
        (Comparison::GreaterOrEqual, _) if is_now => "not be in the past".to_owned(),
        (Comparison::NotEqual | Comparison::Distinct, Expr::Literal(Value::Text(text)))
            if text.is_empty() =>
        {
            "not be empty".to_owned()
        }
        (_, Expr::Literal(Value::Boolean(truth))) => boolean(comparison, *truth)?.to_owned(),
        (Comparison::Distinct, Expr::Literal(Value::Null)) => "not be null".to_owned(),
        (Comparison::NotDistinct, Expr::Literal(Value::Null)) => "be null".to_owned(),
        _ => format!("{} {}", verb(comparison), words(other)?),
    };
    about(field, false, &words)
}

const fn verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal | Comparison::NotDistinct => "be",
        Comparison::NotEqual | Comparison::Distinct => "not be",
        Comparison::Less => "be less than",
        Comparison::LessOrEqual => "be at most",
        Comparison::Greater => "be greater than",
        Comparison::GreaterOrEqual => "be at least",
    }
}

const fn boolean(comparison: Comparison, truth: bool) -> Option<&'static str> {
    match (comparison, truth) {
        (Comparison::Equal | Comparison::NotDistinct, true) | (Comparison::NotEqual, false) => {
            Some("be true")
        }
        (Comparison::Equal | Comparison::NotDistinct, false) | (Comparison::NotEqual, true) => {
            Some("be false")
        }
        (Comparison::Distinct, true) => Some("not be true"),
        (Comparison::Distinct, false) => Some("not be false"),
        _ => None,
    }
}

/// `btrim(x) <> ''`, `char_length(btrim(x)) > 0`.
fn not_blank(left: &Expr, comparison: Comparison, right: &Expr) -> Option<Claim> {
    let name = trimmed(left)?;
    let demands = match right {
        Expr::Literal(Value::Text(text)) => {
            text.is_empty() && matches!(comparison, Comparison::NotEqual | Comparison::Greater)
        }
        Expr::Literal(Value::Integer(0)) => {
            matches!(comparison, Comparison::NotEqual | Comparison::Greater)
        }
        Expr::Literal(Value::Integer(1)) => comparison == Comparison::GreaterOrEqual,
        _ => false,
    };
    demands
        .then(|| about(name, true, "be empty or consist of spaces"))
        .flatten()
}

/// `have at most 20 characters`.
fn counted(
    field: &FieldName,
    measure: Measure,
    comparison: Comparison,
    other: &Expr,
) -> Option<Claim> {
    let Expr::Literal(Value::Integer(number)) = other else {
        let verb = match comparison {
            Comparison::Equal | Comparison::NotDistinct => "have as many",
            _ => return None,
        };
        let (reference, of) = measured(other)?;
        let noun = measure.noun(false);
        return (of == measure)
            .then(|| about(field, false, &format!("{verb} {noun} as `{reference}`")))
            .flatten();
    };
    let (words, count) = match comparison {
        Comparison::Equal | Comparison::NotDistinct => ("exactly", *number),
        Comparison::Less => ("at most", number.checked_sub(1)?),
        Comparison::LessOrEqual => ("at most", *number),
        Comparison::Greater => ("at least", number.checked_add(1)?),
        Comparison::GreaterOrEqual => ("at least", *number),
        Comparison::NotEqual | Comparison::Distinct if *number == 0 => ("at least", 1),
        Comparison::NotEqual | Comparison::Distinct => {
            let noun = measure.noun(*number == 1);
            return about(field, true, &format!("have {number} {noun}"));
        }
    };
    let noun = measure.noun(count == 1);
    about(field, false, &format!("have {words} {count} {noun}"))
}

fn between(value: Measured<'_>, low: &Expr, high: &Expr, negated: bool) -> Option<Claim> {
    let (field, measure) = value;
    let (from, to) = (words(low)?, words(high)?);
    if measure == Measure::Value {
        return about(field, negated, &format!("be between {from} and {to}"));
    }
    let noun = measure.noun(to == "1");
    if from == to {
        return about(field, negated, &format!("have exactly {from} {noun}"));
    }
    about(field, negated, &format!("have {from} to {to} {noun}"))
}

/// `begin with`, `end with`, `contain`, or the pattern itself.
fn like(pattern: &str, escape: char) -> String {
    let is_simple = |text: &str| !text.contains(['%', '_', escape]) && !text.is_empty();
    let named = |verb: &str, text: &str| format!("{verb} {}", quoted(text));
    let (start, middle) = match pattern.strip_prefix('%') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (end, middle) = match middle.strip_suffix('%') {
        Some(rest) => (true, rest),
        None => (false, middle),
    };
    match (start, end) {
        (true, true) if is_simple(middle) => named("contain", middle),
        (false, true) if is_simple(middle) => named("begin with", middle),
        (true, false) if is_simple(middle) => named("end with", middle),
        _ => format!("match the pattern `{pattern}`, where `%` is any text and `_` one character"),
    }
}

fn quoted(text: &str) -> String {
    literal(&Value::Text(text.to_owned())).unwrap_or_default()
}
