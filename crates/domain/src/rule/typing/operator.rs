//! The types of operators.

use super::{Typed, coerced, error, literal_kind};
use crate::column_type::{ColumnType, ScalarType};
use crate::rule::typing::{TEXT, TypeError, base, coerce};
use crate::rule::{Arithmetic, Expr};
use crate::value::Value;

const DOUBLE: ColumnType = ColumnType::Scalar(ScalarType::Double);

/// Refuses to compare what `PostgreSQL` does not compare.
pub(super) fn comparable(
    left: &Typed,
    a: ColumnType,
    right: &Typed,
    b: ColumnType,
    operator: &'static str,
) -> Result<(), TypeError> {
    use ColumnType::{Array, Jsonb, Scalar};
    let offender = || error::offender(&left.expr).or_else(|| error::offender(&right.expr));
    let applies = match (base(a), base(b)) {
        (Scalar(x), Scalar(y)) => group(x) == group(y),
        (Array(x), Array(y)) => x == y,
        (Jsonb, Jsonb) => {
            return Err(TypeError::Outside {
                what: "comparing JSONB".to_owned(),
                offender: offender(),
            });
        }
        _ => false,
    };
    if applies {
        return Ok(());
    }
    Err(TypeError::Operator {
        operator,
        left: a,
        right: Some(b),
        offender: offender(),
    })
}

/// Types of one group compare with each other.
fn group(scalar: ScalarType) -> u8 {
    match scalar {
        _ if scalar.is_number() => 0,
        _ if scalar.is_text() => 1,
        ScalarType::Date | ScalarType::Timestamp | ScalarType::TimestampTz => 2,
        ScalarType::Boolean => 3,
        ScalarType::Uuid => 4,
        ScalarType::Time => 5,
        _ => 6,
    }
}

/// A number that stands beside a number of another type, as `PostgreSQL` compares them: integers beside `NUMERIC`
/// as decimals, exact numbers beside `REAL` and `DOUBLE PRECISION` as doubles.
pub(super) fn adapted(typed: Typed, beside: ColumnType) -> Result<Typed, TypeError> {
    let target = match (&typed.expr, base(beside)) {
        (
            Expr::Literal(Value::Integer(_)),
            numeric @ ColumnType::Scalar(ScalarType::Numeric(_)),
        ) => numeric,
        (
            Expr::Literal(Value::Integer(_) | Value::Decimal(_)),
            ColumnType::Scalar(ScalarType::Real | ScalarType::Double),
        ) => DOUBLE,
        _ => return Ok(typed),
    };
    let expr = match typed.expr {
        Expr::Literal(value) => Expr::Literal(coerce(&value, target)?),
        other => other,
    };
    Ok(Typed {
        expr,
        kind: Some(target),
    })
}

/// `-`, done at once where it stands before a constant.
pub(super) fn negate(typed: Typed) -> Result<Typed, TypeError> {
    let kind = match typed.kind {
        Some(kind @ ColumnType::Scalar(scalar)) if scalar.is_number() => kind,
        Some(kind) => return Err(TypeError::one("-", kind, &typed.expr)),
        None => return Err(TypeError::one("-", TEXT, &typed.expr)),
    };
    let folded = match &typed.expr {
        Expr::Literal(Value::Integer(number)) => number.checked_neg().map(Value::Integer),
        Expr::Literal(Value::Decimal(number)) => Some(Value::Decimal(-number)),
        _ => None,
    };
    Ok(match folded {
        Some(value) => Typed {
            kind: literal_kind(&value),
            expr: Expr::Literal(value),
        },
        None => Typed {
            expr: Expr::Negate(Box::new(typed.expr)),
            kind: Some(kind),
        },
    })
}

