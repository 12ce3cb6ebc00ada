//! `cargo xtask test`: every test, on real databases.

use specd_testkit::postgres::{Cluster, Durability, SHARED_CLUSTER, install};

use crate::command::{cargo, has_cargo_command, runs};

/// Starts a `PostgreSQL` for the whole run, runs every test and doc-test, and stops it.
///
/// # Errors
/// There is no `PostgreSQL` and it cannot be installed, or cargo cannot be run.
pub fn run(arguments: &[&str]) -> anyhow::Result<bool> {
    let cluster = match std::env::var(SHARED_CLUSTER) {
        Ok(url) if !url.is_empty() => None,
        _ => Some(start()?),
    };
    let databases = cluster
        .as_ref()
        .map(|cluster| (SHARED_CLUSTER, cluster.url()));
    let with_databases = |words: &[&str]| {
        let mut command = cargo(words);
        command.args(arguments).envs(databases);
        command
    };
    if !has_cargo_command("nextest") {
        return runs(&mut with_databases(&["test", "--workspace"]));
    }
    let all = ["nextest", "run", "--workspace"];
    if !arguments.is_empty() {
        // Whoever names tests does not ask for the examples in the documentation.
        return runs(&mut with_databases(all.get(..2).unwrap_or(&all)));
    }
    let tests = runs(&mut with_databases(&all))?;
    let examples = runs(&mut with_databases(&[
        "test",
        "--workspace",
        "--doc",
        "--quiet",
    ]))?;
    Ok(tests && examples)
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
