//! Logs: one line an event on standard error, for people on a terminal and as JSON for everything else.
//!
//! Nobody waits for standard error: a line is put in a queue, and a thread of its own writes what has gathered there.

use std::io;
use std::panic;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

mod json;
mod queue;

use json::JsonLines;
use queue::Queue;

use crate::traces::Tracing;

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people; in colours where the terminal has them.
    Text {
        /// Whether to use colours.
        colour: bool,
    },
    /// One JSON object a line.
    Json,
}

/// Logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error("`{0}` is no log filter; `info` and `info,specd_app=debug` are")]
    Filter(String),
    /// Logging is set up already.
    #[error("logging is set up already")]
    Twice,
    /// There is no thread to write the lines.
    #[error("could not start the thread that writes the log")]
    Thread(#[source] io::Error),
}

/// Logging, for as long as this is held. Dropped, it waits until what was logged is written.
#[derive(Debug)]
#[must_use]
pub struct Logs(());

/// What is not heard unless the filter names it: the HTTP library has an error for every request that it cannot read, and what
/// clients do wrong is no error of ours.
const QUIET: &str = "actix_http=off";
/// The same, with the spans of traces, whatever is logged.
const TRACED: &str = "actix_http=off,specd_trace=info";
/// How long the end of the process waits for a standard error that takes nothing.
const LAST_PATIENCE: Duration = Duration::from_secs(2);
/// How long a panic waits for it, before it says itself what happened.
const PANIC_PATIENCE: Duration = Duration::from_millis(100);

static QUEUE: OnceLock<Arc<Queue>> = OnceLock::new();

/// Sends this process's events to standard error from now on.
///
/// `filter` is a level (`info`) or a list of `target=level`, as `tracing_subscriber::EnvFilter` reads it. The spans of requests
/// go to `traces`, where there are any.
///
/// # Errors
/// A filter that cannot be read; a second call in one process; no thread.
pub fn start(format: LogFormat, filter: &str, traces: Option<&Tracing>) -> Result<Logs, LogError> {
    let heard = if traces.is_some() { TRACED } else { QUIET };
    let parsed = EnvFilter::try_new(format!("{heard},{filter}"));
    let parsed = parsed.map_err(|_| LogError::Filter(filter.to_owned()))?;
    let queue = Arc::new(Queue::default());
    let lines = tracing_subscriber::registry()
        .with(traces.map(Tracing::layer))
        .with(parsed);
    let started = match format {
        LogFormat::Text { colour } => {
            let writer = Arc::clone(&queue);
            let text = tracing_subscriber::fmt::layer()
                .with_ansi(colour)
                .with_writer(move || queue::Line(Arc::clone(&writer)))
                // Spans are for traces.
                .with_filter(filter_fn(|metadata| !metadata.is_span()));
            lines.with(text).try_init()
        }
        LogFormat::Json => lines.with(JsonLines::new(Arc::clone(&queue))).try_init(),
    };
    started.map_err(|_| LogError::Twice)?;
    queue::write_to(&queue, io::stderr()).map_err(LogError::Thread)?;
    // Whoever is second was told so above.
    let _ = QUEUE.set(queue);
    flush_before_a_panic();
    Ok(Logs(()))
}

/// Waits until what was logged is written, though not for a standard error that takes nothing. For the last moment before a
/// process ends otherwise than by dropping [`Logs`].
pub fn flush() {
    flush_within(LAST_PATIENCE);
}

/// How many lines were dropped or lost since the process began.
pub fn dropped() -> u64 {
    QUEUE.get().map_or(0, |queue| queue.gone())
}

impl Drop for Logs {
    fn drop(&mut self) {
        flush();
    }
}

fn flush_within(patience: Duration) {
    if let Some(queue) = QUEUE.get() {
        queue.flush(patience);
    }
}

/// So that what led to a panic stands before it.
fn flush_before_a_panic() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        flush_within(PANIC_PATIENCE);
        before(panicked);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let refused = start(LogFormat::Json, "specd=loud", None).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`specd=loud` is no log filter; `info` and `info,specd_app=debug` are"
        );
    }
}
