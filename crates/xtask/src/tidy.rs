//! `cargo xtask tidy`: the house's own checks, one a file. Each finding says where it is and what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::{cargo, root};

pub mod bans;
pub mod diagnostics;
pub mod files;
pub mod imports;
pub mod linked;
pub mod metadata;
pub mod pages;
pub mod words;

/// Something that is not as the house wants it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root, or the crate.
    pub place: String,
    /// The line, where there is one.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub advice: String,
}

impl Finding {
    /// A finding about a whole file or crate.
    pub fn of(place: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            line: None,
            advice: advice.into(),
        }
    }

    /// A finding at a line, counted from 1.
    pub fn at(place: impl Into<String>, line: usize, advice: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            ..Self::of(place, advice)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.place, self.advice),
            None => write!(f, "{}: {}", self.place, self.advice),
        }
    }
}

/// A file of the project.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path from the root, with `/`.
    pub path: String,
    /// Its text; empty where it is no UTF-8.
    pub text: String,
}

impl SourceFile {
    /// Whether its name ends with this extension.
    pub fn is_of(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|ending| ending == extension)
    }

    /// Whether it holds nothing but tests. The fixtures of the black-box tests are a library.
    pub fn is_test(&self) -> bool {
        let mut folders = self.path.split('/').rev().skip(1);
        let is_fixture = self.path.starts_with("tests/src/");
        self.path.ends_with("/tests.rs") || (!is_fixture && folders.any(|name| name == "tests"))
    }
}

/// A check over all files.
type Check = fn(&[SourceFile]) -> Vec<Finding>;

/// The checks that look at files alone.
pub const FILE_CHECKS: [Check; 5] = [
    bans::findings,
    diagnostics::findings,
    files::findings,
    pages::findings,
    words::findings,
];

/// Prints every finding, and tells whether there is none.
///
/// # Errors
/// The files or the manifests cannot be read.
pub fn run() -> anyhow::Result<bool> {
    let mut findings = findings()?;
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: the house is in order"),
        1 => println!("tidy: 1 finding"),
        count => println!("tidy: {count} findings"),
    }
    Ok(findings.is_empty())
}

/// What every check finds.
///
/// # Errors
/// The files or the manifests cannot be read.
pub fn findings() -> anyhow::Result<Vec<Finding>> {
    let files = project_files()?;
    let metadata = metadata::read()?;
    let mut findings: Vec<_> = FILE_CHECKS.iter().flat_map(|check| check(&files)).collect();
    findings.extend(imports::findings(&metadata));
    findings.extend(linked::findings(&metadata));
    Ok(findings)
}

/// Every file that belongs to the project: what git knows, and what it would not ignore.
///
/// # Errors
/// Git is not there.
pub fn project_files() -> anyhow::Result<Vec<SourceFile>> {
    let root = root();
    let output = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(&root)
        .output()
        .context("could not run `git ls-files`")?;
    anyhow::ensure!(output.status.success(), "`git ls-files` failed");
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut paths: Vec<&str> = listed.lines().collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths
        .into_iter()
        .filter_map(|path| source_file(&root, path))
        .collect())
}

/// A file that git still lists and that is gone is no file.
fn source_file(root: &Path, path: &str) -> Option<SourceFile> {
    let bytes = std::fs::read(root.join(PathBuf::from(path))).ok()?;
    Some(SourceFile {
        path: path.to_owned(),
        text: String::from_utf8(bytes).unwrap_or_default(),
    })
}

/// Cargo, for what it knows of the workspace.
fn cargo_metadata() -> std::process::Command {
    cargo(&["metadata", "--format-version", "1", "--locked"])
}
