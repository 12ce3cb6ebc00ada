//! Finding the server of Redis, and getting it where it is missing and the machine allows it.

use std::path::PathBuf;
use std::process::Command;

use super::RedisError;
use crate::postgres::install::is_root;

/// What each package manager is told: its program, whether it must be root's, and the commands.
const MANAGERS: [(&str, bool, &[&str]); 6] = [
    (
        "apt-get",
        true,
        &[
            "apt-get update --quiet",
            "apt-get install --yes --quiet --no-install-recommends redis-server",
        ],
    ),
    ("dnf", true, &["dnf install --assumeyes redis"]),
    ("zypper", true, &["zypper --non-interactive install redis"]),
    ("pacman", true, &["pacman --sync --noconfirm redis"]),
    ("apk", true, &["apk add redis"]),
    ("brew", false, &["brew install redis"]),
];

/// Installs the server through the package manager, unless it is there. `say` is told each command before it runs.
///
/// # Errors
/// There is no package manager that we know, we may not use it, or it fails.
pub fn ensure(say: impl Fn(&str)) -> Result<(), RedisError> {
    if program().is_ok() {
        return Ok(());
    }
    let Some((_, needs_root, commands)) = manager() else {
        return Err(RedisError::NotInstalled(advice()));
    };
    if needs_root && !is_root() {
        return Err(RedisError::NotInstalled(advice()));
    }
    for line in commands {
        let mut words = line.split(' ');
        say(line);
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        finished(&mut command)?;
    }
    program().map(|_| ())
}

/// The server: Redis, or Valkey, which some distributions have in its place.
///
/// # Errors
/// [`RedisError::NotInstalled`], which says what to install.
pub fn program() -> Result<PathBuf, RedisError> {
    ["redis-server", "valkey-server"]
        .into_iter()
        .find_map(on_the_path)
        .ok_or_else(|| RedisError::NotInstalled(advice()))
}

/// Runs a command to its end.
pub(super) fn finished(command: &mut Command) -> Result<(), RedisError> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let failed = |output: String| RedisError::Failed {
        command: shown.clone(),
        output,
    };
    let output = command
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(failed(said.trim().to_owned()))
}

fn advice() -> String {
    match manager() {
        None => String::from("take it from https://redis.io/downloads/ and put it on the PATH"),
        Some((_, needs_root, commands)) => {
            let line = commands.join(" && ");
            if needs_root && !is_root() {
                format!("`sudo sh -c '{line}'`")
            } else {
                format!("`{line}`")
            }
        }
    }
}

fn manager() -> Option<(&'static str, bool, &'static [&'static str])> {
    MANAGERS
        .into_iter()
        .find(|(program, ..)| on_the_path(program).is_some())
}

fn on_the_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|place| place.join(program))
        .find(|program| program.is_file())
}
