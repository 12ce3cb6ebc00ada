//! The binaries of `PostgreSQL` on this machine, and commands run to their end.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{PostgresError, install};

/// The directory that holds `initdb` and `postgres`: the newest of what is found on the `PATH`, by `pg_config --bindir`,
/// and where distributions and package managers put it.
///
/// # Errors
/// [`PostgresError::NotInstalled`], which says what to install.
pub fn server_directory() -> Result<PathBuf, PostgresError> {
    candidates()
        .into_iter()
        .find(|directory| {
            ["initdb", "postgres"]
                .iter()
                .all(|name| directory.join(name).is_file())
        })
        .ok_or_else(|| PostgresError::NotInstalled(install::advice()))
}

/// Runs a statement with `psql` and gives what it prints, without the last line's end.
///
/// # Errors
/// `psql` is not there, or the statement fails.
pub fn psql(url: &str, sql: &str) -> Result<String, PostgresError> {
    let beside = server_directory().map(|directory| directory.join("psql"));
    let program = beside
        .ok()
        .filter(|program| program.is_file())
        .unwrap_or_else(|| PathBuf::from("psql"));
    let mut command = Command::new(program);
    command
        .args(["--no-psqlrc", "--no-align", "--tuples-only", "--quiet"])
        .args([
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            url,
            "--command",
            sql,
        ]);
    let output = finished(&mut command)?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim_end_matches('\n').to_owned())
}

/// Runs a command to its end.
///
/// # Errors
/// It cannot be run, or it fails.
pub fn finished(command: &mut Command) -> Result<Output, PostgresError> {
    let output = command.output().map_err(|error| PostgresError::NotRun {
        command: shown(command),
        reason: error.to_string(),
    })?;
    if output.status.success() {
        return Ok(output);
    }
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stdout));
    Err(PostgresError::Failed {
        command: shown(command),
        output: said.trim().to_owned(),
    })
}

/// The program alone: arguments may be long.
fn shown(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// In the order in which they are tried; of versions the highest first.
fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A link on the path leads to the directory where all of them are.
    let linked = std::env::split_paths(&path)
        .filter_map(|directory| fs::canonicalize(directory.join("postgres")).ok())
        .filter_map(|program| Some(program.parent()?.to_path_buf()));
    let mut found: Vec<PathBuf> = linked.collect();
    found.extend(std::env::split_paths(&path));
    found.extend(configured());
    let homes = [
        "/usr/lib/postgresql",
        "/usr/local/opt",
        "/opt/homebrew/opt",
        "/Library/PostgreSQL",
    ];
    for home in homes {
        found.extend(versions(Path::new(home)));
    }
    found.extend(versions(Path::new("/usr")).into_iter().filter(|directory| {
        let shown = directory.to_string_lossy();
        shown.starts_with("/usr/pgsql")
    }));
    found
}

fn configured() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let directory = String::from_utf8(output.stdout).ok()?;
    output
        .status
        .success()
        .then(|| PathBuf::from(directory.trim()))
}

/// `<home>/<version>/bin`, the highest version first.
fn versions(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .map(|entry| (version_in(&entry.file_name()), entry.path().join("bin")))
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

/// The number in `15`, `pgsql-16` and `postgresql@17`.
fn version_in(name: &OsStr) -> u32 {
    let digits: String = name
        .to_string_lossy()
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(0)
}
