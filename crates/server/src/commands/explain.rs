//! `specd explain CODE`: the page of a diagnostic code.

use std::process::ExitCode;

use anyhow::{Result, bail};
use include_dir::{Dir, include_dir};
use specd_domain::Code;

use crate::cli::ExplainArguments;
use crate::out;

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../docs/diagnostics");

/// Writes the page to standard output.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<ExitCode> {
    let Some(code) = Code::parse(&arguments.code) else {
        bail!(
            "`{}` is no diagnostic code; they look like `{}`, and `specd check` prints them",
            arguments.code,
            Code::Unfilled
        );
    };
    let page = PAGES
        .get_file(format!("{code}.md"))
        .and_then(include_dir::File::contents_utf8);
    match page {
        Some(text) => out::write(text)?,
        None => out::say(&format!("# {code}: {}", code.title()))?,
    }
    Ok(ExitCode::SUCCESS)
}
