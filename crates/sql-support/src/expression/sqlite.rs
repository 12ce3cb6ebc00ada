//! Expressions as `SQLite` says them: only where they mean the same as in the domain.
//!
//! Left to the domain: `LIKE` and `~` (other rules of case and escape), arithmetic on decimals (there is none), casts that
//! change a value, and comparisons between kinds that are stored differently.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::rule::{Arithmetic, Expr, Function};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::kind::{Kind, kind, together};
use super::{Scope, arithmetic, comparison, is_lasting};
use crate::cell::Cell;
use crate::dialect::{DECIMAL_COLLATION, quoted};

/// The expression as a condition on a row of the table, its columns behind `prefix` (`NEW.` in a trigger); `None` where
/// `SQLite` cannot keep it.
pub fn condition(table: &Table, expr: &Expr, prefix: &str) -> Option<String> {
    if !is_lasting(expr) {
        return None;
    }
    sql(Scope { table, prefix }, expr)
}

fn sql(scope: Scope<'_>, expr: &Expr) -> Option<String> {
    let of = |expr: &Expr| sql(scope, expr);
    Some(match expr {
        Expr::Field(name) => {
            let (_, column) = scope.table.column(name.as_str())?;
            format!("{}{}", scope.prefix, quoted(column.name.value.as_str()))
        }
        Expr::Literal(value) => literal(value)?,
        Expr::Not(inner) => format!("(NOT {})", of(inner)?),
        Expr::Negate(inner) if is_machine_number(scope, inner) => format!("(- {})", of(inner)?),
        Expr::And(parts) if parts.is_empty() => "1".to_owned(),
        Expr::And(parts) => format!("({})", list(scope, parts, " AND ")?),
        Expr::Or(parts) if parts.is_empty() => "0".to_owned(),
        Expr::Or(parts) => format!("({})", list(scope, parts, " OR ")?),
        Expr::Compare(left, operator, right) => {
            let shared = together(scope.table, [&**left, &**right])?;
            let operator = comparison(*operator);
            format!(
                "({} {operator} {})",
                as_kind(scope, left, shared)?,
                as_kind(scope, right, shared)?
            )
        }
        Expr::Between(value, low, high) => {
            let shared = together(scope.table, [&**value, &**low, &**high])?;
            let value = as_kind(scope, value, shared)?;
            let (low, high) = (as_kind(scope, low, shared)?, as_kind(scope, high, shared)?);
            format!("({value} BETWEEN {low} AND {high})")
        }
        Expr::In(_, choices) if choices.is_empty() => "0".to_owned(),
        Expr::In(value, choices) => {
            let shared = together(scope.table, std::iter::once(&**value).chain(choices.iter()))?;
            let choices: Option<Vec<_>> = choices
                .iter()
                .map(|choice| as_kind(scope, choice, shared))
                .collect();
            format!(
                "({} IN ({}))",
                as_kind(scope, value, shared)?,
                choices?.join(", ")
            )
        }
        Expr::Compute(left, operator, right) => compute(scope, left, *operator, right)?,
        Expr::IsNull(inner) => format!("({} IS NULL)", of(inner)?),
        Expr::IsBoolean(inner, true) => format!("({} IS TRUE)", of(inner)?),
        Expr::IsBoolean(inner, false) => format!("({} IS FALSE)", of(inner)?),
        Expr::Call(function, arguments) => call(scope, *function, arguments)?,
        Expr::Cast(inner, column_type) => cast(scope, inner, *column_type)?,
        Expr::Case(branches, otherwise) => case(scope, branches, otherwise.as_deref())?,
        Expr::Negate(_) | Expr::Like { .. } | Expr::Matches { .. } | Expr::Is(..) => return None,
    })
}

fn list(scope: Scope<'_>, exprs: &[Expr], between: &str) -> Option<String> {
    let parts: Option<Vec<_>> = exprs.iter().map(|expr| sql(scope, expr)).collect();
    Some(parts?.join(between))
}

/// The literal in the form in which a column of its kind is stored.
fn literal(value: &Value) -> Option<String> {
    let scalar = match value {
        Value::Null => return Some("NULL".to_owned()),
        Value::Boolean(_) => ScalarType::Boolean,
        Value::Integer(_) => ScalarType::BigInt,
        Value::Decimal(_) => ScalarType::Numeric(None),
        Value::Real(number) if number.is_finite() => ScalarType::Real,
        Value::Double(number) if number.is_finite() => ScalarType::Double,
        Value::Text(text) if !text.contains('\0') => ScalarType::Text,
        Value::Uuid(_) => ScalarType::Uuid,
        Value::Date(_) => ScalarType::Date,
        Value::Time(_) => ScalarType::Time,
        Value::Timestamp(_) => ScalarType::Timestamp,
        Value::Bytes(_) => ScalarType::Bytea,
        Value::Real(_) | Value::Double(_) | Value::Text(_) | Value::Json(_) | Value::Array(_) => {
            return None;
        }
    };
    let cell = Cell::of(ColumnType::Scalar(scalar), value).ok()?;
    // A negative number behind an operator would read as two of them.
    Some(match cell {
        Cell::Integer(i64::MIN) => "(-9223372036854775807 - 1)".to_owned(),
        Cell::Integer(number) if number < 0 => format!("({number})"),
        Cell::Real(number) if number < 0.0 => format!("({number:?})"),
        cell => cell.literal(),
    })
}

