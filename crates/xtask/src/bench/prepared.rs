//! What must be there before the first round: the binary, the database, the tools of others.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use anyhow::Context as _;
use specd_testkit::postgres::{Cluster, Durability, install, load_tools};

use super::figures::Figures;
use super::guard::Guard;
use super::machine;
use super::peers::{self, Peers};
use super::pgbench::Pgbench;
use super::place::Place;
use super::progress::Progress;
use super::settings::{Part, Settings};
use super::wrk::Wrk;
use super::{Bench, rounds};
use crate::command::{cargo, root, runs};
use crate::test::target_directory;

/// Prepares everything.
///
/// # Errors
/// Something that it cannot do without is missing.
pub(super) fn bench(settings: Settings) -> anyhow::Result<Bench> {
    let say = |command: &str| eprintln!("\nmissing, so:\n$ {command}");
    install::ensure(say)?;
    let programs = (load_tools::wrk(say)?, load_tools::pgbench(say)?);
    let target = target_directory()?;
    let binary = match &settings.binary {
        Some(binary) => PathBuf::from(binary)
            .canonicalize()
            .with_context(|| format!("`{binary}` is not there"))?,
        None => built(&target)?,
    };
    let files = raise_open_files();
    let guard = Arc::new(Guard::start()?);
    let place = Place::new(&guard)?;
    let cluster = Cluster::start(Durability::On)?;
    guard.clear(cluster.place());
    if let Some(process) = cluster.id() {
        guard.watch(process);
    }
    let is_in_memory = machine::file_system(cluster.place()) == "tmpfs";
    let faults = is_in_memory.then(|| {
        String::from("the temporary directory is in memory: nothing in it is durable; set TMPDIR")
    });
    let faults = faults.into_iter().collect();
    let mut notes: Vec<String> = files.err().into_iter().collect();
    let peers = if settings.has(Part::Pocketbase) || settings.has(Part::Fastify) {
        peers::fetched(&target.join("bench"), &settings, &mut notes)
    } else {
        Peers::default()
    };
    let scripts = root().join("crates/xtask/bench");
    let steps = rounds::steps(&settings);
    Ok(Bench {
        wrk: Wrk {
            program: programs.0,
            scripts: scripts.clone(),
        },
        pgbench: Pgbench {
            program: programs.1,
            scripts,
            place: place.path().to_path_buf(),
        },
        binary,
        guard,
        place,
        cluster,
        peers,
        progress: Progress::new(steps),
        figures: Figures::default(),
        proofs: Vec::new(),
        faults,
        refusals: Vec::new(),
        failures: Vec::new(),
        notes,
        settings,
    })
}

fn built(target: &std::path::Path) -> anyhow::Result<PathBuf> {
    let mut build = cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "specd-server",
        "--bin",
        "specd",
    ]);
    anyhow::ensure!(runs(&mut build)?, "`specd` does not build");
    let name = format!("specd{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}

/// As many open files as the system allows, for us and for whatever we start.
fn raise_open_files() -> Result<(), String> {
    let process = std::process::id().to_string();
    let raised = Command::new("sh")
        .args([
            "-c",
            "prlimit --pid \"$1\" --nofile=\"$(ulimit -H -n)\":\"$(ulimit -H -n)\"",
            "sh",
        ])
        .arg(process)
        .status();
    match raised {
        Ok(status) if status.success() => Ok(()),
        _ => Err(String::from(
            "the limit of open files could not be raised (no `prlimit`): 10,000 connections may not fit",
        )),
    }
}
