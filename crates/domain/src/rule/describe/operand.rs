//! Operands in words: what a field is compared with.

use crate::name::FieldName;
use crate::rule::typing::literal_text;
use crate::rule::{Arithmetic, Expr, Function};
use crate::value::Value;

/// What of a field is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Its value.
    Value,
    /// Its characters.
    Characters,
    /// Its bytes.
    Bytes,
    /// Its elements.
    Items,
}

impl Measure {
    /// The noun of a count; empty for a value.
    pub(super) const fn noun(self, is_one: bool) -> &'static str {
        match (self, is_one) {
            (Self::Value, _) => "",
            (Self::Characters, true) => "character",
            (Self::Characters, false) => "characters",
            (Self::Bytes, true) => "byte",
            (Self::Bytes, false) => "bytes",
            (Self::Items, true) => "item",
            (Self::Items, false) => "items",
        }
    }
}

/// The field that an expression measures, and what of it.
pub(super) fn measured(expr: &Expr) -> Option<(&FieldName, Measure)> {
    match expr {
        Expr::Field(name) => Some((name, Measure::Value)),
        // A conversion that the typing added says nothing to the caller.
        Expr::Cast(inner, _) => match &**inner {
            Expr::Field(name) => Some((name, Measure::Value)),
            _ => None,
        },
        Expr::Call(function, arguments) => {
            let measure = match function {
                Function::CharLength => Measure::Characters,
                Function::OctetLength => Measure::Bytes,
                Function::Cardinality => Measure::Items,
                _ => return None,
            };
            match arguments.as_slice() {
                [Expr::Field(name)] => Some((name, measure)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A text without the spaces at its ends.
pub(super) fn trimmed(expr: &Expr) -> Option<&FieldName> {
    match expr {
        Expr::Call(Function::Trim, arguments) => match arguments.as_slice() {
            [Expr::Field(name)] => Some(name),
            _ => None,
        },
        Expr::Call(Function::CharLength, arguments) => match arguments.as_slice() {
            [inner @ Expr::Call(Function::Trim, _)] => trimmed(inner),
            _ => None,
        },
        _ => None,
    }
}

/// An operand in words.
pub(super) fn words(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Literal(value) => literal(value),
        Expr::Field(name) => Some(format!("`{name}`")),
        Expr::Call(Function::Now, _) => Some("the current time".to_owned()),
        Expr::Call(Function::Today, _) => Some("the current date".to_owned()),
        Expr::Call(Function::Lower, arguments) => {
            let [argument] = arguments.as_slice() else {
                return None;
            };
            Some(format!("{} in lower case", words(argument)?))
        }
        Expr::Call(Function::Upper, arguments) => {
            let [argument] = arguments.as_slice() else {
                return None;
            };
            Some(format!("{} in upper case", words(argument)?))
        }
        Expr::Call(Function::Abs, arguments) => {
            let [argument] = arguments.as_slice() else {
                return None;
            };
            Some(format!("the absolute value of {}", words(argument)?))
        }
        Expr::Call(..) => {
            let (name, measure) = measured(expr)?;
            Some(format!("the number of {} of `{name}`", measure.noun(false)))
        }
        Expr::Compute(left, operator, right) => computed(left, *operator, right),
        Expr::Negate(inner) => Some(format!("-{}", simple(inner)?)),
        Expr::Cast(inner, _) => words(inner),
        _ => None,
    }
}

fn computed(left: &Expr, operator: Arithmetic, right: &Expr) -> Option<String> {
    if operator == Arithmetic::Concatenate {
        return Some(format!("{} followed by {}", words(left)?, words(right)?));
    }
    let is_sum = |operator| matches!(operator, Arithmetic::Add | Arithmetic::Subtract);
    let left = match left {
        Expr::Compute(_, inner, _) if is_sum(*inner) && is_sum(operator) => words(left)?,
        _ => simple(left)?,
    };
    Some(format!("{left} {} {}", operator.as_str(), simple(right)?))
}

/// An operand, in parentheses where it is made of several.
fn simple(expr: &Expr) -> Option<String> {
    let text = words(expr)?;
    Some(if matches!(expr, Expr::Compute(..)) {
        format!("({text})")
    } else {
        text
    })
}

/// A constant: texts in backticks, everything else as it is.
pub(super) fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Text(_) => Some(format!("`{}`", literal_text(value))),
        Value::Null | Value::Bytes(_) | Value::Array(_) | Value::Json(_) => None,
        Value::Decimal(number) => Some(number.to_plain_string()),
        other => Some(literal_text(other)),
    }
}
