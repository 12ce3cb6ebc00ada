//! Statements on records, of fixed text for each table.

use diesel::result::QueryResult;
use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::{Record, Row};
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;

use crate::dialect::{Dialect, quoted, quoted_list};
use crate::failure::failed;
use crate::fit;
use crate::session::Session;
use crate::statement::Statement;

/// The column that counts the writes of a row.
pub const VERSION: &str = "specd_version";
/// The column for who created a row.
pub const OWNER: &str = "specd_owner";

/// What became of a write that found its row gone or changed.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// There is no such row.
    NotThere,
    /// The row has this version.
    Stale(i64),
}

impl<T> Outcome<T> {
    /// The outcome as the port has it.
    ///
    /// # Errors
    /// It was not done.
    pub fn into_result(self) -> Result<T, WriteError> {
        match self {
            Self::Done(done) => Ok(done),
            Self::NotThere => Err(WriteError::NotThere),
            Self::Stale(current) => Err(WriteError::Stale { current }),
        }
    }
}

/// Reserves the numbers of the columns that a sequence fills and the row leaves null (ruling H01).
///
/// # Errors
/// The database's.
pub fn number<S: Session>(session: &mut S, table: &Table, row: &mut Row) -> QueryResult<()> {
    for (column, value) in table.columns.iter().zip(row) {
        if !(is_numbered(column) && value.is_null()) {
            continue;
        }
        let statement = next_number(session.dialect(), table, column);
        let rows = session.rows(statement, &[BIG])?;
        *value = first_value(rows).unwrap_or(Value::Null);
    }
    Ok(())
}

/// Whether a create of this row reserves a number.
pub fn needs_number(table: &Table, row: &Row) -> bool {
    table
        .columns
        .iter()
        .zip(row)
        .any(|(column, value)| is_numbered(column) && value.is_null())
}

/// Stores a row.
///
/// # Errors
/// The database's.
pub fn create<S: Session>(session: &mut S, table: &Table, row: Row) -> QueryResult<Record> {
    let mut statement = Statement::new(format!(
        "INSERT INTO {} ({}) VALUES (",
        quoted(table.name.value.as_str()),
        column_list(table)
    ));
    for (position, (column, value)) in table.columns.iter().zip(&row).enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        bind(session.dialect(), &mut statement, column, value.clone());
    }
    statement.push(")");
    session.execute(statement)?;
    Ok(Record { row, version: 1 })
}

/// The record of a key.
///
/// # Errors
/// The database's, or a table that has no key of one column.
pub fn read<S: Session>(session: &mut S, table: &Table, key: Value) -> QueryResult<Option<Record>> {
    let mut statement = select(table);
    statement.push(" WHERE ");
    push_key(session.dialect(), &mut statement, table, key)?;
    let rows = session.rows(statement, &column_types(table))?;
    Ok(rows.into_iter().next().map(record))
}

/// Puts a row in the place of another of this version.
///
/// # Errors
/// The database's.
pub fn replace<S: Session>(
    session: &mut S,
    table: &Table,
    key: Value,
    version: i64,
    row: Row,
) -> QueryResult<Outcome<Record>> {
    let dialect = session.dialect();
    let mut statement = Statement::new(format!(
        "UPDATE {} SET {1} = {1} + 1",
        quoted(table.name.value.as_str()),
        quoted(VERSION)
    ));
    for (column, value) in table.columns.iter().zip(&row) {
        if is_key(table, column) {
            continue;
        }
        statement.push(", ");
        statement.push(&quoted(column.name.value.as_str()));
        statement.push(" = ");
        bind(dialect, &mut statement, column, value.clone());
    }
    statement.push(" WHERE ");
    push_key(dialect, &mut statement, table, key.clone())?;
    push_version(&mut statement, version);
    if session.execute(statement)? == 0 {
        return missed(session, table, key);
    }
    let version = version.saturating_add(1);
    Ok(Outcome::Done(Record { row, version }))
}

/// Deletes a row, only at this version where one is given.
///
/// # Errors
/// The database's.
pub fn delete<S: Session>(
    session: &mut S,
    table: &Table,
    key: Value,
    version: Option<i64>,
) -> QueryResult<Outcome<()>> {
    let name = quoted(table.name.value.as_str());
    let mut statement = Statement::new(format!("DELETE FROM {name} WHERE "));
    push_key(session.dialect(), &mut statement, table, key.clone())?;
    if let Some(version) = version {
        push_version(&mut statement, version);
    }
    if session.execute(statement)? == 0 {
        return missed(session, table, key);
    }
    Ok(Outcome::Done(()))
}

