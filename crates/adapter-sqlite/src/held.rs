//! A connection that its thread opens when it is needed, and replaces when it is broken.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;
use specd_app::failure::noticed;
use specd_app::ports::store::StoreError;
use specd_sql_support::prepare::PrepareError;

/// How a connection is opened.
pub(crate) type Open = fn(&Path) -> Result<SqliteConnection, PrepareError>;

/// One connection, or none yet.
pub(crate) struct Held {
    path: PathBuf,
    open: Open,
    lock_wait_ms: u32,
    connection: Option<SqliteConnection>,
}

impl Held {
    /// A connection that is not opened yet. `lock_wait_ms` is how long `SQLite` itself waits for a lock.
    pub(crate) fn new(path: &Path, open: Open, lock_wait_ms: u32) -> Self {
        Self {
            path: path.to_path_buf(),
            open,
            lock_wait_ms,
            connection: None,
        }
    }

    /// The connection.
    ///
    /// # Errors
    /// It cannot be opened now.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.connection.is_none() {
            let opened = (self.open)(&self.path);
            let mut opened = opened.map_err(|error| StoreError::Unavailable(noticed(error)))?;
            opened
                .batch_execute(&format!("PRAGMA busy_timeout = {}", self.lock_wait_ms))
                .map_err(|error| StoreError::Unavailable(noticed(error)))?;
            self.connection = Some(opened);
        }
        self.connection
            .as_mut()
            .ok_or_else(|| StoreError::Unavailable("there is no connection".into()))
    }

    /// Closes it: whatever it had begun is undone.
    pub(crate) fn close(&mut self) {
        self.connection = None;
    }
}
