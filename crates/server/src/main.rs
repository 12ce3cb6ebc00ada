//! The command `specd`: reads its command line and runs one command.
//!
//! Exit codes: 0 done, 1 the documents have errors, 2 could not (wrong usage, unreadable files, no port, no database), 141 nobody
//! reads the answer any more.

// These panic where a stream is closed.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod cli;
mod commands;
mod database;
mod failure;
mod limits;
mod out;
mod runtime;
mod serve;
mod stores;
mod system;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| cli::concealed(error).exit());
    let outcome = match cli.command {
        None => serve::run(&cli.serve),
        Some(Command::Serve(arguments)) => serve::run(&arguments),
        Some(Command::Check(arguments)) => commands::check::run(&arguments),
        Some(Command::New(arguments)) => commands::new::run(&arguments),
        Some(Command::Explain(arguments)) => commands::explain::run(&arguments),
        Some(Command::Keys(arguments)) => commands::keys::run(&arguments),
        Some(Command::Rollout(arguments)) => commands::rollout::run(&arguments),
        Some(Command::Generate(arguments)) => commands::generate::run(&arguments),
        Some(Command::Status(arguments)) => commands::status::run(&arguments),
    };
    outcome.unwrap_or_else(|error| failure::report(&error))
}
