//! The last word of a command that could not: one line on standard error, exit code 2.

use std::process::ExitCode;

use crate::out::{self, Unread};

/// "Could not": wrong usage, an unreadable file, a port that is taken, a database that is away.
pub(crate) const COULD_NOT: u8 = 2;
/// Nobody reads standard output any more: 128 and the number of SIGPIPE, as a shell has it of a process that ends by it.
const UNREAD: u8 = 141;

/// Writes the whole chain of an error as one line; nothing where nobody wanted to read more.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if error.is::<Unread>() {
        return ExitCode::from(UNREAD);
    }
    let chain: Vec<String> = error.chain().map(ToString::to_string).collect();
    out::note(&format!("error: {}\n", chain.join(": ")));
    ExitCode::from(COULD_NOT)
}