/// An expression in the form of a kind that it is compared in.
fn as_kind(scope: Scope<'_>, expr: &Expr, shared: Kind) -> Option<String> {
    let own = kind(scope.table, expr)?;
    let rendered = sql(scope, expr)?;
    Some(match (own, shared) {
        (Kind::Integer, Kind::Decimal) => {
            format!("(CAST({rendered} AS TEXT) COLLATE {DECIMAL_COLLATION})")
        }
        (_, Kind::Decimal) => format!("({rendered} COLLATE {DECIMAL_COLLATION})"),
        _ => rendered,
    })
}

fn is_machine_number(scope: Scope<'_>, expr: &Expr) -> bool {
    matches!(kind(scope.table, expr), Some(Kind::Integer | Kind::Float))
}

fn compute(scope: Scope<'_>, left: &Expr, operator: Arithmetic, right: &Expr) -> Option<String> {
    let kinds = (kind(scope.table, left)?, kind(scope.table, right)?);
    let is_exact = match (kinds, operator) {
        ((Kind::Text, Kind::Text), Arithmetic::Concatenate)
        | ((Kind::Date, Kind::Date), Arithmetic::Subtract)
        | ((Kind::Date, Kind::Integer), Arithmetic::Add | Arithmetic::Subtract) => true,
        // Dividing by zero is null here and an error there.
        ((Kind::Integer, Kind::Integer), Arithmetic::Divide | Arithmetic::Remainder) => {
            matches!(right, Expr::Literal(Value::Integer(number)) if *number != 0)
        }
        ((Kind::Integer, Kind::Integer), operator) => operator != Arithmetic::Concatenate,
        ((Kind::Float, Kind::Float), operator) => matches!(
            operator,
            Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Multiply
        ),
        _ => false,
    };
    let operator = arithmetic(operator);
    is_exact
        .then(|| {
            Some(format!(
                "({} {operator} {})",
                sql(scope, left)?,
                sql(scope, right)?
            ))
        })
        .flatten()
}

fn call(scope: Scope<'_>, function: Function, arguments: &[Expr]) -> Option<String> {
    let rendered = list(scope, arguments, ", ")?;
    let shared = together(scope.table, arguments);
    Some(match (function, shared) {
        (Function::CharLength, Some(Kind::Text)) | (Function::OctetLength, Some(Kind::Bytes)) => {
            format!("length({rendered})")
        }
        (Function::OctetLength, Some(Kind::Text)) => format!("length(CAST({rendered} AS BLOB))"),
        // Without an extension these two know the letters of ASCII alone.
        (Function::Lower, Some(Kind::Text)) => format!("lower({rendered})"),
        (Function::Upper, Some(Kind::Text)) => format!("upper({rendered})"),
        (Function::Trim, Some(Kind::Text)) if arguments.len() == 1 => format!("trim({rendered})"),
        (Function::Abs, Some(Kind::Integer | Kind::Float)) => format!("abs({rendered})"),
        (Function::Coalesce, Some(_)) if arguments.len() == 1 => rendered,
        (Function::Coalesce, Some(shared)) => {
            let parts: Option<Vec<_>> = arguments
                .iter()
                .map(|argument| as_kind(scope, argument, shared))
                .collect();
            format!("coalesce({})", parts?.join(", "))
        }
        (Function::Cardinality, _) => {
            let [Expr::Field(name)] = arguments else {
                return None;
            };
            let (_, column) = scope.table.column(name.as_str())?;
            matches!(column.column_type.value, ColumnType::Array(_))
                .then(|| format!("json_array_length({rendered})"))?
        }
        _ => return None,
    })
}

/// Only casts that leave the value as it is stored.
fn cast(scope: Scope<'_>, inner: &Expr, to: ColumnType) -> Option<String> {
    let rendered = sql(scope, inner)?;
    let from = kind(scope.table, inner)?;
    let is_same = from == Kind::of_type(to);
    match to {
        ColumnType::Scalar(
            ScalarType::BigInt
            | ScalarType::Text
            | ScalarType::Varchar(None)
            | ScalarType::Numeric(None)
            | ScalarType::Double
            | ScalarType::Boolean
            | ScalarType::Uuid
            | ScalarType::Date
            | ScalarType::Time
            | ScalarType::Bytea,
        ) if is_same => Some(rendered),
        ColumnType::Scalar(ScalarType::Numeric(None)) if from == Kind::Integer => {
            Some(format!("CAST({rendered} AS TEXT)"))
        }
        _ => None,
    }
}

fn case(scope: Scope<'_>, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Option<String> {
    let results = branches.iter().map(|(_, result)| result);
    let shared = together(scope.table, results.chain(otherwise))?;
    let mut out = String::from("(CASE");
    for (condition, result) in branches {
        out.push_str(" WHEN ");
        out.push_str(&sql(scope, condition)?);
        out.push_str(" THEN ");
        out.push_str(&as_kind(scope, result, shared)?);
    }
    if let Some(otherwise) = otherwise {
        out.push_str(" ELSE ");
        out.push_str(&as_kind(scope, otherwise, shared)?);
    }
    out.push_str(" END)");
    Some(out)
}
