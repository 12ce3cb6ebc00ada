//! The write-ahead log, which is kept short.
//!
//! `SQLite` writes it back into the file by itself, and begins it anew once no reader needs it; where there is always some
//! reader, it would grow for ever. Past a length the writer therefore waits for those who read: whoever begins to read
//! meanwhile needs the log no more.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;

use crate::held::Held;

/// From how many pages on a commit writes the log back. More are fewer syncs of the file, and fewer writes of pages that
/// change often; a page has 4 KiB.
pub(crate) const BACK_FROM_PAGES: u32 = 4_000;

/// From how many bytes on the writer waits for readers.
const WAIT_FROM: u64 = 64 * 1024 * 1024;

/// The log of a file.
pub(crate) struct Log {
    path: PathBuf,
    wait_from: u64,
}

impl Log {
    /// The log of this database.
    pub(crate) fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self {
            path: path.into(),
            wait_from: WAIT_FROM,
        }
    }

    /// Cuts the log where it has become long.
    pub(crate) fn keep_short(&mut self, held: &mut Held) {
        if self.length() < self.wait_from {
            return;
        }
        if let Ok(connection) = held.connection()
            && let Err(error) = connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the log of the database was not written back"
            );
        }
        // A reader that stays keeps it: the next one to wait for him is not the next write.
        self.wait_from = self.length().saturating_add(WAIT_FROM);
    }

    fn length(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }
}
