//! What puts load on a server: pgbench, which comes with `PostgreSQL`, and wrk, which package managers have.

use std::path::PathBuf;

use super::PostgresError;
use super::binaries::server_directory;
use super::install::{is_root, is_there, run_all};

/// A package manager: its program, whether it wants root, and the commands that install wrk and pgbench.
struct Manager {
    program: &'static str,
    needs_root: bool,
    wrk: &'static [&'static [&'static str]],
    pgbench: &'static [&'static [&'static str]],
}

const APT_UPDATE: &[&str] = &["apt-get", "update", "--quiet"];

const MANAGERS: [Manager; 4] = [
    Manager {
        program: "apt-get",
        needs_root: true,
        wrk: &[
            APT_UPDATE,
            &["apt-get", "install", "--yes", "--quiet", "wrk"],
        ],
        pgbench: &[
            APT_UPDATE,
            &[
                "apt-get",
                "install",
                "--yes",
                "--quiet",
                "postgresql-contrib",
            ],
        ],
    },
    Manager {
        program: "dnf",
        needs_root: true,
        wrk: &[&["dnf", "install", "--assumeyes", "wrk"]],
        pgbench: &[&["dnf", "install", "--assumeyes", "postgresql-contrib"]],
    },
    Manager {
        program: "apk",
        needs_root: true,
        wrk: &[&["apk", "add", "wrk"]],
        pgbench: &[&["apk", "add", "postgresql-contrib"]],
    },
    Manager {
        program: "brew",
        needs_root: false,
        wrk: &[&["brew", "install", "wrk"]],
        pgbench: &[&["brew", "install", "postgresql@17"]],
    },
];

/// Where wrk is, installed through the package manager where it is missing. `say` is told each command before it runs.
///
/// # Errors
/// It is missing and cannot be installed; the error says what to type.
pub fn wrk(say: impl Fn(&str)) -> Result<PathBuf, PostgresError> {
    found_or_installed(|| on_path("wrk"), "wrk", |manager| manager.wrk, &say)
}

/// Where pgbench is: beside the server, or on the `PATH`. Installed as [`wrk`] is.
///
/// # Errors
/// As [`wrk`].
pub fn pgbench(say: impl Fn(&str)) -> Result<PathBuf, PostgresError> {
    let find = || {
        let beside = server_directory().ok()?.join("pgbench");
        beside
            .is_file()
            .then_some(beside)
            .or_else(|| on_path("pgbench"))
    };
    found_or_installed(find, "pgbench", |manager| manager.pgbench, &say)
}

fn found_or_installed(
    find: impl Fn() -> Option<PathBuf>,
    name: &str,
    commands: impl Fn(&Manager) -> &'static [&'static [&'static str]],
    say: &impl Fn(&str),
) -> Result<PathBuf, PostgresError> {
    if let Some(program) = find() {
        return Ok(program);
    }
    let missing =
        |advice: &str| PostgresError::NotInstalled(format!("{name} is missing: {advice}"));
    let manager = MANAGERS.iter().find(|manager| is_there(manager.program));
    let Some(manager) = manager else {
        return Err(missing("build it from its sources and put it on the PATH"));
    };
    let commands = commands(manager);
    if manager.needs_root && !is_root() {
        let lines: Vec<_> = commands.iter().map(|words| words.join(" ")).collect();
        return Err(missing(&format!("`sudo sh -c '{}'`", lines.join(" && "))));
    }
    run_all(commands, say)?;
    find().ok_or_else(|| missing("the package was installed and does not hold it"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|place| place.join(program));
    places.find(|place| place.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_taken_as_it_is() -> Result<(), PostgresError> {
        let there = || Some(PathBuf::from("here"));
        let silent = |command: &str| panic!("`{command}` would run");
        let found = found_or_installed(there, "wrk", |manager| manager.wrk, &silent)?;
        assert_eq!(found, PathBuf::from("here"));
        assert!(on_path("sh").is_some());
        assert!(on_path("no-such-program").is_none());
        Ok(())
    }
}
