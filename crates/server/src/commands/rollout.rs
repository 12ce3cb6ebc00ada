//! `specd rollout`: shows how far the documents are rolled out, and moves them.
//!
//! It looks at the revisions that the database has, not at the texts on disk: a rollback works while a document is being
//! edited.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use specd_app::rollouts::{self, Change, Position, RolloutError, RolloutPorts, Step};
use specd_domain::name::SpecNumber;

use crate::cli::{RolloutArguments, RolloutCommand};
use crate::out;
use crate::runtime;
use crate::serve;
use crate::stores::Stores;
use crate::system::SystemClock;

/// Runs one of the rollout commands.
pub(crate) fn run(arguments: &RolloutArguments) -> Result<ExitCode> {
    let numbers = match arguments.command {
        None | Some(RolloutCommand::Status) => numbers(arguments.specs.as_deref())?,
        Some(_) => BTreeSet::new(),
    };
    runtime::block_on(async {
        let stores = Stores::opened(&arguments.database).await?;
        match &arguments.command {
            None | Some(RolloutCommand::Status) => status(numbers, &stores).await,
            Some(RolloutCommand::Advance { number }) => step(*number, Step::Advance, &stores).await,
            Some(RolloutCommand::Back { number }) => step(*number, Step::Back, &stores).await,
            Some(RolloutCommand::Set { number, percent }) => {
                step(*number, Step::Set(*percent), &stores).await
            }
        }
    })
}

/// The numbers in the names of the documents.
fn numbers(directory: Option<&Path>) -> Result<BTreeSet<SpecNumber>> {
    let files = serve::documents(directory).source.documents()?;
    let number = |path: &str| {
        let name = Path::new(path).file_name()?.to_str()?;
        SpecNumber::parse(name.split_once('-')?.0)
    };
    Ok(files.iter().filter_map(|file| number(&file.path)).collect())
}

async fn status(numbers: BTreeSet<SpecNumber>, stores: &Stores) -> Result<ExitCode> {
    if numbers.is_empty() {
        out::note("there are no documents here; `--specs DIR` names the directory they are in\n");
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![["SPEC", "SHARE", "STAGES", "SINCE", "FLAG"].map(str::to_owned)];
    for number in numbers {
        let found = rollouts::position(number, &*stores.revisions, &*stores.rollouts).await;
        match found {
            Ok(position) => rows.push(row(position)),
            Err(error @ RolloutError::NeverServed(_)) => out::note(&format!("{error}\n")),
            Err(error) => return Err(error).context("could not read the rollouts"),
        }
    }
    out::write(&table(&rows))?;
    Ok(ExitCode::SUCCESS)
}

fn row(position: Position) -> [String; 5] {
    let nothing = || "-".to_owned();
    let stages: Vec<String> = position.stages.iter().map(|at| format!("{at}%")).collect();
    let since = position
        .since
        .map(|since| since.format("%Y-%m-%d %H:%M:%SZ").to_string());
    [
        position.spec.to_string(),
        format!("{}%", position.percent),
        match position.flag {
            Some(_) if !stages.is_empty() => stages.join(" → "),
            _ => nothing(),
        },
        since.unwrap_or_else(nothing),
        position.flag.unwrap_or_else(nothing),
    ]
}

/// The rows in columns; the last one is as wide as it is.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().zip(widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        out.push_str(line.join("  ").trim_end());
        out.push('\n');
    }
    out
}

async fn step(number: SpecNumber, step: Step, stores: &Stores) -> Result<ExitCode> {
    let ports = RolloutPorts {
        revisions: &*stores.revisions,
        rollouts: &*stores.rollouts,
        clock: &SystemClock,
    };
    let Change {
        spec,
        flag,
        from,
        to,
    } = rollouts::step(number, step, ports).await?;
    out::say(&if from == to {
        format!("SPEC {spec} is at {to}% already ({flag})")
    } else {
        format!("SPEC {spec}: {from}% → {to}% ({flag}); every server follows within two seconds")
    })?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_what_they_hold() {
        let rows = [["a", "→→", "b"], ["long", "x", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "a     →→  b\nlong  x\n");
    }
}
