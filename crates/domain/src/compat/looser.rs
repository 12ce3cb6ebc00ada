//! Whether a check provably lets everything pass that another let pass.

use std::cmp::Ordering;

use crate::rule::{Comparison, Expr};
use crate::value::Value;

/// Steps of the proof; past it the answer is that nobody can tell.
const FUEL: usize = 10_000;

/// Whether every row that keeps to `old` keeps to `new`, as far as can be proven from conjuncts, disjuncts, the bounds
/// of one operand and lists of constants. `false` where it cannot be told.
///
/// A row keeps to a check that is true or unknown; each step below holds for both, since both sides speak of the same
/// operand.
pub(super) fn is_looser(old: &Expr, new: &Expr) -> bool {
    let mut fuel = FUEL;
    implies(&expanded(old), &expanded(new), &mut fuel)
}

/// With `BETWEEN` as its two bounds and constants on the right.
fn expanded(expr: &Expr) -> Expr {
    match expr {
        Expr::And(all) => Expr::And(all.iter().map(expanded).collect()),
        Expr::Or(all) => Expr::Or(all.iter().map(expanded).collect()),
        Expr::Between(value, low, high) => Expr::And(vec![
            Expr::Compare(value.clone(), Comparison::GreaterOrEqual, low.clone()),
            Expr::Compare(value.clone(), Comparison::LessOrEqual, high.clone()),
        ]),
        Expr::Compare(left, comparison, right) if matches!(**left, Expr::Literal(_)) => {
            Expr::Compare(right.clone(), comparison.flipped(), left.clone())
        }
        other => other.clone(),
    }
}

fn implies(old: &Expr, new: &Expr, fuel: &mut usize) -> bool {
    let Some(left) = fuel.checked_sub(1) else {
        return false;
    };
    *fuel = left;
    if old == new {
        return true;
    }
    match (old, new) {
        (_, Expr::And(all)) => all.iter().all(|part| implies(old, part, fuel)),
        (Expr::Or(all), _) => all.iter().all(|part| implies(part, new, fuel)),
        (Expr::And(all), Expr::Or(any)) => {
            all.iter().any(|part| implies(part, new, fuel))
                || any.iter().any(|part| implies(old, part, fuel))
        }
        (Expr::And(all), _) => all.iter().any(|part| implies(part, new, fuel)),
        (_, Expr::Or(any)) => any.iter().any(|part| implies(old, part, fuel)),
        (Expr::In(a, list), Expr::In(b, wider)) => {
            a == b && constants(list).is_some_and(|list| list.iter().all(|value| has(wider, value)))
        }
        (Expr::In(a, list), Expr::Compare(b, comparison, bound)) => {
            let within = |value: &Value| keeps(value, *comparison, bound);
            a == b && constants(list).is_some_and(|list| list.into_iter().all(within))
        }
        (Expr::Compare(a, Comparison::Equal, value), Expr::In(b, wider)) => {
            matches!(&**value, Expr::Literal(value) if a == b && !value.is_null() && has(wider, value))
        }
        (Expr::Compare(a, was, from), Expr::Compare(b, is, to)) => {
            matches!(&**from, Expr::Literal(from) if a == b && bounds(*was, from, *is, to))
        }
        _ => false,
    }
}

/// The constants of a list, where it holds nothing else and no null.
fn constants(list: &[Expr]) -> Option<Vec<&Value>> {
    list.iter()
        .map(|expr| match expr {
            Expr::Literal(value) if !value.is_null() => Some(value),
            _ => None,
        })
        .collect()
}

fn has(list: &[Expr], value: &Value) -> bool {
    list.iter()
        .any(|member| matches!(member, Expr::Literal(member) if member == value))
}

/// Whether a constant keeps to a bound.
fn keeps(value: &Value, comparison: Comparison, bound: &Expr) -> bool {
    let Expr::Literal(bound) = bound else {
        return false;
    };
    order(value, bound).is_some_and(|order| match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::NotDistinct | Comparison::Distinct => false,
    })
}

/// Whether `x was from` implies `x is to`.
fn bounds(was: Comparison, from: &Value, is: Comparison, to: &Expr) -> bool {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let Expr::Literal(limit) = to else {
        return false;
    };
    if was == Equal {
        return keeps(from, is, to);
    }
    let Some(order) = order(from, limit) else {
        return false;
    };
    match (was, is) {
        (Greater, Greater | GreaterOrEqual | NotEqual) | (GreaterOrEqual, GreaterOrEqual) => {
            order.is_ge()
        }
        (GreaterOrEqual, Greater | NotEqual) => order.is_gt(),
        (Less, Less | LessOrEqual | NotEqual) | (LessOrEqual, LessOrEqual) => order.is_le(),
        (LessOrEqual, Less | NotEqual) => order.is_lt(),
        _ => false,
    }
}

/// The order of two constants of one type.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
        (Value::Real(a), Value::Real(b)) => a.partial_cmp(b),
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
        (Value::Uuid(a), Value::Uuid(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
