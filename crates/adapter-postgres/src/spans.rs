//! Statements as traces name them.

use specd_domain::table::Table;
use specd_sql_support::spans::Statement;

pub(crate) const fn statement<'a>(operation: &'static str, table: &'a Table) -> Statement<'a> {
    Statement {
        system: "postgresql",
        operation,
        table,
    }
}

pub(crate) const fn select(table: &Table) -> Statement<'_> {
    statement("SELECT", table)
}
