//! What the figures were measured on, and the versions of all that took part; neither names nor paths of the machine.

use std::path::Path;
use std::process::Command;

use super::Bench;
use crate::command::root;

/// The machine, a property a line.
pub(super) fn machine(bench: &Bench) -> Vec<(&'static str, String)> {
    let cpu = read("/proc/cpuinfo");
    let memory = read("/proc/meminfo");
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let kib = value(&memory, "MemTotal").and_then(|text| text.strip_suffix(" kB")?.parse().ok());
    vec![
        ("date", said("date", &["-u", "+%Y-%m-%d"])),
        (
            "processor",
            value(&cpu, "model name").unwrap_or_else(|| String::from("unknown")),
        ),
        (
            "cores",
            format!("{cores}, shared by load, server and database"),
        ),
        (
            "memory",
            kib.map_or(String::from("unknown"), |kib: f64| {
                format!("{:.1} GiB", kib / 1_048_576.0)
            }),
        ),
        ("kernel", said("uname", &["-s", "-r", "-m"])),
        ("files on", disk(bench.cluster.place())),
    ]
}

/// The versions of all that took part.
pub(super) fn versions(bench: &Bench) -> Vec<(&'static str, String)> {
    let program = |path: &Path, words: &[&str]| said(&path.to_string_lossy(), words);
    let mut versions = vec![
        ("specd", specd(bench)),
        ("PostgreSQL", postgres(bench)),
        ("SQLite", sqlite()),
        ("pgbench", program(&bench.pgbench.program, &["--version"])),
        ("wrk", wrk(&program(&bench.wrk.program, &["-v"]))),
    ];
    if let Some(binary) = &bench.peers.pocketbase {
        versions.push(("PocketBase", program(binary, &["--version"])));
    }
    if let Some(folder) = &bench.peers.fastify {
        versions.push(("Node", said("node", &["--version"])));
        for package in ["fastify", "pg"] {
            let text = read(
                &folder
                    .join("node_modules")
                    .join(package)
                    .join("package.json")
                    .to_string_lossy(),
            );
            let version = serde_json::from_str::<serde_json::Value>(&text).ok();
            let version = version.and_then(|it| it.get("version")?.as_str().map(str::to_owned));
            versions.push((package, version.unwrap_or_default()));
        }
    }
    versions
}

/// The kind of file system that holds a place. What is only in memory proves nothing durable.
pub(super) fn file_system(place: &Path) -> String {
    said("stat", &["-f", "-c", "%T", &place.to_string_lossy()])
}

fn disk(place: &Path) -> String {
    let kind = file_system(place);
    let device = said("df", &["--output=source", &place.to_string_lossy()]);
    let device = device.lines().last().unwrap_or_default();
    let name = device.rsplit('/').next().unwrap_or_default();
    let disk = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let turns = read(&format!("/sys/block/{disk}/queue/rotational"));
    let spinning = match turns.trim() {
        "0" => ", a solid-state or virtual disk",
        "1" => ", a disk that says it turns",
        _ => "",
    };
    format!("{kind}{spinning}")
}

fn specd(bench: &Bench) -> String {
    let version = said(&bench.binary.to_string_lossy(), &["--version"]);
    if bench.settings.binary.is_some() {
        format!("{version}, a binary that was given")
    } else {
        format!("{version}, commit {}", commit())
    }
}

fn commit() -> String {
    let folder = root();
    let git = |words: &[&str]| {
        let output = Command::new("git")
            .args(words)
            .current_dir(&folder)
            .output();
        output.map_or(String::new(), |output| first_line(&output.stdout))
    };
    let commit = git(&["rev-parse", "--short=12", "HEAD"]);
    let changed = git(&[
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--",
        "crates",
        "Cargo.lock",
    ]);
    let note = if changed.is_empty() {
        ""
    } else {
        " with changes"
    };
    format!("{commit}{note}")
}

fn postgres(bench: &Bench) -> String {
    let version =
        specd_testkit::postgres::binaries::psql(bench.cluster.url(), "SHOW server_version");
    version.unwrap_or_default()
}

/// The version that the lockfile's `libsqlite3-sys` compiles in.
fn sqlite() -> String {
    let lock = read(&root().join("Cargo.lock").to_string_lossy());
    let after = lock.split("name = \"libsqlite3-sys\"\nversion = \"").nth(1);
    let version = after.and_then(|rest| rest.split('"').next());
    format!("compiled in by libsqlite3-sys {}", version.unwrap_or("?"))
}

/// `wrk 4.1.0 [epoll] Copyright …`.
fn wrk(said: &str) -> String {
    said.split(" [").next().unwrap_or_default().to_owned()
}

/// The value after the name and a colon in files such as `/proc/cpuinfo`.
fn value(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// What a command prints, its first line unless it prints more.
fn said(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    output.map_or(String::from("unknown"), |output| {
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if text.is_empty() {
            first_line(&output.stderr)
        } else {
            text
        }
    })
}

fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_from_the_lists_of_the_system() {
        let text = "processor\t: 0\nmodel name\t: A Processor\n";
        assert_eq!(value(text, "model name").as_deref(), Some("A Processor"));
        assert_eq!(value(text, "flags"), None);
        assert_eq!(
            wrk("wrk debian/4.1.0-3+b2 [epoll] Copyright (C)"),
            "wrk debian/4.1.0-3+b2"
        );
    }
}
