//! The tools of others that judge a description, fetched where they are not there yet.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::command::runs;

/// The validator against the official schema (`PyPI`), in an environment of its own.
const VALIDATOR: &str = "openapi-spec-validator";
/// The prober of servers (`PyPI`).
const PROBER: &str = "schemathesis";
/// The linter (npm).
const LINTER: &str = "@redocly/cli@2";

/// Where the tools are.
pub(super) struct Tools {
    environment: PathBuf,
}

/// Fetches what is missing.
///
/// # Errors
/// Python or Node is not installed, or the tools cannot be fetched.
pub(super) fn ensure(place: &std::path::Path) -> anyhow::Result<Tools> {
    for (program, package) in [
        ("python3", "python3 and python3-venv"),
        ("npx", "nodejs and npm"),
    ] {
        anyhow::ensure!(
            is_there(program),
            "`{program}` is not installed: install {package}, which `cargo xtask contract` needs for the tools of others"
        );
    }
    let environment = place.join("python");
    let tools = Tools { environment };
    if !(tools.program(VALIDATOR).is_file() && tools.program(PROBER).is_file()) {
        let made = runs(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(&tools.environment),
        )?;
        anyhow::ensure!(made, "python3 has no `venv`: install python3-venv");
        let fetched = runs(
            Command::new(tools.program("pip")).args(["install", "--quiet", VALIDATOR, PROBER]),
        )?;
        anyhow::ensure!(fetched, "`{VALIDATOR}` and `{PROBER}` cannot be fetched");
    }
    Ok(tools)
}

impl Tools {
    /// Judges descriptions by the official schema.
    pub(super) fn validator(&self) -> Command {
        Command::new(self.program(VALIDATOR))
    }

    /// Judges a running server by its own description.
    pub(super) fn prober(&self) -> Command {
        Command::new(self.program(PROBER))
    }

    /// Judges descriptions by the habits of their readers. It tells nobody that it was used.
    pub(super) fn linter(&self) -> Command {
        let mut command = Command::new("npx");
        command
            .args(["--yes", LINTER, "lint"])
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .current_dir(&self.environment);
        command
    }

    fn program(&self, name: &str) -> PathBuf {
        self.environment.join("bin").join(name)
    }
}

fn is_there(program: &str) -> bool {
    let status = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
