//! What a process prints, line by line, while it runs.

use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// The lines of a process so far, of both its streams in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Output(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    lines: Mutex<Lines>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Lines {
    lines: Vec<String>,
    /// Streams that may still print.
    open: usize,
}

impl Output {
    /// Collects the lines of a stream until it ends.
    pub fn collect(&self, stream: impl Read + Send + 'static) {
        self.lock().open += 1;
        let shared = self.clone();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream
                .read_until(b'\n', &mut line)
                .is_ok_and(|read| read > 0)
            {
                let text = String::from_utf8_lossy(&line);
                shared.lock().lines.push(text.trim_end().to_owned());
                shared.0.more.notify_all();
                line.clear();
            }
            shared.lock().open -= 1;
            shared.0.more.notify_all();
        });
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        self.lock().lines.join("\n")
    }

    /// What was printed for people: everything but the log.
    pub fn told(&self) -> String {
        let lines = self.lock();
        let told = lines
            .lines
            .iter()
            .filter(|line| !line.starts_with("{\"timestamp\""));
        told.cloned().collect::<Vec<_>>().join("\n")
    }

    /// What `find` makes of the first line that it knows, as soon as that is printed; `None` where the process has said its last word or
    /// `limit` is over.
    pub fn wait_for<T>(&self, limit: Duration, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let since = Instant::now();
        let mut lines = self.lock();
        loop {
            if let Some(found) = lines.lines.iter().find_map(|line| find(line)) {
                return Some(found);
            }
            let left = limit.checked_sub(since.elapsed())?;
            if lines.open == 0 {
                return None;
            }
            let (next, _) = self
                .0
                .more
                .wait_timeout(lines, left)
                .unwrap_or_else(PoisonError::into_inner);
            lines = next;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
