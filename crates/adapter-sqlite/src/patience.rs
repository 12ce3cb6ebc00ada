//! Patience: what another process stands in the way of is tried again.

use std::time::{Duration, Instant};

use diesel::result::QueryResult;

use crate::connection::is_busy;

/// Tries again while another process holds the lock, beyond what `SQLite` waits by itself.
///
/// # Errors
/// The last failure.
pub(crate) fn patiently<T>(
    until: Instant,
    mut work: impl FnMut() -> QueryResult<T>,
) -> QueryResult<T> {
    loop {
        match work() {
            Err(error) if is_busy(&error) && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(1));
            }
            outcome => return outcome,
        }
    }
}
