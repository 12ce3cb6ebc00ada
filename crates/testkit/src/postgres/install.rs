//! Getting the server of `PostgreSQL` where it is missing and the machine allows it.

use std::process::Command;

use super::PostgresError;
use super::binaries::{finished, server_directory};

/// A package manager: the program that tells that it is there, and the commands that install the server.
struct Manager {
    program: &'static str,
    needs_root: bool,
    commands: &'static [&'static [&'static str]],
}

const MANAGERS: [Manager; 6] = [
    Manager {
        program: "apt-get",
        needs_root: true,
        commands: &[
            &["apt-get", "update", "--quiet"],
            &[
                "apt-get",
                "install",
                "--yes",
                "--quiet",
                "--no-install-recommends",
                "postgresql",
            ],
        ],
    },
    Manager {
        program: "dnf",
        needs_root: true,
        commands: &[&["dnf", "install", "--assumeyes", "postgresql-server"]],
    },
    Manager {
        program: "zypper",
        needs_root: true,
        commands: &[&[
            "zypper",
            "--non-interactive",
            "install",
            "postgresql-server",
        ]],
    },
    Manager {
        program: "pacman",
        needs_root: true,
        commands: &[&["pacman", "--sync", "--noconfirm", "postgresql"]],
    },
    Manager {
        program: "apk",
        needs_root: true,
        commands: &[&["apk", "add", "postgresql", "postgresql-client"]],
    },
    Manager {
        program: "brew",
        needs_root: false,
        commands: &[&["brew", "install", "postgresql@17"]],
    },
];

/// Installs the server through the package manager, unless it is there. `say` is told each command before it runs.
///
/// # Errors
/// There is no package manager that we know, we may not use it, or it fails.
pub fn ensure(say: impl Fn(&str)) -> Result<(), PostgresError> {
    if server_directory().is_ok() {
        return Ok(());
    }
    let Some(manager) = manager() else {
        return Err(PostgresError::NotInstalled(advice()));
    };
    if manager.needs_root && !is_root() {
        return Err(PostgresError::NotInstalled(advice()));
    }
    run_all(manager.commands, &say)?;
    server_directory().map(|_| ())
}

/// Runs the commands of a package manager, one after the other. `say` is told each before it runs.
///
/// # Errors
/// One fails: those behind it are not run.
pub(super) fn run_all(commands: &[&[&str]], say: &impl Fn(&str)) -> Result<(), PostgresError> {
    for words in commands {
        let Some((program, arguments)) = words.split_first() else {
            continue;
        };
        say(&words.join(" "));
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        finished(&mut command)?;
    }
    Ok(())
}

/// What to type to get the server.
pub fn advice() -> String {
    let Some(manager) = manager() else {
        return String::from(
            "take it from https://www.postgresql.org/download/ and put its `bin` on the PATH",
        );
    };
    let lines: Vec<_> = manager
        .commands
        .iter()
        .map(|words| words.join(" "))
        .collect();
    let line = lines.join(" && ");
    if manager.needs_root && !is_root() {
        format!("`sudo sh -c '{line}'`")
    } else {
        format!("`{line}`")
    }
}

/// Whether this process is root: `PostgreSQL` refuses to run as root, package managers to run as anybody else.
pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn manager() -> Option<&'static Manager> {
    MANAGERS.iter().find(|manager| is_there(manager.program))
}

/// Whether a program is on the `PATH`.
pub(super) fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|place| place.join(program).is_file())
}
