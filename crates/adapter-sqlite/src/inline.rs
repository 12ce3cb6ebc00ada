//! Short reads on the caller's own thread (ADR 0016): a read of a few rows by an index takes less time than to wake another
//! thread for it.
//!
//! Nothing here waits. Whatever stands in the way of such a read makes it one for the readers' threads.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use diesel::result::QueryResult;
use specd_app::failure::unless_it_panics;
use tracing::error;

use crate::connection;
use crate::held::Held;
use crate::session::SqliteSession;

/// How many bytes of cells a short read may answer; copying more takes longer than to wake a thread.
const MAX_BYTES: usize = 256 * 1024;

/// Connections for callers' threads, at most one for each.
pub(crate) struct Inline(Vec<Mutex<Held>>);

impl Inline {
    /// Connections to this file, none of them opened yet.
    pub(crate) fn new(path: &Path) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        // A server has a worker for each processor, and a few threads beside them.
        let count = threads.saturating_add(2);
        let held = || Mutex::new(Held::new(path, connection::reader, 0));
        Self(std::iter::repeat_with(held).take(count).collect())
    }

    /// Reads at once. `None` where that cannot be, for whatever reason: the readers' threads will say which.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut SqliteSession<'_>) -> QueryResult<T>,
    ) -> Option<T> {
        let mut held = self.free()?;
        let outcome = unless_it_panics(|| {
            let connection = held.connection().ok()?;
            work(&mut SqliteSession::within(connection, MAX_BYTES)).ok()
        });
        outcome.unwrap_or_else(|panicked| {
            error!(
                error = &panicked as &dyn Error,
                "a short read was given up; it is done again elsewhere"
            );
            held.close();
            None
        })
    }

    /// A connection that nobody uses now: the thread's own, unless there are more threads than connections.
    fn free(&self) -> Option<MutexGuard<'_, Held>> {
        let own = NUMBER.with(|number| *number);
        let count = self.0.len();
        (0..count)
            .filter_map(|step| self.0.get(own.wrapping_add(step) % count))
            .find_map(|held| match held.try_lock() {
                Ok(held) => Some(held),
                // What panicked was caught before the lock was given back.
                Err(TryLockError::Poisoned(poison)) => Some(poison.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            })
    }
}

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed);
}

impl std::fmt::Debug for Inline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inline").finish_non_exhaustive()
    }
}
