//! Commands that are shown before they run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The cargo that runs us, in the folder of the workspace.
pub fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(arguments);
    command
}

/// Shows a command, runs it, and tells whether it succeeded.
///
/// # Errors
/// It cannot be run.
pub fn runs(command: &mut Command) -> anyhow::Result<bool> {
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy())
        .collect();
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or_default();
    eprintln!("\n$ {program} {}", words.join(" "));
    let status = command
        .status()
        .with_context(|| format!("could not run `{program}`"))?;
    Ok(status.success())
}

/// Whether `cargo <name>` is installed.
pub fn has_cargo_command(name: &str) -> bool {
    let status = cargo(&[name, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
