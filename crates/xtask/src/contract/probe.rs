//! `schemathesis` against a served document: whether the server does what its own description says, for whatever the
//! description allows and for what it forbids.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use specd_testkit::postgres::binaries::psql;
use specd_testkit::postgres::{Cluster, Durability, SHARED_CLUSTER, install};
use specd_testkit::shown_key::key_in;

use super::tools::Tools;
use crate::command::{root, runs};

/// How many requests each operation gets in each phase.
const EXAMPLES: &str = "40";

/// The databases: one file, and a `PostgreSQL` of our own unless the tests brought theirs.
pub(super) fn databases(place: &Path) -> anyhow::Result<Databases> {
    let given = std::env::var(SHARED_CLUSTER).ok();
    let cluster = if given.is_some() {
        None
    } else {
        install::ensure(|command| {
            eprintln!("\nPostgreSQL is not installed, so:\n$ {command}");
        })?;
        Some(Cluster::start(Durability::Off)?)
    };
    let url = given.or_else(|| cluster.as_ref().map(|cluster| cluster.url().to_owned()));
    Ok(Databases {
        place: place.to_path_buf(),
        postgres: url.unwrap_or_default(),
        _cluster: cluster,
    })
}

/// Where the records of the probes go.
pub(super) struct Databases {
    place: PathBuf,
    postgres: String,
    /// Stopped when the probes are over.
    _cluster: Option<Cluster>,
}

impl Databases {
    /// Empty databases for a document: their names, and their URLs.
    fn fresh(&self, name: &str) -> anyhow::Result<[(&'static str, String); 2]> {
        let file = self.place.join(format!("{name}.db"));
        for end in ["", "-wal", "-shm"] {
            let leftover = self.place.join(format!("{name}.db{end}"));
            if leftover.exists() {
                std::fs::remove_file(leftover)?;
            }
        }
        let database = format!("specd_contract_{}", name.replace('-', "_"));
        for statement in [
            format!("DROP DATABASE IF EXISTS {database}"),
            format!("CREATE DATABASE {database}"),
        ] {
            psql(&self.postgres, &statement)?;
        }
        let (server, _) = self
            .postgres
            .rsplit_once('/')
            .context("the address of PostgreSQL names no database")?;
        Ok([
            ("SQLite", format!("sqlite:{}", file.display())),
            ("PostgreSQL", format!("{server}/{database}")),
        ])
    }
}

/// Serves one document from each database and lets `schemathesis` judge it, with all checks and phases.
///
/// # Errors
/// The server does not start, or the tool cannot be run.
pub(super) fn probe(
    tools: &Tools,
    binary: &Path,
    name: &str,
    document: &Path,
    databases: &Databases,
) -> anyhow::Result<bool> {
    let directory = databases.place.join(format!("{name}.specs"));
    std::fs::create_dir_all(&directory)?;
    let file = document.file_name().context("a document has a name")?;
    let text = without_limits(&std::fs::read_to_string(document)?);
    std::fs::write(directory.join(file), text)?;
    let mut is_clean = true;
    for (database, url) in databases.fresh(name)? {
        eprintln!("\n{name} on {database}");
        let server = Server::start(binary, &directory, &url)?;
        is_clean &= runs(&mut schemathesis(tools, &server, &databases.place))?;
    }
    Ok(is_clean)
}

/// The document without its rate limit, which thousands of requests of one caller would only meet.
fn without_limits(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.contains("**Rate Limiting**"));
    lines.collect::<Vec<_>>().join("\n")
}

fn schemathesis(tools: &Tools, server: &Server, place: &Path) -> Command {
    let ours = root().join("crates/xtask/contract");
    let mut command = tools.prober();
    command
        .arg("--config-file")
        .arg(ours.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("http://{}/openapi.json", server.address))
        .args(["--checks", "all", "--max-examples", EXAMPLES])
        .args(["--continue-on-failure", "--no-color"])
        // How hard it was to find values is no fault of the server's.
        .args(["--suppress-health-check", "all"])
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", &ours)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(place);
    if let Some(key) = &server.key {
        command.args(["--header", &format!("Authorization: Bearer {key}")]);
    }
    command
}

/// A server that runs for one probe; ended when it is dropped.
struct Server {
    process: Child,
    address: String,
    key: Option<String>,
}

impl Server {
    fn start(binary: &Path, specs: &Path, database: &str) -> anyhow::Result<Self> {
        let mut process = Command::new(binary)
            .arg("serve")
            .arg("--specs")
            .arg(specs)
            .args(["--database", database, "--listen", "127.0.0.1:0"])
            .args([
                "--preview",
                "--default-limit",
                "none",
                "--peer-limit",
                "none",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start `specd`")?;
        let output = process.stdout.take().context("no standard output")?;
        let (mut address, mut key) = (None, None);
        // The key of the first start is shown behind the address; a document that asks nobody shows none.
        let mut lines = BufReader::new(output).lines();
        while let Some(Ok(line)) = lines.next() {
            if let Some((_, shown)) = line.split_once("listening on http://") {
                address = Some(shown.trim().to_owned());
            }
            anyhow::ensure!(
                !line.starts_with("nothing is served"),
                "the document is not served; `specd check` says why"
            );
            key = key.or_else(|| key_in(&line));
            if address.is_some() && (key.is_some() || !asks_for_keys(specs)?) {
                break;
            }
        }
        // What else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.context("`specd` did not start")?;
        Ok(Self {
            process,
            address,
            key,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended, there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn asks_for_keys(specs: &Path) -> anyhow::Result<bool> {
    let mut asks = false;
    for entry in std::fs::read_dir(specs)? {
        let text = std::fs::read_to_string(entry?.path())?;
        asks |= !text.contains("**Authentication**: none");
    }
    Ok(asks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_probed_without_its_limit() {
        let text = "- **Authentication**: none\n- **Rate Limiting**: 1 req/min per client\nrest";
        assert_eq!(without_limits(text), "- **Authentication**: none\nrest");
    }
}
