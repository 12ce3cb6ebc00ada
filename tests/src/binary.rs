//! The binary `specd`: built by cargo where nobody has built it yet.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::Context as _;

/// The environment variable that names the binary to test, such as one built for release.
pub const BINARY: &str = "SPECD_TEST_BINARY";

/// The path of the binary, as new as the sources.
///
/// # Errors
/// It does not build.
pub fn path() -> anyhow::Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| build().map_err(|error| format!("{error:#}")))
        .clone()
        .map_err(anyhow::Error::msg)
}

/// The binary, ready to be given arguments. It sees none of the settings that the environment of the test may hold.
///
/// # Errors
/// It does not build.
pub fn command() -> anyhow::Result<Command> {
    let mut command = Command::new(path()?);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SPECD_") {
            command.env_remove(name);
        }
    }
    command.env("NO_COLOR", "1");
    Ok(command)
}

fn build() -> anyhow::Result<PathBuf> {
    if let Some(given) = std::env::var_os(BINARY) {
        return Ok(PathBuf::from(given));
    }
    let target = target_directory()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--package",
            "specd-server",
            "--bin",
            "specd",
            "--target-dir",
        ])
        .arg(&target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .context("could not run cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "`specd` does not build: {said}");
    Ok(target
        .join("debug")
        .join(format!("specd{}", std::env::consts::EXE_SUFFIX)))
}

/// The directory that this test itself was built in: `<target>/<profile>/deps/<test>`.
fn target_directory() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe().context("could not tell where the test is")?;
    test.ancestors()
        .find(|place| place.file_name().is_some_and(|name| name == "deps"))
        .and_then(|deps| deps.parent()?.parent())
        .map(Path::to_path_buf)
        .context("the test does not stand in a target directory")
}
