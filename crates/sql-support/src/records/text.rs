//! The pieces of which the statements on records are made.

use diesel::result::QueryResult;
use specd_app::ports::records::Reach;
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::{Record, Row};
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use super::{OWNER, VERSION};
use crate::dialect::{Dialect, quoted, quoted_list};
use crate::failure::failed;
use crate::fit;
use crate::statement::Statement;

pub(super) const BIG: ColumnType = ColumnType::Scalar(ScalarType::BigInt);
pub(super) const TEXT: ColumnType = ColumnType::Scalar(ScalarType::Text);

/// `SELECT` of every column of the document and the version.
pub(crate) fn select(table: &Table) -> Statement {
    let mut statement = Statement::new("SELECT ");
    for column in &table.columns {
        statement.push_name(column.name.value.as_str()).push(", ");
    }
    statement.push_name(VERSION).push(" FROM ");
    statement.push_name(table.name.value.as_str());
    statement
}

/// Every column of the document and the version.
pub(crate) fn names(table: &Table) -> String {
    format!("{}, {}", column_list(table), quoted(VERSION))
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

/// Appends the condition that a row is within reach, after others.
pub(crate) fn push_reach(statement: &mut Statement, reach: &Reach) {
    if let Reach::OwnedBy(caller) = reach {
        statement.push(" AND ");
        statement.push_name(OWNER);
        statement.push(" = ");
        statement.bind_text(&**caller);
    }
}

/// Appends the condition that a row has this key.
///
/// # Errors
/// The table has no key of one column.
pub(super) fn push_key(
    dialect: Dialect,
    statement: &mut Statement,
    table: &Table,
    key: Value,
) -> QueryResult<()> {
    let column = key_column(table)?;
    statement.push_name(column.name.value.as_str());
    statement.push(" = ");
    bind(dialect, statement, column, key);
    Ok(())
}

/// The column that is the key.
///
/// # Errors
/// The table has no key of one column.
pub(super) fn key_column(table: &Table) -> QueryResult<&Column> {
    let key = table.key().map(|(_, column)| column);
    key.ok_or_else(|| {
        let error: StoreError = failed("the table has no key of one column");
        diesel::result::Error::QueryBuilderError(Box::new(error))
    })
}

/// Appends the condition that a row has this version, after others.
pub(super) fn push_version(statement: &mut Statement, version: i64) {
    statement.push(" AND ");
    statement.push_name(VERSION);
    statement.push(" = ");
    statement.bind_number(version);
}

/// The columns of the document, quoted.
pub(super) fn column_list(table: &Table) -> String {
    quoted_list(
        table
            .columns
            .iter()
            .map(|column| column.name.value.as_str()),
    )
}

/// Whether a column is the key.
pub(super) fn is_key(table: &Table, column: &Column) -> bool {
    table
        .key()
        .is_some_and(|(_, key)| key.name.value == column.name.value)
}

/// The first value of the first row.
pub(super) fn first_value(rows: Vec<Row>) -> Option<Value> {
    rows.into_iter().next()?.into_iter().next()
}
