//! `specd generate`: what follows from a document.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use specd_adapter_markdown::render::{Style, text};

use super::check::{ERRORS, check_paths};
use crate::cli::{GenerateArguments, GenerateCommand};

/// Writes what was asked for to standard output, and the errors of the document to standard error.
pub(crate) fn run(arguments: &GenerateArguments) -> Result<ExitCode> {
    let GenerateCommand::Model { path } = &arguments.command;
    if path.is_dir() {
        bail!("`{}` is a directory; name one document", path.display());
    }
    let asked = check_paths(std::slice::from_ref(path))?;
    let Some(file) = asked.first() else {
        bail!("there is no document `{}`", path.display());
    };
    let Some(spec) = &file.checked.spec else {
        eprint!(
            "{}",
            text::render(&[file.findings()], Style { colour: false })
        );
        return Ok(ExitCode::from(ERRORS));
    };
    let model = serde_json::to_string_pretty(spec).context("could not write the model")?;
    println!("{model}");
    Ok(ExitCode::SUCCESS)
}
