//! `cargo xtask`: tests, checks and what CI runs.

use std::process::ExitCode;

use specd_xtask::{bench, ci, contract, test, tidy};

const HELP: &str = "\
The project's own commands.

Usage: cargo xtask <COMMAND>

Commands:
  test [-- ARGS]  runs every test, on a throw-away PostgreSQL that it starts (and installs, where the package manager
                  may) and on SQLite; ARGS go to cargo nextest, or to cargo test where nextest is not installed:
                      cargo xtask test -- -p specd-domain
                      cargo xtask test -- --no-fail-fast
  bench [OPTIONS] how fast specd is beside pgbench and others, with the proof that its answers are durable; writes
                  `docs/benchmarks.md` (`cargo xtask bench --help`)
  contract        the description of the API held against the official schema and the habits of its readers, and the
                  server against its description, on both databases; fetches openapi-spec-validator, schemathesis and
                  redocly into `target/contract` (python3 and node must be there)
  ci              what CI runs: fmt, tidy, clippy, test, doc; all of them, and then which failed
  tidy            the checks of the house: who imports whom, pages of the diagnostics, sizes and names of files, words,
                  licences and versions of what we link; each finding says what to do

Exit codes: 0 all is well, 1 something is wrong with the project, 2 it could not be looked at.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bench", rest @ ..] => bench::run(rest),
        ["test"] => test::run(&[]),
        ["test", "--", rest @ ..] => test::run(rest),
        ["contract"] => contract::run(),
        ["ci"] => ci::run(),
        ["tidy"] => tidy::run(),
        [] | ["help" | "-h" | "--help", ..] | [_, "-h" | "--help"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            let asked = words.join(" ");
            eprintln!(
                "`cargo xtask {asked}` is no command; `cargo xtask --help` tells which there are"
            );
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
