//! Logs: one line an event on standard error, for people on a terminal and as JSON for everything else.
//!
//! Nobody waits for standard error: a line is put in a queue, and a thread of its own writes what has gathered there.

use std::error::Error;
use std::io;
use std::panic;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use specd_app::failure;
use tracing::{Level, error};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

mod escaped;
mod json;
mod queue;
mod text;
mod time;

use json::JsonLines;
use queue::Queue;
use text::TextLines;

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
/// How long a panic waits for it.
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
        .with(parsed)
        .with(filter_fn(|metadata| {
            is_discreet(metadata.target(), *metadata.level())
        }));
    let started = match format {
        LogFormat::Text { colour } => {
            let text = TextLines::new(Arc::clone(&queue), colour);
            lines.with(text).try_init()
        }
        LogFormat::Json => lines.with(JsonLines::new(Arc::clone(&queue))).try_init(),
    };
    started.map_err(|_| LogError::Twice)?;
    queue::write_to(&queue, io::stderr()).map_err(LogError::Thread)?;
    // Whoever is second was told so above.
    let _ = QUEUE.set(queue);
    tell_of_panics();
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

/// A panic is a line of the log like any other failure. Whoever catches it tells of it; where nobody does, it is told here, and
/// written before the thread ends.
fn tell_of_panics() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let Some(panicked) = failure::keep(info) else {
            return;
        };
        if tracing::enabled!(Level::ERROR) {
            error!(error = &panicked as &dyn Error, "a thread panicked");
            flush_within(PANIC_PATIENCE);
        } else {
            flush_within(PANIC_PATIENCE);
            before(info);
        }
    }));
}

/// Whether it may be heard, whatever the filter says: a library that tells of each step shows what clients send.
fn is_discreet(target: &str, level: Level) -> bool {
    let most = if target.starts_with("specd") {
        Level::TRACE
    } else if target.starts_with("actix_http") {
        Level::ERROR
    } else {
        Level::INFO
    };
    level <= most
}

/// What an error and its causes say, each once: some errors repeat what they come from.
fn causes(error: &(dyn Error + 'static)) -> impl Iterator<Item = String> {
    let mut last = None;
    failure::chain(error).filter_map(move |cause| {
        let text = cause.to_string();
        let is_news = last.as_ref() != Some(&text);
        last = Some(text.clone());
        is_news.then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_do_not_tell_what_clients_send() {
        assert!(is_discreet("specd_app::keys", Level::TRACE));
        assert!(is_discreet("actix_http::h1::dispatcher", Level::ERROR));
        assert!(!is_discreet("actix_http::h1::decoder", Level::DEBUG));
        assert!(is_discreet("actix_server::builder", Level::INFO));
        assert!(!is_discreet("hyper", Level::DEBUG));
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let refused = start(LogFormat::Json, "specd=loud", None).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`specd=loud` is no log filter; `info` and `info,specd_app=debug` are"
        );
    }
}
