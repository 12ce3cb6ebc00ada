//! The last word of a command that could not: one line on standard error, exit code 2.

use std::process::ExitCode;

/// "Could not": wrong usage, an unreadable file, a port that is taken, a database that is away.
pub(crate) const COULD_NOT: u8 = 2;

/// Writes the whole chain of an error as one line.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    eprintln!("error: {}", chain.join(": "));
    ExitCode::from(COULD_NOT)
}
