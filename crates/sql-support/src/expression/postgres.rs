//! Expressions as `PostgreSQL` says them.

use specd_domain::column_type::ColumnType;
use specd_domain::rule::{Expr, Function};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::{Scope, arithmetic, comparison, is_lasting};
use crate::cell::hexadecimal;
use crate::decimal;
use crate::dialect::{postgres_text, quoted};

/// The expression as a condition on a row of the table; `None` where `PostgreSQL` cannot keep it.
pub fn condition(table: &Table, expr: &Expr) -> Option<String> {
    if !is_lasting(expr) {
        return None;
    }
    sql(Scope { table, prefix: "" }, expr)
}

/// A value as a literal; `None` where it has none.
///
/// Dates, times and the like stand as plain texts, which take the type of what they are compared with.
pub fn literal(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(true) => "TRUE".to_owned(),
        Value::Boolean(false) => "FALSE".to_owned(),
        Value::Integer(number) => signed(&number.to_string()),
        Value::Decimal(number) => signed(&decimal::to_text(number)),
        Value::Real(number) if number.is_finite() => format!("'{number:?}'::real"),
        Value::Double(number) if number.is_finite() => format!("'{number:?}'::double precision"),
        Value::Text(text) if !text.contains('\0') => postgres_text(text),
        Value::Uuid(id) => format!("'{}'", id.hyphenated()),
        Value::Date(date) => format!("'{}'", date.format("%Y-%m-%d")),
        Value::Time(time) => format!("'{}'", time.format("%H:%M:%S%.6f")),
        Value::Timestamp(time) => format!("'{}+00'", time.format("%Y-%m-%d %H:%M:%S%.6f")),
        Value::Bytes(bytes) => postgres_text(&format!("\\x{}", hexadecimal(bytes))),
        Value::Json(text) => postgres_text(text),
        Value::Real(_) | Value::Double(_) | Value::Text(_) | Value::Array(_) => return None,
    })
}

/// A value as a literal of a column's type.
pub fn typed_literal(column_type: ColumnType, value: &Value) -> Option<String> {
    let Value::Array(values) = value else {
        return literal(value);
    };
    let elements: Option<Vec<_>> = values.iter().map(literal).collect();
    Some(format!("ARRAY[{}]::{column_type}", elements?.join(", ")))
}

fn signed(digits: &str) -> String {
    if digits.starts_with('-') {
        format!("({digits})")
    } else {
        digits.to_owned()
    }
}

fn sql(scope: Scope<'_>, expr: &Expr) -> Option<String> {
    let of = |expr: &Expr| sql(scope, expr);
    Some(match expr {
        Expr::Field(name) => {
            let (_, column) = scope.table.column(name.as_str())?;
            quoted(column.name.value.as_str())
        }
        Expr::Literal(value) => literal(value)?,
        Expr::Not(inner) => format!("(NOT {})", of(inner)?),
        Expr::Negate(inner) => format!("(- {})", of(inner)?),
        Expr::And(parts) if parts.is_empty() => "TRUE".to_owned(),
        Expr::And(parts) => format!("({})", list(scope, parts, " AND ")?),
        Expr::Or(parts) if parts.is_empty() => "FALSE".to_owned(),
        Expr::Or(parts) => format!("({})", list(scope, parts, " OR ")?),
        Expr::Compare(left, operator, right) => {
            format!("({} {} {})", of(left)?, comparison(*operator), of(right)?)
        }
        Expr::Compute(left, operator, right) => {
            format!("({} {} {})", of(left)?, arithmetic(*operator), of(right)?)
        }
        Expr::Between(value, low, high) => {
            format!("({} BETWEEN {} AND {})", of(value)?, of(low)?, of(high)?)
        }
        Expr::In(_, choices) if choices.is_empty() => "FALSE".to_owned(),
        Expr::In(value, choices) => {
            format!("({} IN ({}))", of(value)?, list(scope, choices, ", ")?)
        }
        Expr::Like {
            value,
            pattern,
            escape,
            insensitive,
        } => like(&of(value)?, pattern, *escape, *insensitive)?,
        Expr::Matches {
            value,
            pattern,
            insensitive,
        } => {
            let operator = if *insensitive { "~*" } else { "~" };
            format!("({} {operator} {})", of(value)?, text(pattern)?)
        }
        Expr::IsNull(inner) => format!("({} IS NULL)", of(inner)?),
        Expr::IsBoolean(inner, true) => format!("({} IS TRUE)", of(inner)?),
        Expr::IsBoolean(inner, false) => format!("({} IS FALSE)", of(inner)?),
        Expr::Call(function, arguments) => call(scope, *function, arguments)?,
        Expr::Cast(inner, column_type) => format!("CAST({} AS {column_type})", of(inner)?),
        Expr::Case(branches, otherwise) => case(scope, branches, otherwise.as_deref())?,
        Expr::Is(..) => return None,
    })
}

fn list(scope: Scope<'_>, exprs: &[Expr], between: &str) -> Option<String> {
    let parts: Option<Vec<_>> = exprs.iter().map(|expr| sql(scope, expr)).collect();
    Some(parts?.join(between))
}

fn text(text: &str) -> Option<String> {
    literal(&Value::Text(text.to_owned()))
}

fn like(value: &str, pattern: &str, escape: Option<char>, insensitive: bool) -> Option<String> {
    let operator = if insensitive { "ILIKE" } else { "LIKE" };
    let pattern = text(pattern)?;
    let escape = match escape {
        Some(escape) => format!(" ESCAPE {}", text(&escape.to_string())?),
        None => String::new(),
    };
    Some(format!("({value} {operator} {pattern}{escape})"))
}

fn call(scope: Scope<'_>, function: Function, arguments: &[Expr]) -> Option<String> {
    let name = match function {
        Function::CharLength => "char_length",
        Function::OctetLength => "octet_length",
        Function::Trim => "btrim",
        Function::Abs => "abs",
        Function::Coalesce => "coalesce",
        Function::Cardinality => "cardinality",
        Function::Lower => return ascii_case(scope, "lower", arguments),
        Function::Upper => return ascii_case(scope, "upper", arguments),
        Function::Now | Function::Today => return None,
    };
    Some(format!("{name}({})", list(scope, arguments, ", ")?))
}

/// Under the collation C only the letters of ASCII have a case.
fn ascii_case(scope: Scope<'_>, name: &str, arguments: &[Expr]) -> Option<String> {
    Some(format!(
        "{name}(({}) COLLATE \"C\")",
        list(scope, arguments, ", ")?
    ))
}

fn case(scope: Scope<'_>, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Option<String> {
    let mut out = String::from("(CASE");
    for (condition, result) in branches {
        out.push_str(" WHEN ");
        out.push_str(&sql(scope, condition)?);
        out.push_str(" THEN ");
        out.push_str(&sql(scope, result)?);
    }
    if let Some(otherwise) = otherwise {
        out.push_str(" ELSE ");
        out.push_str(&sql(scope, otherwise)?);
    }
    out.push_str(" END)");
    Some(out)
}
