//! A connection as the shared statements see it.

use diesel::connection::{
    Connection as _, DefaultLoadingMode, LoadConnection, SimpleConnection as _,
};
use diesel::deserialize;
use diesel::pg::PgConnection;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::row::{Field as _, Row as _};
use specd_domain::column_type::ColumnType;
use specd_domain::record::Row;
use specd_sql_support::dialect::Dialect;
use specd_sql_support::session::Session;
use specd_sql_support::statement::{Bound, Statement};

use crate::value::{PostgresBind, decode, encode};

/// One connection and what its server can do.
pub(crate) struct PostgresSession<'a> {
    pub(crate) connection: &'a mut PgConnection,
    pub(crate) has_uuid_v7: bool,
}

/// A row as it came.
pub(crate) type RawRow<'a> = <PgConnection as LoadConnection<DefaultLoadingMode>>::Row<'a, 'a>;

impl PostgresSession<'_> {
    /// Runs a statement and gives its rows away, one after the other.
    pub(crate) fn each_row(
        &mut self,
        statement: Statement,
        mut take: impl FnMut(&RawRow<'_>) -> deserialize::Result<()>,
    ) -> QueryResult<()> {
        let bound = bound(statement)?;
        for row in LoadConnection::<DefaultLoadingMode>::load(self.connection, bound)? {
            take(&row?).map_err(DieselError::DeserializationError)?;
        }
        Ok(())
    }
}

impl Session for PostgresSession<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres {
            has_uuid_v7: self.has_uuid_v7,
        }
    }

    fn rows(&mut self, statement: Statement, columns: &[ColumnType]) -> QueryResult<Vec<Row>> {
        let mut rows = Vec::new();
        self.each_row(statement, |row| {
            let values = columns.iter().enumerate().map(|(position, column_type)| {
                let field = row.get(position);
                let value = field.as_ref().and_then(|field| field.value());
                decode(*column_type, value)
            });
            rows.push(values.collect::<deserialize::Result<Row>>()?);
            Ok(())
        })?;
        Ok(rows)
    }

    fn execute(&mut self, statement: Statement) -> QueryResult<usize> {
        self.connection.execute_returning_count(&bound(statement)?)
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.connection.batch_execute(sql)
    }
}

fn bound(statement: Statement) -> QueryResult<Bound<PostgresBind>> {
    statement
        .bound(encode)
        .map_err(|mismatch| DieselError::SerializationError(Box::new(mismatch)))
}
