//! The one type that several results share: `COALESCE` and `CASE`.

use super::operator::rank;
use super::{TEXT, TypeError, Typed, Types, base, coerced, condition, error, infer};
use crate::column_type::{ColumnType, ScalarType};
use crate::rule::{Expr, Function};
use crate::value::Value;

/// `CASE WHEN condition THEN result … ELSE result END`.
pub(super) fn case(
    arms: Vec<(Expr, Expr)>,
    otherwise: Option<Box<Expr>>,
    types: Types<'_>,
) -> Result<Typed, TypeError> {
    let mut tests = Vec::with_capacity(arms.len());
    let mut results = Vec::with_capacity(arms.len() + 1);
    for (test, result) in arms {
        tests.push(condition(test, types)?);
        results.push(infer(result, types)?);
    }
    if let Some(result) = otherwise {
        results.push(infer(*result, types)?);
    }
    let (results, kind) = shared(results, "CASE")?;
    let mut results = results.into_iter();
    let arms = tests.into_iter().zip(&mut results).collect();
    let otherwise = results.next().map(Box::new);
    Ok(Typed {
        expr: Expr::Case(arms, otherwise),
        kind: Some(kind),
    })
}

/// `COALESCE(…)`.
pub(super) fn coalesce(arguments: Vec<Typed>) -> Result<Typed, TypeError> {
    let (arguments, kind) = shared(arguments, "coalesce")?;
    Ok(Typed {
        expr: Expr::Call(Function::Coalesce, arguments),
        kind: Some(kind),
    })
}

/// All of them in one type; where a field's type is another, its conversion is written out.
fn shared(all: Vec<Typed>, operator: &'static str) -> Result<(Vec<Expr>, ColumnType), TypeError> {
    let mut kind = None;
    for typed in &all {
        kind = match (kind, typed.kind) {
            (Some(first), Some(other)) if is_padded(first) && !is_padded(other) => {
                return Err(TypeError::Outside {
                    what: format!("`{operator}` of {first} and {other}"),
                    offender: error::offender(&typed.expr),
                });
            }
            (None, found) => found,
            (Some(kind), None) => Some(kind),
            (Some(a), Some(b)) => Some(wider(a, b).ok_or_else(|| TypeError::Operator {
                operator,
                left: a,
                right: Some(b),
                offender: error::offender(&typed.expr),
            })?),
        };
    }
    let kind = kind.unwrap_or(TEXT);
    let exprs = all.into_iter().map(|typed| convert(typed, kind));
    Ok((exprs.collect::<Result<_, _>>()?, kind))
}

fn convert(typed: Typed, kind: ColumnType) -> Result<Expr, TypeError> {
    match typed.kind {
        None => Ok(coerced(typed, kind)?.expr),
        Some(own) if base(own) == base(kind) => Ok(typed.expr),
        Some(_) => Ok(match typed.expr {
            Expr::Literal(value @ (Value::Integer(_) | Value::Decimal(_))) => {
                converted_literal(value, kind)?
            }
            other => Expr::Cast(Box::new(other), base(kind)),
        }),
    }
}

fn converted_literal(value: Value, kind: ColumnType) -> Result<Expr, TypeError> {
    let converted = super::coerce(&value, kind)?;
    // A whole number does not say its width: `1` beside a `BIGINT` needs the conversion.
    let says_its_type = !matches!(converted, Value::Integer(_));
    Ok(if says_its_type {
        Expr::Literal(converted)
    } else {
        Expr::Cast(Box::new(Expr::Literal(value)), kind)
    })
}

/// A `CHAR` that comes first makes `CHAR`s of other texts, of no length that could be named.
const fn is_padded(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Scalar(ScalarType::Char(_)))
}

fn wider(a: ColumnType, b: ColumnType) -> Option<ColumnType> {
    if base(a) == base(b) {
        return Some(a);
    }
    let (ColumnType::Scalar(x), ColumnType::Scalar(y)) = (base(a), base(b)) else {
        return None;
    };
    let is_day_or_timestamp =
        |scalar: ScalarType| scalar == ScalarType::Date || scalar.is_timestamp();
    if x.is_number() && y.is_number() {
        Some(if rank(x) >= rank(y) { a } else { b })
    } else if x.is_text() && y.is_text() {
        Some(TEXT)
    } else if is_day_or_timestamp(x) && is_day_or_timestamp(y) {
        let zoned = [x, y].contains(&ScalarType::TimestampTz);
        Some(ColumnType::Scalar(if zoned {
            ScalarType::TimestampTz
        } else {
            ScalarType::Timestamp
        }))
    } else {
        None
    }
}
