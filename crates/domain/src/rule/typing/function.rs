//! The types of functions and casts.

use super::branches::coalesce;
use super::{INTEGER, TEXT, TypeError, Typed, Types, base, coerce, coerced, error};
use crate::column_type::{ColumnType, ScalarType};
use crate::rule::{Expr, Function};
use crate::value::Value;

/// A call.
pub(super) fn call(function: Function, arguments: Vec<Typed>) -> Result<Typed, TypeError> {
    let found = arguments.len();
    let mut arguments = arguments.into_iter();
    match (function, arguments.next(), found) {
        (Function::Now, None, 0) => Ok(constant(function, ScalarType::TimestampTz)),
        (Function::Today, None, 0) => Ok(constant(function, ScalarType::Date)),
        (Function::Coalesce, Some(first), _) => {
            coalesce(std::iter::once(first).chain(arguments).collect())
        }
        (
            Function::CharLength
            | Function::OctetLength
            | Function::Lower
            | Function::Upper
            | Function::Trim
            | Function::Abs
            | Function::Cardinality,
            Some(argument),
            1,
        ) => unary(function, argument),
        _ => Err(TypeError::ArgumentCount { function, found }),
    }
}

fn constant(function: Function, scalar: ScalarType) -> Typed {
    Typed {
        expr: Expr::Call(function, Vec::new()),
        kind: Some(ColumnType::Scalar(scalar)),
    }
}

fn unary(function: Function, argument: Typed) -> Result<Typed, TypeError> {
    let argument = match (function, argument.kind) {
        (Function::Abs | Function::Cardinality, None) => {
            return Err(TypeError::one(function.as_str(), TEXT, &argument.expr));
        }
        (_, None) => coerced(argument, TEXT)?,
        _ => argument,
    };
    let given = argument.kind.unwrap_or(TEXT);
    let result = match (function, given) {
        (Function::Abs, ColumnType::Scalar(scalar)) if scalar.is_number() => Some(given),
        (Function::CharLength | Function::OctetLength, ColumnType::Scalar(ScalarType::Bytea)) => {
            return Ok(called(Function::OctetLength, argument, INTEGER));
        }
        (Function::CharLength | Function::OctetLength, ColumnType::Scalar(scalar))
            if scalar.is_text() =>
        {
            Some(INTEGER)
        }
        (Function::Lower | Function::Upper | Function::Trim, ColumnType::Scalar(scalar))
            if scalar.is_text() =>
        {
            Some(TEXT)
        }
        (Function::Cardinality, ColumnType::Array(_) | ColumnType::Json | ColumnType::Jsonb) => {
            Some(INTEGER)
        }
        _ => None,
    };
    match result {
        Some(kind) => Ok(called(function, argument, kind)),
        None => Err(TypeError::one(function.as_str(), given, &argument.expr)),
    }
}

fn called(function: Function, argument: Typed, kind: ColumnType) -> Typed {
    Typed {
        expr: Expr::Call(function, vec![argument.expr]),
        kind: Some(kind),
    }
}

/// `cardinality` of JSON, which clauses have and SQL has not.
pub(super) fn counted_json(expr: &Expr, types: Types<'_>) -> Option<TypeError> {
    if let Expr::Call(Function::Cardinality, arguments) = expr
        && let [argument @ Expr::Field(name)] = arguments.as_slice()
        && let Some(kind) = types(name.as_str()).filter(|kind| kind.is_json())
    {
        return Some(TypeError::one(
            Function::Cardinality.as_str(),
            kind,
            argument,
        ));
    }
    let mut parts = expr.parts().into_iter();
    parts.find_map(|part| counted_json(part, types))
}

/// `value::type`.
pub(super) fn cast(inner: Typed, target: ColumnType) -> Result<Typed, TypeError> {
    let Some(from) = inner.kind else {
        return cast_literal(inner, target);
    };
    match castable(base(from), base(target)) {
        Castable::Yes => Ok(Typed {
            expr: Expr::Cast(Box::new(inner.expr), target),
            kind: Some(target),
        }),
        Castable::Outside => Err(TypeError::Outside {
            what: format!("a conversion from {from} to {target}"),
            offender: error::offender(&inner.expr),
        }),
        Castable::No => Err(TypeError::Operator {
            operator: "CAST",
            left: from,
            right: Some(target),
            offender: error::offender(&inner.expr),
        }),
    }
}

/// A text or null. Where the value says its type by itself, the conversion is done here.
fn cast_literal(inner: Typed, target: ColumnType) -> Result<Typed, TypeError> {
    let ColumnType::Scalar(scalar) = target else {
        return Err(TypeError::Outside {
            what: format!("a constant of type {target}"),
            offender: error::offender(&inner.expr),
        });
    };
    let stays_cast =
        scalar.is_text() || scalar.is_integer() || matches!(scalar, ScalarType::Numeric(Some(_)));
    let expr = match inner.expr {
        Expr::Literal(Value::Null) => Expr::Cast(Box::new(Expr::Literal(Value::Null)), target),
        Expr::Literal(value) => {
            let read = coerce(&value, target)?;
            if scalar.is_text() {
                Expr::Cast(Box::new(Expr::Literal(value)), target)
            } else if stays_cast {
                Expr::Cast(Box::new(Expr::Literal(read)), target)
            } else {
                Expr::Literal(read)
            }
        }
        other => Expr::Cast(Box::new(other), target),
    };
    Ok(Typed {
        expr,
        kind: Some(target),
    })
}

enum Castable {
    Yes,
    Outside,
    No,
}

fn castable(from: ColumnType, to: ColumnType) -> Castable {
    use ColumnType::Scalar;
    use ScalarType::{Boolean, Bytea, Date, Double, Integer, Real, Time, Timestamp, TimestampTz};
    if from == to && matches!(from, Scalar(_)) {
        return Castable::Yes;
    }
    let (Scalar(x), Scalar(y)) = (from, to) else {
        return Castable::Outside;
    };
    let is_day_or_timestamp = |scalar: ScalarType| scalar == Date || scalar.is_timestamp();
    match (x, y) {
        _ if x == Bytea || y == Bytea => Castable::Outside,
        _ if x.is_number() && y.is_number() => Castable::Yes,
        _ if x.is_text() => Castable::Yes,
        // A float is written with the digits that the database chooses, a time in the zone of its session.
        (Real | Double | Timestamp | TimestampTz, _) if y.is_text() => Castable::Outside,
        _ if y.is_text() => Castable::Yes,
        _ if is_day_or_timestamp(x) && is_day_or_timestamp(y) => Castable::Yes,
        (_, Time) if x.is_timestamp() => Castable::Yes,
        (Boolean, Integer) | (Integer, Boolean) => Castable::Yes,
        _ => Castable::No,
    }
}
