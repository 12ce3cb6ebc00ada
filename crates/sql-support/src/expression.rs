//! Expressions of the model as SQL. What a dialect cannot say with the domain's meaning is not said at all: the domain
//! keeps it alone.

use specd_domain::rule::{Arithmetic, Comparison, Expr};
use specd_domain::table::Table;

mod kind;
pub mod postgres;
pub mod sqlite;

/// Deeper expressions are left to the domain; rendering walks them recursively.
const MAX_DEPTH: usize = 64;

/// Whether an expression has the same meaning at any time, so that a database may keep it.
fn is_lasting(expr: &Expr) -> bool {
    use specd_domain::rule::Function;
    expr.is_within(MAX_DEPTH)
        && !expr.any(&|part| {
            matches!(
                part,
                Expr::Is(..) | Expr::Call(Function::Now | Function::Today, _)
            )
        })
}

/// Where the columns of an expression stand.
#[derive(Clone, Copy, Debug)]
struct Scope<'a> {
    table: &'a Table,
    /// `NEW.` in a trigger.
    prefix: &'a str,
}

const fn arithmetic(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
        Arithmetic::Concatenate => "||",
    }
}

/// Both dialects take these, `SQLite` from 3.39 on.
const fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::NotDistinct => "IS NOT DISTINCT FROM",
        Comparison::Distinct => "IS DISTINCT FROM",
    }
}
