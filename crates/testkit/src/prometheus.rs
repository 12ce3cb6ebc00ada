//! promtool, and a throw-away Prometheus that scrapes what a test exposes, on free ports of the loopback address.

#![expect(
    clippy::disallowed_methods,
    reason = "a test's own infrastructure: it looks for a program, writes its files and speaks to a socket"
)]

use std::process::{Command, Output};

pub mod install;
pub mod server;

pub use server::Prometheus;

/// Why there is no Prometheus to test with. A test fails with it: it is never skipped.
#[derive(Debug, thiserror::Error)]
pub enum PrometheusError {
    /// A program is not on this machine.
    #[error("could not find `prometheus` and `promtool`; install them: {0}")]
    NotInstalled(String),
    /// A command could not be run, or failed.
    #[error("`{command}` failed: {output}")]
    Failed {
        /// The command.
        command: String,
        /// What it said.
        output: String,
    },
}

/// `promtool`, ready to be given arguments.
///
/// # Errors
/// It is not on this machine.
pub fn promtool() -> Result<Command, PrometheusError> {
    install::program("promtool").map(Command::new)
}

/// Runs a command to its end.
///
/// # Errors
/// It cannot be run, or it fails; the error has what it said on both streams.
pub fn finished(command: &mut Command) -> Result<Output, PrometheusError> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let failed = |output: String| PrometheusError::Failed {
        command: shown.clone(),
        output,
    };
    let output = command
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(output);
    }
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stdout));
    Err(failed(said.trim().to_owned()))
}
