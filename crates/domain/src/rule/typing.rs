//! Typing: whether an expression makes sense over the columns of a table, as `PostgreSQL` would judge it, and which
//! type its constants take.

mod branches;
mod error;
mod function;
mod operator;

pub use error::TypeError;

use super::literal;
use super::walk::MAX_DEPTH;
use super::{Comparison, Expr};
use crate::column_type::{ColumnType, ScalarType};
use crate::value::Value;

/// The type of a column, by its name.
pub type Types<'a> = &'a dyn Fn(&str) -> Option<ColumnType>;

/// An expression with its type; `None` for a constant whose surroundings are still to decide (a text, a null).
struct Typed {
    expr: Expr,
    kind: Option<ColumnType>,
}

const BOOLEAN: ColumnType = ColumnType::Scalar(ScalarType::Boolean);
const INTEGER: ColumnType = ColumnType::Scalar(ScalarType::Integer);
const TEXT: ColumnType = ColumnType::Scalar(ScalarType::Text);

/// The condition of a `CHECK` or an index with every constant in the type that its surroundings ask for: `'2025-01-01'`
/// beside a `DATE` becomes a date, `1` beside a `NUMERIC` a decimal. Resolving twice changes nothing.
///
/// # Errors
/// The first thing that makes no sense.
pub fn resolve(expr: Expr, types: Types<'_>) -> Result<Expr, TypeError> {
    let resolved = resolve_clause(expr, types)?;
    match function::counted_json(&resolved, types) {
        Some(error) => Err(error),
        None => Ok(resolved),
    }
}

/// [`resolve`] for a clause of Input Validation, which is no SQL: it may also count the elements of a JSON array.
///
/// # Errors
/// The first thing that makes no sense.
pub fn resolve_clause(expr: Expr, types: Types<'_>) -> Result<Expr, TypeError> {
    if !expr.is_within(MAX_DEPTH) {
        return Err(TypeError::TooDeep);
    }
    condition(expr, types)
}

/// The value that a constant of a document has in a column of this type, as a `DEFAULT` or a comparison reads it.
///
/// Lengths and the digits of `NUMERIC(p,s)` are not looked at.
///
/// # Errors
/// [`TypeError::Literal`].
pub fn coerce(value: &Value, target: ColumnType) -> Result<Value, TypeError> {
    let wrong = |value: &Value| TypeError::Literal {
        text: literal_text(value),
        expected: target,
    };
    let converted = match value {
        Value::Null => return Ok(Value::Null),
        Value::Text(text) => literal::read(text, target),
        Value::Integer(number) => match target {
            ColumnType::Scalar(scalar) if scalar.is_integer() => {
                literal::fits(*number, scalar).then_some(Value::Integer(*number))
            }
            ColumnType::Scalar(scalar) if scalar.is_number() => {
                literal::read(&number.to_string(), target)
            }
            _ => None,
        },
        Value::Decimal(number) => match target {
            ColumnType::Scalar(ScalarType::Numeric(_)) => Some(Value::Decimal(number.clone())),
            ColumnType::Scalar(ScalarType::Real | ScalarType::Double) => {
                literal::read(&number.to_string(), target)
            }
            _ => None,
        },
        other => is_same(literal_kind(other), target).then(|| other.clone()),
    };
    converted.ok_or_else(|| wrong(value))
}

fn condition(expr: Expr, types: Types<'_>) -> Result<Expr, TypeError> {
    let claim = infer(expr, types)?;
    match claim.kind {
        Some(BOOLEAN) => Ok(claim.expr),
        None => Ok(coerced(claim, BOOLEAN)?.expr),
        Some(found) => Err(TypeError::NotBoolean {
            found,
            offender: error::offender(&claim.expr),
        }),
    }
}

fn conditions(all: Vec<Expr>, types: Types<'_>) -> Result<Vec<Expr>, TypeError> {
    all.into_iter().map(|one| condition(one, types)).collect()
}

fn boolean(expr: Expr) -> Typed {
    Typed {
        expr,
        kind: Some(BOOLEAN),
    }
}

