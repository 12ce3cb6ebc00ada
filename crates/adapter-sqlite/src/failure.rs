//! What failures of `SQLite` mean: by the extended code where diesel tells it, and by the message that goes with it.
//!
//! The messages are `SQLite`'s own, which has no other language, and those of our triggers.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::record::Row;
use specd_domain::table::{Reference, Table};
use specd_domain::value::Value;
use specd_sql_support::dialect::quoted;
use specd_sql_support::failure::{Write, check_by_name, names, out_of_range, unique_by_columns};
use specd_sql_support::said;
use specd_sql_support::schema::sqlite::{CHECK_MESSAGE, RANGE_MESSAGE};
use specd_sql_support::session::Session as _;
use specd_sql_support::statement::Statement;

use crate::connection::is_busy;
use crate::session::SqliteSession;

/// Messages of a file system that has no room, or a memory that has none: asking later may help.
const PASSING: [&str; 2] = ["database or disk is full", "out of memory"];

/// A failure of a read, or of a write that a rollback undid.
pub(crate) fn store_error(error: DieselError) -> StoreError {
    let is_passing = match &error {
        DieselError::DatabaseError(_, information) => {
            let message = information.message();
            PASSING.iter().any(|part| message.contains(part))
        }
        _ => false,
    };
    if is_passing || is_busy(&error) {
        StoreError::Unavailable(said::cause(error))
    } else {
        StoreError::Failed(said::cause(error))
    }
}

/// A failure of a commit. A lock and a full disk keep it from being written; of any other it may be that it was, and comes
/// to light when the file is opened again.
pub(crate) fn commit_error(error: DieselError) -> StoreError {
    match store_error(error) {
        StoreError::Failed(error) => StoreError::OutcomeUnknown(error),
        error => error,
    }
}

/// A failure of a write of a record; the transaction is still open, so that more can be asked.
pub(crate) fn write_error(
    session: &mut SqliteSession<'_>,
    table: &Table,
    write: Write,
    row: &Row,
    error: DieselError,
) -> WriteError {
    let known = match &error {
        DieselError::DatabaseError(kind, information) => {
            let message = information.message();
            match kind {
                DatabaseErrorKind::ForeignKeyViolation if write == Write::Delete => {
                    Some(WriteError::StillReferenced { constraint: None })
                }
                DatabaseErrorKind::ForeignKeyViolation => {
                    Some(broken_reference(session, table, row))
                }
                kind => by_message(table, *kind, message),
            }
        }
        _ => None,
    };
    known.unwrap_or_else(|| store_error(error).into())
}

fn by_message(table: &Table, kind: DatabaseErrorKind, message: &str) -> Option<WriteError> {
    if let Some(name) = message.strip_prefix(CHECK_MESSAGE) {
        return check_by_name(table, name);
    }
    if let Some(name) = message.strip_prefix(RANGE_MESSAGE) {
        return Some(out_of_range(Some(name)));
    }
    // "UNIQUE constraint failed: orders.a, orders.b"
    let (_, places) = message.split_once(" constraint failed: ")?;
    let columns: Vec<&str> = places
        .split(", ")
        .filter_map(|place| place.rsplit_once('.').map(|(_, column)| column))
        .collect();
    match kind {
        DatabaseErrorKind::UniqueViolation => unique_by_columns(table, &columns),
        DatabaseErrorKind::NotNullViolation => Some(out_of_range(columns.first().copied())),
        _ => None,
    }
}

/// `SQLite` does not say which reference is broken: the first whose row is not there. Where all are there, other rows
/// refer to a value that was to be replaced.
fn broken_reference(session: &mut SqliteSession<'_>, table: &Table, row: &Row) -> WriteError {
    for reference in &table.references {
        match is_there(session, table, reference, row) {
            Ok(true) => {}
            Ok(false) => {
                return WriteError::MissingReference {
                    constraint: reference.name.clone(),
                    columns: names(&reference.columns),
                };
            }
            Err(error) => return store_error(error).into(),
        }
    }
    WriteError::StillReferenced { constraint: None }
}

fn is_there(
    session: &mut SqliteSession<'_>,
    table: &Table,
    reference: &Reference,
    row: &Row,
) -> Result<bool, DieselError> {
    let target = target(session, reference)?;
    let mut statement = Statement::new(&format!(
        "SELECT 1 FROM {} WHERE 1 = 1",
        quoted(reference.table.value.as_str())
    ));
    for (here, there) in reference.columns.iter().zip(&target) {
        let Some((position, column)) = table.column(here.value.as_str()) else {
            continue;
        };
        let value = row.get(position).cloned().unwrap_or(Value::Null);
        if value.is_null() {
            // A reference with a null refers to nothing.
            return Ok(true);
        }
        statement.push(&format!(" AND {} = ", quoted(there)));
        statement.bind(column.column_type.value, value);
    }
    statement.push(" LIMIT 1");
    statement.uncached();
    let found = session.rows(statement, &[ONE])?;
    Ok(!found.is_empty())
}

const ONE: specd_domain::column_type::ColumnType =
    specd_domain::column_type::ColumnType::Scalar(specd_domain::column_type::ScalarType::BigInt);

/// The columns that a reference means: its own, or the key of the other table.
fn target(
    session: &mut SqliteSession<'_>,
    reference: &Reference,
) -> Result<Vec<String>, DieselError> {
    if !reference.target.is_empty() {
        return Ok(reference
            .target
            .iter()
            .map(|column| column.value.to_string())
            .collect());
    }
    let mut statement = Statement::new("SELECT name FROM pragma_table_info(");
    statement.bind_text(reference.table.value.as_str());
    statement.push(") WHERE pk > 0 ORDER BY pk");
    let text =
        specd_domain::column_type::ColumnType::Scalar(specd_domain::column_type::ScalarType::Text);
    let rows = session.rows(statement, &[text])?;
    Ok(rows
        .into_iter()
        .flatten()
        .filter_map(|value| match value {
            Value::Text(name) => Some(name),
            _ => None,
        })
        .collect())
}
