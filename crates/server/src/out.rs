//! What a command writes: its answer to standard output, and words beside it to standard error. Either may be closed.

use std::io::{self, ErrorKind, Write as _};

use anyhow::{Context as _, Result};

/// Nobody reads standard output any more, as behind `| head`: there is nothing left to do, and nothing to complain about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("standard output is closed")]
pub(crate) struct Unread;

/// Writes text to standard output as it is.
///
/// # Errors
/// [`Unread`], or another reason why it cannot be written.
pub(crate) fn write(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Unread.into()),
        other => other.context("could not write to standard output"),
    }
}

/// Writes a line to standard output.
///
/// # Errors
/// As [`write()`].
pub(crate) fn say(line: &str) -> Result<()> {
    write(&format!("{line}\n"))
}

/// Writes text to standard error as it is. Where that is gone there is nobody left to tell.
pub(crate) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
