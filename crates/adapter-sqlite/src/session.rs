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
use specd_sql_support::cell::{Cell, CellRef, Mismatch};
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

    /// Runs a statement and takes each row as it comes.
    ///
    /// # Errors
    /// The database's, or the first of `take`.
    pub(crate) fn each(
        &mut self,
        statement: Statement,
        mut take: impl FnMut(&mut Cells<'_, '_, '_>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let bound = bound(statement)?;
        let cursor = LoadConnection::<DefaultLoadingMode>::load(self.connection, bound)?;
        for row in cursor {
            take(&mut Cells {
                row: &row?,
                room: &mut self.room,
            })?;
        }
        Ok(())
    }
}

type SqliteRow<'conn, 'query> =
    <SqliteConnection as LoadConnection<DefaultLoadingMode>>::Row<'conn, 'query>;

/// The cells of one row, where the database keeps them.
pub(crate) struct Cells<'a, 'conn: 'a, 'query: 'a> {
    row: &'a SqliteRow<'conn, 'query>,
    room: &'a mut usize,
}

impl Cells<'_, '_, '_> {
    /// What `take` makes of the cell at this position.
    ///
    /// # Errors
    /// The rows have become longer than what was asked for.
    pub(crate) fn cell<T>(
        &mut self,
        position: usize,
        take: impl FnOnce(CellRef<'_>) -> T,
    ) -> QueryResult<T> {
        let field = self.row.get(position);
        let value = field.as_ref().and_then(|field| field.value());
        with_cell(value, |cell| {
            *self.room = self.room.checked_sub(cell.bytes()).ok_or_else(too_much)?;
            Ok(take(cell))
        })
    }
}

/// What is stored is not of its column's type.
pub(crate) fn mismatched(mismatch: Mismatch) -> DieselError {
    DieselError::DeserializationError(mismatch.into())
}

impl Session for SqliteSession<'_> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn rows(&mut self, statement: Statement, columns: &[ColumnType]) -> QueryResult<Vec<Row>> {
        let mut rows = Vec::new();
        self.each(statement, |cells| {
            let row: QueryResult<Row> = columns
                .iter()
                .enumerate()
                .map(|(position, column_type)| {
                    let value = |cell: CellRef<'_>| cell.to_cell().value(*column_type);
                    cells.cell(position, value)?.map_err(mismatched)
                })
                .collect();
            rows.push(row?);
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

fn with_cell<T>(value: Option<SqliteValue<'_, '_, '_>>, take: impl FnOnce(CellRef<'_>) -> T) -> T {
    let Some(mut value) = value else {
        return take(CellRef::Null);
    };
    match value.value_type() {
        None => take(CellRef::Null),
        Some(SqliteType::Text) => take(CellRef::Text(value.read_text())),
        Some(SqliteType::Binary) => take(CellRef::Blob(value.read_blob())),
        Some(SqliteType::Float | SqliteType::Double) => take(CellRef::Real(value.read_double())),
        Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => {
            take(CellRef::Integer(value.read_long()))
        }
    }
}