/// `SELECT` of every column of the document and the version.
pub(crate) fn select(table: &Table) -> Statement {
    Statement::new(format!(
        "SELECT {}, {} FROM {}",
        column_list(table),
        quoted(VERSION),
        quoted(table.name.value.as_str())
    ))
}

/// The types of what [`select`] answers.
pub(crate) fn column_types(table: &Table) -> Vec<ColumnType> {
    let types = table.columns.iter().map(|column| column.column_type.value);
    types.chain([BIG]).collect()
}

/// What [`select`] answered.
pub(crate) fn record(mut row: Row) -> Record {
    let version = match row.pop() {
        Some(Value::Integer(version)) => version,
        _ => 1,
    };
    Record { row, version }
}

/// Appends a place for a value of a column. `CHAR` is cast, since `PostgreSQL` would else compare it as a text.
pub(crate) fn bind(dialect: Dialect, statement: &mut Statement, column: &Column, value: Value) {
    let column_type = column.column_type.value;
    statement.bind(column_type, fit::operand(column_type, value));
    let is_char = matches!(
        column_type,
        ColumnType::Scalar(ScalarType::Char(_)) | ColumnType::Array(ScalarType::Char(_))
    );
    if is_char && !dialect.is_sqlite() {
        statement.push(match column_type {
            ColumnType::Array(_) => "::bpchar[]",
            _ => "::bpchar",
        });
    }
}

const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);

fn missed<S: Session, T>(session: &mut S, table: &Table, key: Value) -> QueryResult<Outcome<T>> {
    let mut statement = Statement::new(format!(
        "SELECT {} FROM {} WHERE ",
        quoted(VERSION),
        quoted(table.name.value.as_str())
    ));
    push_key(session.dialect(), &mut statement, table, key)?;
    let rows = session.rows(statement, &[BIG])?;
    Ok(match first_value(rows) {
        Some(Value::Integer(current)) => Outcome::Stale(current),
        _ => Outcome::NotThere,
    })
}

fn push_key(
    dialect: Dialect,
    statement: &mut Statement,
    table: &Table,
    key: Value,
) -> QueryResult<()> {
    let (_, column) = table.key().ok_or_else(|| {
        let error: StoreError = failed("the table has no key of one column");
        diesel::result::Error::QueryBuilderError(Box::new(error))
    })?;
    statement.push(&quoted(column.name.value.as_str()));
    statement.push(" = ");
    bind(dialect, statement, column, key);
    Ok(())
}

fn push_version(statement: &mut Statement, version: i64) {
    statement.push(" AND ");
    statement.push(&quoted(VERSION));
    statement.push(" = ");
    statement.bind_number(version);
}

fn column_list(table: &Table) -> String {
    quoted_list(
        table
            .columns
            .iter()
            .map(|column| column.name.value.as_str()),
    )
}

fn is_key(table: &Table, column: &Column) -> bool {
    table
        .key()
        .is_some_and(|(_, key)| key.name.value == column.name.value)
}

fn is_numbered(column: &Column) -> bool {
    column
        .default
        .as_ref()
        .is_some_and(|default| default.value == DefaultValue::Sequence)
}

/// On `PostgreSQL` a number is reserved at once and for ever; on `SQLite` it is counted in the write's own transaction.
fn next_number(dialect: Dialect, table: &Table, column: &Column) -> Statement {
    let (table, column) = (table.name.value.as_str(), column.name.value.as_str());
    if dialect.is_sqlite() {
        let mut statement = Statement::new("INSERT INTO specd_sequences VALUES (");
        statement.bind_text(table);
        statement.push(", ");
        statement.bind_text(column);
        statement.push(", 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last");
        return statement;
    }
    let mut statement = Statement::new("SELECT nextval(pg_get_serial_sequence(");
    statement.bind_text(quoted(table));
    statement.push(", ");
    statement.bind_text(column);
    statement.push(")::regclass)");
    statement
}

fn first_value(rows: Vec<Row>) -> Option<Value> {
    rows.into_iter().next()?.into_iter().next()
}
