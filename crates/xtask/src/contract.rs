//! `cargo xtask contract`: the description of the API held against the official schema of OpenAPI 3.1 and the rules of
//! `redocly`, and the server held against its description by `schemathesis`, for several documents and on both databases.
//! The tools of others are fetched into `target/contract`, never installed.

mod probe;
mod tools;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::{cargo, root, runs};
use crate::test::target_directory;

/// A description: its name, and the documents that it is of, from the root of the project.
const DESCRIPTIONS: [(&str, &[&str]); 3] = [
    ("resource", &["docs/architecture/specs/0001-resource.md"]),
    (
        "every-type",
        &[
            "tests/documents/0001-stations.md",
            "tests/documents/0002-readings.md",
        ],
    ),
    ("template", &[]),
];

/// Generates the descriptions and validates them with both tools.
///
/// # Errors
/// A tool is missing and cannot be fetched; the error says what to install.
pub fn run() -> anyhow::Result<bool> {
    let target = target_directory()?;
    let place = target.join("contract");
    std::fs::create_dir_all(&place)?;
    let tools = tools::ensure(&place)?;
    anyhow::ensure!(
        runs(&mut cargo(&[
            "build",
            "--package",
            "specd-server",
            "--bin",
            "specd"
        ]))?,
        "`specd` does not build"
    );
    let binary = target
        .join("debug")
        .join(format!("specd{}", std::env::consts::EXE_SUFFIX));
    let mut files = Vec::new();
    for (name, documents) in DESCRIPTIONS {
        let documents = match documents {
            [] => vec![template(&place)?],
            named => named.iter().map(|document| root().join(document)).collect(),
        };
        files.push(describe(&binary, &place, name, &documents)?);
    }
    let is_valid = runs(tools.validator().args(&files))?;
    let config = root().join("redocly.yaml");
    let is_clean = runs(tools.linter().arg("--config").arg(config).args(&files))?;
    let is_kept = kept(&tools, &binary, &place)?;
    Ok(is_valid && is_clean && is_kept)
}

/// Whether the server keeps what its descriptions say.
fn kept(tools: &tools::Tools, binary: &Path, place: &Path) -> anyhow::Result<bool> {
    let databases = probe::databases(place)?;
    let documents = [
        (
            "resource",
            root().join("docs/architecture/specs/0001-resource.md"),
        ),
        ("template", template(place)?),
        (
            "instruments",
            root().join("tests/documents/0005-instruments.md"),
        ),
    ];
    let mut is_kept = true;
    for (name, document) in documents {
        is_kept &= probe::probe(tools, binary, name, &document, &databases)?;
    }
    Ok(is_kept)
}

/// Writes the description of these documents, and says where.
fn describe(
    binary: &Path,
    place: &Path,
    name: &str,
    documents: &[PathBuf],
) -> anyhow::Result<PathBuf> {
    let output = std::process::Command::new(binary)
        .args(["generate", "openapi"])
        .args(documents)
        .current_dir(root())
        .output()
        .context("could not run `specd`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "`{name}` has errors:\n{said}");
    let file = place.join(format!("{name}.openapi.json"));
    std::fs::write(&file, output.stdout)?;
    Ok(file)
}

/// The template with no more filled in than is needed to serve it: the least document there is.
fn template(place: &Path) -> anyhow::Result<PathBuf> {
    let directory = place.join("template");
    std::fs::create_dir_all(&directory)?;
    let file = directory.join("0001-resource.md");
    let text = std::fs::read_to_string(root().join("crates/adapter-markdown/src/template.md"))?;
    let text = text
        .replace("{resource}", "resource")
        .replace("draft | review | approved | deprecated", "draft");
    std::fs::write(&file, text)?;
    Ok(file)
}
