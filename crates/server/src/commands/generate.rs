//! `specd generate`: what follows from a document.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use specd_adapter_http::openapi;
use specd_adapter_markdown::render::{Style, text};
use specd_adapter_telemetry::{dashboard, rules, runbook};
use specd_app::catalog::{Catalog, ServedSpec};
use specd_domain::Spec;

use super::check::{CheckedFile, ERRORS, check_paths};
use crate::cli::{GenerateArguments, GenerateCommand};
use crate::out;

/// The revision of a document that no database knows.
const FIRST: u32 = 1;

/// Writes what was asked for to standard output, and the errors of the documents to standard error.
pub(crate) fn run(arguments: &GenerateArguments) -> Result<ExitCode> {
    match &arguments.command {
        GenerateCommand::Model { path } => model(path),
        GenerateCommand::Openapi { paths } => describe(paths),
        GenerateCommand::Grafana { paths } => draw(paths),
        GenerateCommand::Runbook { path } => guide(path),
        GenerateCommand::Prometheus { paths, link_base } => alert(paths, link_base.as_deref()),
    }
}

fn model(path: &Path) -> Result<ExitCode> {
    let specs = match specs(&one(path)?) {
        Ok(specs) => specs,
        Err(code) => return Ok(code),
    };
    for spec in specs {
        let model = serde_json::to_string_pretty(&*spec).context("could not write the model")?;
        out::say(&model)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn guide(path: &Path) -> Result<ExitCode> {
    let specs = match specs(&one(path)?) {
        Ok(specs) => specs,
        Err(code) => return Ok(code),
    };
    for spec in specs {
        out::write(&runbook::render(&spec))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The document at a path, and no other.
fn one(path: &Path) -> Result<Vec<CheckedFile>> {
    if path.is_dir() {
        bail!("`{}` is a directory; name one document", path.display());
    }
    let asked = check_paths(&[path.to_path_buf()])?;
    if asked.is_empty() {
        bail!("there is no document `{}`", path.display());
    }
    Ok(asked)
}

fn describe(paths: &[PathBuf]) -> Result<ExitCode> {
    let asked = check_paths(paths)?;
    let specs = match specs(&asked) {
        Ok(specs) => specs,
        Err(code) => return Ok(code),
    };
    let served = specs.into_iter().map(|spec| ServedSpec::new(spec, FIRST));
    out::write(&openapi::describe(&Catalog::new(served)))?;
    Ok(ExitCode::SUCCESS)
}

fn alert(paths: &[PathBuf], link_base: Option<&str>) -> Result<ExitCode> {
    let asked = check_paths(paths)?;
    let specs = match specs(&asked) {
        Ok(specs) => served(specs),
        Err(code) => return Ok(code),
    };
    out::write(&rules::render(&specs, link_base))?;
    Ok(ExitCode::SUCCESS)
}

fn draw(paths: &[PathBuf]) -> Result<ExitCode> {
    let asked = check_paths(paths)?;
    let specs = match specs(&asked) {
        Ok(specs) => served(specs),
        Err(code) => return Ok(code),
    };
    out::write(&dashboard::render(&specs))?;
    Ok(ExitCode::SUCCESS)
}

/// Those that are served. Of the others nothing can be measured, and they are named.
fn served(specs: Vec<Arc<Spec>>) -> Vec<Arc<Spec>> {
    let (served, others): (Vec<_>, Vec<_>) =
        specs.into_iter().partition(|spec| spec.status.is_final());
    for spec in others {
        let (path, status) = (&spec.path, spec.status.as_str());
        out::note(&format!(
            "note: `{path}` is left out: its status is `{status}`\n"
        ));
    }
    served
}

/// The specs of these documents; where one has errors, they are told and nothing is written.
pub(super) fn specs(asked: &[CheckedFile]) -> Result<Vec<Arc<Spec>>, ExitCode> {
    let wrong = asked.iter().filter(|file| file.checked.spec.is_none());
    let findings: Vec<_> = wrong.map(CheckedFile::findings).collect();
    if !findings.is_empty() {
        out::note(&text::render(&findings, Style { colour: false }));
        return Err(ExitCode::from(ERRORS));
    }
    let specs = asked.iter().filter_map(|file| file.checked.spec.clone());
    Ok(specs.map(Into::into).collect())
}
