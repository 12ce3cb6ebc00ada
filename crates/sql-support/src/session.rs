//! A session: one connection, as the shared functions see it.

use diesel::result::QueryResult;
use specd_domain::column_type::ColumnType;
use specd_domain::record::Row;

use crate::dialect::Dialect;
use crate::statement::Statement;

/// Runs statements on one connection.
pub trait Session {
    /// What the database speaks.
    fn dialect(&self) -> Dialect;

    /// Runs a statement that answers rows of these columns.
    ///
    /// # Errors
    /// The database's, or a value that is not of its column's type.
    fn rows(&mut self, statement: Statement, columns: &[ColumnType]) -> QueryResult<Vec<Row>>;

    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// The database's.
    fn execute(&mut self, statement: Statement) -> QueryResult<usize>;

    /// Runs a statement without values.
    ///
    /// # Errors
    /// The database's.
    fn run(&mut self, sql: &str) -> QueryResult<()>;
}
