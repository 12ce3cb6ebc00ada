//! The fields that an expression speaks of.

use super::Expr;
use crate::name::FieldName;

/// The fields, each once, in the order of the expression.
pub fn fields(expr: &Expr) -> Vec<FieldName> {
    let mut found = Vec::new();
    collect(expr, &mut found);
    found
}

fn collect(expr: &Expr, found: &mut Vec<FieldName>) {
    if let Expr::Field(name) = expr
        && !found.contains(name)
    {
        found.push(name.clone());
    }
    for part in expr.parts() {
        collect(part, found);
    }
}
