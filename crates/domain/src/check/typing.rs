//! Temporary.
use crate::column_type::ColumnType;
use crate::rule::Expr;
pub(super) fn resolve(
    expr: &Expr,
    _t: &dyn Fn(&str) -> Option<ColumnType>,
) -> Result<Expr, String> {
    Ok(expr.clone())
}
