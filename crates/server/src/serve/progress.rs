//! How far a loading is, for somebody who waits for it: a line that is written over on a terminal, else a log line now and
//! then.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use specd_app::ports::documents::LoadProgress;

/// Between two log lines.
const BETWEEN_LINES: Duration = Duration::from_secs(2);

/// Tells how many documents are applied, where there are so many that it takes time.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    told: Mutex<Option<Instant>>,
}

impl LoadProgress for Progress {
    fn applied(&self, done: usize, total: usize) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_last = done >= total;
        if is_last && told.is_none() {
            return;
        }
        let mut stderr = std::io::stderr().lock();
        if stderr.is_terminal() {
            let end = if is_last { "\n" } else { "" };
            // Where standard error is gone there is nobody left to tell.
            let _ = write!(stderr, "\rapplying {done} of {total} documents{end}");
            let _ = stderr.flush();
            *told = Some(Instant::now());
        } else if is_last || told.is_none_or(|told| told.elapsed() >= BETWEEN_LINES) {
            drop(stderr);
            tracing::info!(done, total, "applying documents");
            *told = Some(Instant::now());
        }
        if is_last {
            *told = None;
        }
    }
}