fn infer(expr: Expr, types: Types<'_>) -> Result<Typed, TypeError> {
    match expr {
        Expr::Field(name) => {
            let kind = types(name.as_str());
            let kind = kind.ok_or_else(|| TypeError::UnknownColumn(name.clone()))?;
            Ok(Typed {
                expr: Expr::Field(name),
                kind: Some(kind),
            })
        }
        Expr::Literal(value) => {
            let kind = literal_kind(&value);
            Ok(Typed {
                expr: Expr::Literal(value),
                kind,
            })
        }
        Expr::Not(inner) => Ok(boolean(Expr::Not(Box::new(condition(*inner, types)?)))),
        Expr::And(all) => Ok(boolean(Expr::And(conditions(all, types)?))),
        Expr::Or(all) => Ok(boolean(Expr::Or(conditions(all, types)?))),
        Expr::Negate(inner) => operator::negate(infer(*inner, types)?),
        Expr::Compare(left, comparison, right) => {
            compare(infer(*left, types)?, comparison, infer(*right, types)?)
        }
        Expr::Compute(left, arithmetic, right) => {
            operator::compute(infer(*left, types)?, arithmetic, infer(*right, types)?)
        }
        Expr::Between(value, low, high) => {
            let (value, low) = pair(infer(*value, types)?, infer(*low, types)?, "BETWEEN")?;
            let (value, high) = pair(value, infer(*high, types)?, "BETWEEN")?;
            let low = operator::adapted(low, value.kind.unwrap_or(TEXT))?;
            Ok(boolean(Expr::Between(
                Box::new(value.expr),
                Box::new(low.expr),
                Box::new(high.expr),
            )))
        }
        Expr::In(value, list) => contained(infer(*value, types)?, list, types),
        Expr::Like {
            value,
            pattern,
            escape,
            insensitive,
        } => Ok(boolean(Expr::Like {
            value: Box::new(text(infer(*value, types)?, "LIKE")?),
            pattern,
            escape,
            insensitive,
        })),
        Expr::Matches {
            value,
            pattern,
            insensitive,
        } => Ok(boolean(Expr::Matches {
            value: Box::new(text(infer(*value, types)?, "~")?),
            pattern,
            insensitive,
        })),
        Expr::Is(value, format) => {
            let value = text(infer(*value, types)?, format.as_str())?;
            Ok(boolean(Expr::Is(Box::new(value), format)))
        }
        Expr::IsNull(inner) => {
            let inner = infer(*inner, types)?.expr;
            Ok(boolean(Expr::IsNull(Box::new(inner))))
        }
        Expr::IsBoolean(inner, wanted) => {
            let inner = condition(*inner, types)?;
            Ok(boolean(Expr::IsBoolean(Box::new(inner), wanted)))
        }
        Expr::Call(function, arguments) => {
            let arguments = arguments
                .into_iter()
                .map(|argument| infer(argument, types))
                .collect::<Result<_, _>>()?;
            function::call(function, arguments)
        }
        Expr::Cast(inner, target) => function::cast(infer(*inner, types)?, target),
        Expr::Case(arms, otherwise) => branches::case(arms, otherwise, types),
    }
}

fn compare(left: Typed, comparison: Comparison, right: Typed) -> Result<Typed, TypeError> {
    let (left, right) = pair(left, right, comparison.as_str())?;
    let sides = (Box::new(left.expr), Box::new(right.expr));
    Ok(boolean(Expr::Compare(sides.0, comparison, sides.1)))
}

fn contained(value: Typed, list: Vec<Expr>, types: Types<'_>) -> Result<Typed, TypeError> {
    let mut value = value;
    let mut members = Vec::with_capacity(list.len());
    for member in list {
        let (same, member) = pair(value, infer(member, types)?, "IN")?;
        value = same;
        members.push(member);
    }
    // A constant before `IN` may have taken another type from a later member.
    let kind = value.kind.unwrap_or(TEXT);
    let member = |member| Ok(operator::adapted(member, kind)?.expr);
    let members = members
        .into_iter()
        .map(member)
        .collect::<Result<_, TypeError>>()?;
    Ok(boolean(Expr::In(Box::new(value.expr), members)))
}

