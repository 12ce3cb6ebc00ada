//! `cargo xtask ci`: all that must hold before a change lands. Every step runs, so that one run tells everything.

use std::time::{Duration, Instant};

use crate::command::{cargo, runs};
use crate::{test, tidy};

/// A step: its name, and what tells whether it holds.
type Step = (&'static str, fn() -> anyhow::Result<bool>);

/// The quick ones first.
const STEPS: [Step; 6] = [
    ("fmt", || runs(&mut cargo(&["fmt", "--all", "--check"]))),
    ("tidy", tidy::run),
    ("clippy", || {
        runs(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "--deny",
            "warnings",
        ]))
    }),
    // What must not compile is an example that must fail: the other runner does not run those.
    ("doctest", || {
        runs(&mut cargo(&["test", "--doc", "--workspace", "--locked"]))
    }),
    ("test", || test::run(&[])),
    ("doc", || {
        runs(
            cargo(&["doc", "--workspace", "--no-deps", "--locked"])
                .env("RUSTDOCFLAGS", "--deny warnings"),
        )
    }),
];

/// Runs all steps and prints which failed.
///
/// # Errors
/// A step could not be run.
pub fn run() -> anyhow::Result<bool> {
    let mut outcomes = Vec::new();
    for (name, step) in STEPS {
        let since = Instant::now();
        outcomes.push((name, step()?, since.elapsed()));
    }
    eprintln!("\n{}", summary(&outcomes));
    Ok(outcomes.iter().all(|(_, holds, _)| *holds))
}

fn summary(outcomes: &[(&str, bool, Duration)]) -> String {
    let lines = outcomes.iter().map(|(name, holds, time)| {
        let verdict = if *holds { "ok" } else { "FAILED" };
        format!("{name:<8}{verdict:<8}{:>5} s", time.as_secs())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_tells_which_step_failed() {
        let second = Duration::from_secs(1);
        let outcomes = [("fmt", true, second), ("test", false, 70 * second)];
        let expected = "fmt     ok          1 s\ntest    FAILED     70 s";
        assert_eq!(summary(&outcomes), expected);
    }
}
