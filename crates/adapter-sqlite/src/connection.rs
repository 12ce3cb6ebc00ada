//! Connections: how each is set up.

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::result::{ConnectionError, Error as DieselError, QueryResult};
use diesel::sqlite::SqliteConnection;
use specd_sql_support::decimal;
use specd_sql_support::dialect::DECIMAL_COLLATION;
use specd_sql_support::prepare::PrepareError;

use crate::log::BACK_FROM_PAGES;

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long opening is tried again. Several processes that begin with an empty file meet at the change to WAL, where
/// `SQLite` does not wait.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that reads and writes.
///
/// # Errors
/// The file cannot be opened, or is no database.
pub(crate) fn writer(path: &Path) -> Result<SqliteConnection, PrepareError> {
    let begun = Instant::now();
    loop {
        match open(path, WRITER).and_then(written_back) {
            Err(OpenError::Setup(error)) if is_busy(&error) && begun.elapsed() < OPEN_TIMEOUT => {
                // The busy handler does not stand in for this one: wait as it would.
                std::thread::sleep(Duration::from_millis(10));
            }
            outcome => return outcome.map_err(|error| explained(path, error)),
        }
    }
}

/// A connection that only reads. The file is there and in WAL mode already.
///
/// # Errors
/// The file cannot be opened.
pub(crate) fn reader(path: &Path) -> Result<SqliteConnection, PrepareError> {
    open(path, READER).map_err(|error| explained(path, error))
}

/// Whether another process holds the lock.
pub(crate) fn is_busy(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(_, information) => {
            let message = information.message();
            message.contains("database is locked")
                || message.contains("database table is locked")
                || message.contains("database schema is locked")
        }
        _ => false,
    }
}

/// `FULL` makes every commit durable; `foreign_keys` is off unless each connection turns it on.
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";

const READER: &str =
    "PRAGMA foreign_keys = ON; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;";

enum OpenError {
    Connect(ConnectionError),
    Setup(DieselError),
}

fn open(path: &Path, setup: &str) -> Result<SqliteConnection, OpenError> {
    let address = path.to_string_lossy();
    let mut connection = SqliteConnection::establish(&address).map_err(OpenError::Connect)?;
    prepare(&mut connection, setup).map_err(OpenError::Setup)?;
    Ok(connection)
}

fn prepare(connection: &mut SqliteConnection, setup: &str) -> QueryResult<()> {
    connection.batch_execute(&format!(
        "PRAGMA busy_timeout = {};",
        BUSY_TIMEOUT.as_millis()
    ))?;
    // diesel hands over the right side first.
    connection.register_collation(DECIMAL_COLLATION, |right, left| {
        decimal::compare(left, right)
    })?;
    connection.batch_execute(setup)
}

fn written_back(mut connection: SqliteConnection) -> Result<SqliteConnection, OpenError> {
    let setting = format!("PRAGMA wal_autocheckpoint = {BACK_FROM_PAGES}");
    connection
        .batch_execute(&setting)
        .map_err(OpenError::Setup)?;
    Ok(connection)
}

fn explained(path: &Path, error: OpenError) -> PrepareError {
    let path = path.display();
    match error {
        OpenError::Connect(error) => PrepareError::Refused(format!("`{path}`: {error}")),
        OpenError::Setup(error) if is_busy(&error) => {
            PrepareError::Unavailable(format!("`{path}` is locked by another process"))
        }
        OpenError::Setup(error) => PrepareError::Refused(format!("`{path}`: {error}")),
    }
}
