//! Finding Prometheus and promtool, and getting them where they are missing and the machine allows it. The service that a
//! package brings is never started: Debian's package is unpacked into the target directory and not installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PrometheusError;
use crate::postgres::install::is_root;

/// What each package manager is told: its program and the command. Those start no service by themselves.
const MANAGERS: [(&str, bool, &str); 5] = [
    (
        "dnf",
        true,
        "dnf install --assumeyes golang-github-prometheus",
    ),
    (
        "zypper",
        true,
        "zypper --non-interactive install golang-github-prometheus-prometheus",
    ),
    ("pacman", true, "pacman --sync --noconfirm prometheus"),
    ("apk", true, "apk add prometheus"),
    ("brew", false, "brew install prometheus"),
];

/// Where Debian's package is unpacked to, below the target directory.
const UNPACKED: &str = "prometheus";

/// Gets both programs, unless they are there. `say` is told each command before it runs.
///
/// # Errors
/// There is no package manager that we know, we may not use it, or it fails.
pub fn ensure(say: impl Fn(&str)) -> Result<(), PrometheusError> {
    if program("promtool").is_ok() && program("prometheus").is_ok() {
        return Ok(());
    }
    if on_the_path("apt-get").is_some() {
        unpack(&say)?;
    } else {
        let Some((_, needs_root, line)) = manager() else {
            return Err(PrometheusError::NotInstalled(advice()));
        };
        if needs_root && !is_root() {
            return Err(PrometheusError::NotInstalled(advice()));
        }
        run(line, Path::new("."), &say)?;
    }
    program("promtool")?;
    program("prometheus").map(|_| ())
}

/// The path of `promtool` or `prometheus`: on the `PATH`, or unpacked.
///
/// # Errors
/// [`PrometheusError::NotInstalled`], which says what to install.
pub fn program(name: &str) -> Result<PathBuf, PrometheusError> {
    let unpacked = || {
        let program = target_directory()?
            .join(UNPACKED)
            .join("usr/bin")
            .join(name);
        program.is_file().then_some(program)
    };
    on_the_path(name)
        .or_else(unpacked)
        .ok_or_else(|| PrometheusError::NotInstalled(advice()))
}

/// The package of Debian and its kin. Only the lists of packages need root, and only where they are missing.
fn unpack(say: &impl Fn(&str)) -> Result<(), PrometheusError> {
    let target = target_directory().ok_or_else(|| PrometheusError::NotInstalled(advice()))?;
    let place = target.join(UNPACKED);
    let failed = |error: std::io::Error| PrometheusError::Failed {
        command: String::from("unpacking Prometheus"),
        output: error.to_string(),
    };
    fs::create_dir_all(&place).map_err(failed)?;
    let download = "apt-get download --quiet prometheus";
    if run(download, &place, say).is_err() {
        run("apt-get update --quiet", &place, say)?;
        run(download, &place, say)?;
    }
    let packages = fs::read_dir(&place).map_err(failed)?.flatten();
    for package in packages.map(|entry| entry.path()) {
        if package.extension().is_some_and(|ending| ending == "deb") {
            let line = format!("dpkg-deb --extract {} .", package.display());
            run(&line, &place, say)?;
            fs::remove_file(&package).map_err(failed)?;
        }
    }
    Ok(())
}

fn run(line: &str, place: &Path, say: &impl Fn(&str)) -> Result<(), PrometheusError> {
    say(line);
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command
        .args(words)
        .current_dir(place)
        .env("DEBIAN_FRONTEND", "noninteractive");
    super::finished(&mut command).map(|_| ())
}

/// What to type to get it.
fn advice() -> String {
    match manager() {
        None => String::from(
            "`cargo xtask test` unpacks Debian's package; elsewhere take it from https://prometheus.io/download/ and put it on the PATH",
        ),
        Some((_, true, line)) if !is_root() => format!("`sudo {line}`"),
        Some((_, _, line)) => format!("`{line}`"),
    }
}

fn manager() -> Option<(&'static str, bool, &'static str)> {
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

/// The directory that this program was built in: cargo puts files of its own into it.
fn target_directory() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let mut above = program.ancestors();
    let is_cargos = |place: &&Path| {
        [".rustc_info.json", "CACHEDIR.TAG"]
            .iter()
            .any(|name| place.join(name).is_file())
    };
    let target = above.find(is_cargos);
    target.map(Path::to_path_buf)
}