/// Both sides of a comparison, each constant in the type of the other side.
fn pair(left: Typed, right: Typed, operator: &'static str) -> Result<(Typed, Typed), TypeError> {
    let (left, right) = match (left.kind, right.kind) {
        (None, None) => (coerced(left, TEXT)?, coerced(right, TEXT)?),
        (None, Some(kind)) => (coerced(left, kind)?, right),
        (Some(kind), None) => (left, coerced(right, kind)?),
        (Some(_), Some(_)) => (left, right),
    };
    let (Some(a), Some(b)) = (left.kind, right.kind) else {
        return Ok((left, right));
    };
    operator::comparable(&left, a, &right, b, operator)?;
    Ok((operator::adapted(left, b)?, operator::adapted(right, a)?))
}

/// A constant without a type of its own, as a constant of `kind`.
fn coerced(typed: Typed, kind: ColumnType) -> Result<Typed, TypeError> {
    let expr = match typed.expr {
        Expr::Literal(Value::Text(_)) if !is_readable(kind) => {
            return Err(TypeError::Outside {
                what: format!("a constant of type {kind}"),
                offender: error::offender(&typed.expr),
            });
        }
        Expr::Literal(value) => Expr::Literal(coerce(&value, kind)?),
        other => other,
    };
    Ok(Typed {
        expr,
        kind: Some(kind),
    })
}

const fn is_readable(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Scalar(_))
}

/// An operand that must be text.
fn text(typed: Typed, operator: &'static str) -> Result<Expr, TypeError> {
    match typed.kind {
        None => Ok(coerced(typed, TEXT)?.expr),
        Some(ColumnType::Scalar(scalar)) if scalar.is_text() => Ok(typed.expr),
        Some(kind) => Err(TypeError::one(operator, kind, &typed.expr)),
    }
}

/// The type that a constant says by itself.
fn literal_kind(value: &Value) -> Option<ColumnType> {
    let scalar = match value {
        Value::Null | Value::Text(_) => return None,
        Value::Json(_) => return Some(ColumnType::Jsonb),
        Value::Array(elements) => {
            let element = elements.first().and_then(literal_kind);
            return match element {
                Some(ColumnType::Scalar(scalar)) => Some(ColumnType::Array(scalar)),
                _ => None,
            };
        }
        Value::Boolean(_) => ScalarType::Boolean,
        Value::Integer(number) if literal::fits(*number, ScalarType::Integer) => {
            ScalarType::Integer
        }
        Value::Integer(_) => ScalarType::BigInt,
        Value::Decimal(_) => ScalarType::Numeric(None),
        Value::Real(_) => ScalarType::Real,
        Value::Double(_) => ScalarType::Double,
        Value::Uuid(_) => ScalarType::Uuid,
        Value::Date(_) => ScalarType::Date,
        Value::Time(_) => ScalarType::Time,
        Value::Timestamp(_) => ScalarType::TimestampTz,
        Value::Bytes(_) => ScalarType::Bytea,
    };
    Some(ColumnType::Scalar(scalar))
}

/// The constant as an author would write it.
pub(super) fn literal_text(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_plain_string(),
        Value::Real(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Text(text) | Value::Json(text) => text.clone(),
        Value::Uuid(uuid) => uuid.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Timestamp(moment) => moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Value::Bytes(_) => "bytes".to_owned(),
        Value::Array(_) => "an array".to_owned(),
    }
}

/// Whether two types differ in nothing but lengths and digits.
fn is_same(kind: Option<ColumnType>, other: ColumnType) -> bool {
    kind.is_some_and(|kind| base(kind) == base(other))
}

/// The type without lengths and digits.
fn base(kind: ColumnType) -> ColumnType {
    let scalar = |scalar| match scalar {
        ScalarType::Varchar(_) => ScalarType::Text,
        ScalarType::Char(_) => ScalarType::Char(0),
        ScalarType::Numeric(_) => ScalarType::Numeric(None),
        other => other,
    };
    match kind {
        ColumnType::Scalar(of) => ColumnType::Scalar(scalar(of)),
        ColumnType::Array(of) => ColumnType::Array(scalar(of)),
        json => json,
    }
}

#[cfg(test)]
mod tests;
