//! Numbers for the columns that a sequence fills.

use diesel::result::QueryResult;
use specd_domain::record::Row;
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;

use super::text::{BIG, first_value};
use crate::dialect::{Dialect, quoted};
use crate::session::Session;
use crate::statement::Statement;

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

/// Reserves the numbers of many rows on `PostgreSQL`, with one statement for each column.
///
/// # Errors
/// The database's.
pub fn number_all<S: Session>(
    session: &mut S,
    table: &Table,
    rows: &mut [&mut Row],
) -> QueryResult<()> {
    for (position, column) in table.columns.iter().enumerate() {
        if !is_numbered(column) {
            continue;
        }
        let mut due: Vec<_> = rows
            .iter_mut()
            .filter_map(|row| row.get_mut(position))
            .filter(|value| value.is_null())
            .collect();
        if due.is_empty() {
            continue;
        }
        let mut statement = next_number(session.dialect(), table, column);
        statement.push(" FROM generate_series(1, ");
        statement.bind_number(i64::try_from(due.len()).unwrap_or(i64::MAX));
        statement.push(")");
        let numbers = session.rows(statement, &[BIG])?;
        for (value, number) in due.iter_mut().zip(numbers) {
            **value = number.into_iter().next().unwrap_or(Value::Null);
        }
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
