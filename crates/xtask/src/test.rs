//! `cargo xtask test`: every test, on real databases. Tests start a Redis and a Prometheus of their own, which must be there.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::Value;
use specd_testkit::postgres::{Cluster, Durability, SHARED_CLUSTER, install};
use specd_testkit::{prometheus, redis};

use crate::command::{cargo, has_cargo_command, runs};

/// The environment variable that tells the black-box tests which binary to start; without it each test asks cargo.
const BINARY: &str = "SPECD_TEST_BINARY";

/// Starts a `PostgreSQL` for the whole run, runs every test and doc-test, and stops it. `arguments` go to the runner.
///
/// # Errors
/// There is no `PostgreSQL`, no Redis or no Prometheus and it cannot be installed, or cargo cannot be run.
pub fn run(arguments: &[&str]) -> anyhow::Result<bool> {
    redis::install::ensure(|command| eprintln!("\nRedis is not installed, so:\n$ {command}"))?;
    prometheus::install::ensure(|command| eprintln!("\nPrometheus is not here, so:\n$ {command}"))?;
    let given = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let mut settings: Vec<(&str, OsString)> = Vec::new();
    // Kept until the last test has run.
    let cluster = match given(SHARED_CLUSTER) {
        Some(_) => None,
        None => Some(start()?),
    };
    settings.extend(
        cluster
            .as_ref()
            .map(|cluster| (SHARED_CLUSTER, cluster.url().into())),
    );
    // Whoever names tests may mean some that start no binary.
    if arguments.is_empty() && given(BINARY).is_none() {
        settings.push((BINARY, built()?));
    }
    let with_settings = |words: &[&str]| {
        let mut command = cargo(words);
        command.args(arguments).envs(settings.iter().cloned());
        runs(&mut command)
    };
    match (has_cargo_command("nextest"), arguments) {
        (true, []) => {
            let tests = with_settings(&["nextest", "run", "--workspace"])?;
            // nextest leaves the examples in the documentation to cargo.
            let examples = with_settings(&["test", "--workspace", "--doc", "--quiet"])?;
            Ok(tests && examples)
        }
        (true, _) => with_settings(&["nextest", "run"]),
        (false, []) => with_settings(&["test", "--workspace", "--no-fail-fast"]),
        (false, _) => with_settings(&["test"]),
    }
}

fn start() -> anyhow::Result<Cluster> {
    install::ensure(|command| eprintln!("\nPostgreSQL is not installed, so:\n$ {command}"))?;
    let cluster = Cluster::start(Durability::Off)?;
    eprintln!(
        "a throw-away PostgreSQL listens on 127.0.0.1:{}",
        cluster.port()
    );
    Ok(cluster)
}

/// Builds the binary `specd` and says where it is.
fn built() -> anyhow::Result<OsString> {
    let mut build = cargo(&["build", "--package", "specd-server", "--bin", "specd"]);
    anyhow::ensure!(runs(&mut build)?, "`specd` does not build");
    let target = target_directory()?;
    let name = format!("specd{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("debug").join(name).into())
}

/// Where cargo builds.
pub(crate) fn target_directory() -> anyhow::Result<PathBuf> {
    let output = cargo(&["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .context("could not run `cargo metadata`")?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .context("could not read what `cargo metadata` says")?;
    let directory = metadata.get("target_directory").and_then(Value::as_str);
    let directory = directory.context("`cargo metadata` names no target directory")?;
    Ok(directory.into())
}