/// Arithmetic, and `||` between texts.
pub(super) fn compute(
    left: Typed,
    arithmetic: Arithmetic,
    right: Typed,
) -> Result<Typed, TypeError> {
    let (left, right) = match (left.kind, right.kind) {
        (None, None) => (coerced(left, TEXT)?, coerced(right, TEXT)?),
        (None, Some(kind)) => (coerced(left, kind)?, right),
        (Some(kind), None) => (left, coerced(right, kind)?),
        (Some(_), Some(_)) => (left, right),
    };
    let a = left.kind.unwrap_or(TEXT);
    let b = right.kind.unwrap_or(TEXT);
    let kind = result(a, arithmetic, b).map_err(|refusal| {
        let offender = error::offender(&left.expr).or_else(|| error::offender(&right.expr));
        match refusal {
            Refused::NoOperator => TypeError::Operator {
                operator: arithmetic.as_str(),
                left: a,
                right: Some(b),
                offender,
            },
            Refused::Outside => TypeError::Outside {
                what: format!("`{}` between {a} and {b}", arithmetic.as_str()),
                offender,
            },
        }
    })?;
    let left = adapted(left, b)?;
    let right = adapted(right, a)?;
    Ok(Typed {
        expr: Expr::Compute(Box::new(left.expr), arithmetic, Box::new(right.expr)),
        kind: Some(kind),
    })
}

enum Refused {
    NoOperator,
    Outside,
}

fn result(a: ColumnType, arithmetic: Arithmetic, b: ColumnType) -> Result<ColumnType, Refused> {
    let (ColumnType::Scalar(x), ColumnType::Scalar(y)) = (base(a), base(b)) else {
        return Err(match arithmetic {
            Arithmetic::Concatenate => Refused::Outside,
            _ if a.is_json() && b.is_json() => Refused::Outside,
            _ => Refused::NoOperator,
        });
    };
    if arithmetic == Arithmetic::Concatenate {
        return match (x.is_text(), y.is_text()) {
            (true, true) => Ok(TEXT),
            (true, false) | (false, true) => Err(Refused::Outside),
            (false, false) if x == ScalarType::Bytea && y == ScalarType::Bytea => {
                Err(Refused::Outside)
            }
            (false, false) => Err(Refused::NoOperator),
        };
    }
    let scalar = if x.is_number() && y.is_number() {
        number(x, arithmetic, y)?
    } else {
        moment(x, arithmetic, y)?
    };
    Ok(ColumnType::Scalar(scalar))
}

fn number(x: ScalarType, arithmetic: Arithmetic, y: ScalarType) -> Result<ScalarType, Refused> {
    let wider = if rank(x) >= rank(y) { x } else { y };
    let is_float = |scalar| matches!(scalar, ScalarType::Real | ScalarType::Double);
    if is_float(wider) {
        return match arithmetic {
            Arithmetic::Remainder => Err(Refused::NoOperator),
            _ if x == y => Ok(x),
            _ => Ok(ScalarType::Double),
        };
    }
    Ok(wider)
}

/// Where a number stands in the order in which `PostgreSQL` widens numbers.
pub(super) const fn rank(scalar: ScalarType) -> u8 {
    match scalar {
        ScalarType::SmallInt => 0,
        ScalarType::Integer => 1,
        ScalarType::BigInt => 2,
        ScalarType::Numeric(_) => 3,
        ScalarType::Real => 4,
        _ => 5,
    }
}

fn moment(x: ScalarType, arithmetic: Arithmetic, y: ScalarType) -> Result<ScalarType, Refused> {
    use Arithmetic::{Add, Subtract};
    use ScalarType::{Date, Integer, SmallInt, Time};
    let is_moment = |scalar: ScalarType| matches!(scalar, Date | Time) || scalar.is_timestamp();
    match (x, arithmetic, y) {
        (Date, Subtract, Date) => Ok(Integer),
        (Date, Add | Subtract, Integer | SmallInt) | (Integer | SmallInt, Add, Date) => Ok(Date),
        (Date, Add, Time) | (Time, Add, Date) => Err(Refused::Outside),
        (_, Subtract, _) if is_moment(x) && is_moment(y) && (x == Time) == (y == Time) => {
            Err(Refused::Outside)
        }
        _ => Err(Refused::NoOperator),
    }
}
