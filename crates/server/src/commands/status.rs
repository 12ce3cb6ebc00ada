//! `specd status`: how far documents are, and whether what they promise is kept.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use specd_adapter_http::standing;
use specd_adapter_telemetry::status::{self, Style, Witness};
use specd_domain::Spec;
use specd_domain::objective::DocumentStanding;

use super::check::check_paths;
use super::generate::specs;
use crate::cli::{ListFormat, StatusArguments};
use crate::out;

/// An objective is broken, or burns.
const BAD: u8 = 1;

/// Prints where each document and its objectives stand.
pub(crate) fn run(arguments: &StatusArguments) -> Result<ExitCode> {
    let Ok(specs) = specs(&check_paths(&arguments.paths)?) else {
        bail!("a document that has errors promises nothing");
    };
    let witness = witness(arguments);
    let standings = status::standings(&specs, &witness).with_context(|| advice(&witness))?;
    match arguments.format {
        ListFormat::Text => out::write(&status::text(&standings, &witness, style()))?,
        ListFormat::Json => out::say(&standing::documents(&standings))?,
    }
    if is_nobody_counting(&standings) {
        bail!("{}", nobody(&witness));
    }
    let is_bad = standings.iter().any(DocumentStanding::is_bad);
    Ok(if is_bad {
        ExitCode::from(BAD)
    } else {
        ExitCode::SUCCESS
    })
}

fn style() -> Style {
    Style {
        colour: io::stdout().is_terminal(),
    }
}

fn witness(arguments: &StatusArguments) -> Witness {
    match &arguments.prometheus {
        Some(url) => Witness::Prometheus(url.clone()),
        None => Witness::Server(arguments.metrics.clone()),
    }
}

/// Whether there are promises, and not one of them is counted. Drafts promise nothing yet.
fn is_nobody_counting(standings: &[DocumentStanding]) -> bool {
    let promises = |spec: &Arc<Spec>| spec.status.is_final() && !spec.objectives.is_empty();
    let mut promising = standings
        .iter()
        .filter(|standing| promises(&standing.spec))
        .peekable();
    promising.peek().is_some() && promising.all(|standing| standing.period.is_none())
}

const fn advice(witness: &Witness) -> &'static str {
    match witness {
        Witness::Server(_) => {
            "could not ask the server: start it with `--metrics-listen 127.0.0.1:9464`, say where with `--metrics URL`, or ask `--prometheus URL`"
        }
        Witness::Prometheus(_) => {
            "could not ask Prometheus: say where it is with `--prometheus URL`, or ask one server with `--metrics URL`"
        }
    }
}

const fn nobody(witness: &Witness) -> &'static str {
    match witness {
        Witness::Server(_) => "this server serves none of these documents",
        Witness::Prometheus(_) => {
            "this Prometheus knows of none of these documents: have it scrape the `--metrics-listen` of the servers"
        }
    }
}
