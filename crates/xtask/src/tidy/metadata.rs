//! What cargo knows of our crates and of those they link.

use anyhow::Context as _;
use serde_json::Value;

/// A crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as an SPDX expression.
    pub license: Option<String>,
    /// Whether it is one of the workspace.
    pub is_ours: bool,
    /// What it needs to be built and run.
    pub normal: Vec<String>,
    /// What its tests need beyond that.
    pub dev: Vec<String>,
}

/// Asks cargo.
///
/// # Errors
/// Cargo fails, as where `Cargo.lock` is out of date.
pub fn read() -> anyhow::Result<Vec<Package>> {
    let output = super::cargo_metadata()
        .output()
        .context("could not run `cargo metadata`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "`cargo metadata` failed: {said}");
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .context("could not read what `cargo metadata` says")?;
    let ours = texts(metadata.get("workspace_members"));
    let packages = metadata.get("packages").and_then(Value::as_array);
    Ok(packages
        .into_iter()
        .flatten()
        .map(|package| self::package(package, &ours))
        .collect())
}

fn package(package: &Value, ours: &[String]) -> Package {
    let text = |name: &str| package.get(name).and_then(Value::as_str).map(str::to_owned);
    let id = text("id").unwrap_or_default();
    Package {
        name: text("name").unwrap_or_default(),
        version: text("version").unwrap_or_default(),
        license: text("license"),
        is_ours: ours.contains(&id),
        normal: dependencies(package, |kind| kind != Some("dev")),
        dev: dependencies(package, |kind| kind == Some("dev")),
    }
}

/// Without a kind they are normal ones.
fn dependencies(package: &Value, is_wanted: impl Fn(Option<&str>) -> bool) -> Vec<String> {
    let all = package.get("dependencies").and_then(Value::as_array);
    let mut names: Vec<String> = all
        .into_iter()
        .flatten()
        .filter(|dependency| is_wanted(dependency.get("kind").and_then(Value::as_str)))
        .filter_map(|dependency| dependency.get("name")?.as_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
