//! A connection as the shared statements see it, and cells on their way through diesel.

use diesel::connection::{
    Connection as _, DefaultLoadingMode, LoadConnection, SimpleConnection as _,
};
use diesel::query_builder::AstPass;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::row::{Field as _, Row as _};
use diesel::sql_types::{BigInt, Binary, Double, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection, SqliteType, SqliteValue};
use specd_domain::column_type::ColumnType;
use specd_domain::record::Row;
use specd_sql_support::cell::Cell;
use specd_sql_support::dialect::Dialect;
use specd_sql_support::session::Session;
use specd_sql_support::statement::{Bind, Bound, Statement};

/// One connection.
pub(crate) struct SqliteSession<'a> {
    connection: &'a mut SqliteConnection,
    /// How many bytes its rows may yet hold.
    room: usize,
}

impl<'a> SqliteSession<'a> {
    /// A session that answers rows of any length.
    pub(crate) const fn new(connection: &'a mut SqliteConnection) -> Self {
        Self::within(connection, usize::MAX)
    }

    /// A session whose rows hold at most so many bytes; more are a failure.
    pub(crate) const fn within(connection: &'a mut SqliteConnection, bytes: usize) -> Self {
        Self {
            connection,
            room: bytes,
        }
    }
}

impl Session for SqliteSession<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn rows(&mut self, statement: Statement, columns: &[ColumnType]) -> QueryResult<Vec<Row>> {
        let bound = bound(statement)?;
        let cursor = LoadConnection::<DefaultLoadingMode>::load(self.connection, bound)?;
        let room = &mut self.room;
        cursor
            .map(|row| {
                let row = row?;
                columns
                    .iter()
                    .enumerate()
                    .map(|(position, column_type)| {
                        let field = row.get(position);
                        let cell = field
                            .as_ref()
                            .and_then(|field| field.value())
                            .map_or(Cell::Null, cell);
                        *room = room.checked_sub(cell.bytes()).ok_or_else(too_much)?;
                        cell.value(*column_type)
                            .map_err(|mismatch| DieselError::DeserializationError(mismatch.into()))
                    })
                    .collect()
            })
            .collect()
    }

    fn execute(&mut self, statement: Statement) -> QueryResult<usize> {
        self.connection.execute_returning_count(&bound(statement)?)
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        self.connection.batch_execute(sql)
    }
}

/// A cell that diesel can bind.
#[derive(Debug)]
struct SqliteBind(Cell);

impl Bind<Sqlite> for SqliteBind {
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        match &self.0 {
            Cell::Null => out.push_bind_param::<Nullable<BigInt>, _>(&None::<i64>),
            Cell::Integer(number) => out.push_bind_param::<BigInt, _>(number),
            Cell::Real(number) => out.push_bind_param::<Double, _>(number),
            Cell::Text(text) => out.push_bind_param::<Text, _>(text),
            Cell::Blob(bytes) => out.push_bind_param::<Binary, _>(bytes),
        }
    }
}

fn too_much() -> DieselError {
    DieselError::DeserializationError("the rows are longer than what was asked for".into())
}

fn bound(statement: Statement) -> QueryResult<Bound<SqliteBind>> {
    statement
        .bound(|typed| Cell::of(typed.column_type, &typed.value).map(SqliteBind))
        .map_err(|mismatch| DieselError::SerializationError(Box::new(mismatch)))
}

fn cell(mut value: SqliteValue<'_, '_, '_>) -> Cell {
    match value.value_type() {
        None => Cell::Null,
        Some(SqliteType::Text) => Cell::Text(value.read_text().to_owned()),
        Some(SqliteType::Binary) => Cell::Blob(value.read_blob().to_vec()),
        Some(SqliteType::Float | SqliteType::Double) => Cell::Real(value.read_double()),
        Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => {
            Cell::Integer(value.read_long())
        }
    }
}
