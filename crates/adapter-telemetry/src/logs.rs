//! Logs: one line an event on standard error, for people on a terminal and as JSON for everything else.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

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
}

/// What is not heard unless the filter names it: the HTTP library has an error for every request that it cannot read, and what
/// clients do wrong is no error of ours.
const QUIET: &str = "actix_http=off";

/// Sends this process's events to standard error from now on.
///
/// `filter` is a level (`info`) or a list of `target=level`, as `tracing_subscriber::EnvFilter` reads it.
///
/// # Errors
/// A filter that cannot be read; a second call in one process.
pub fn start(format: LogFormat, filter: &str) -> Result<(), LogError> {
    let parsed = EnvFilter::try_new(format!("{QUIET},{filter}"));
    let parsed = parsed.map_err(|_| LogError::Filter(filter.to_owned()))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(parsed)
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text { colour } => builder.with_ansi(colour).finish().try_init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_ansi(false)
            .finish()
            .try_init(),
    };
    started.map_err(|_| LogError::Twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let refused = start(LogFormat::Json, "specd=loud").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`specd=loud` is no log filter; `info` and `info,specd_app=debug` are"
        );
    }
}
