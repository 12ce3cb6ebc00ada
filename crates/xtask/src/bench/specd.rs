//! The server under measure, as it ships: keys, limits, log and all.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use specd_testkit::shown_key::key_in;

use super::Bench;
use super::http::Connection;
use super::process::Process;
use super::wrk::Target;

/// How long a start may take, with a thousand new tables.
const START_LIMIT: Duration = Duration::from_mins(5);

/// A server that runs; ended when it is dropped, and its log deleted.
#[derive(Debug)]
pub(super) struct Specd {
    /// Its process.
    pub(super) process: Process,
    /// Its address and its key.
    pub(super) target: Target,
    files: [PathBuf; 2],
}

impl Specd {
    /// Starts it on an empty database and waits for the key that it shows.
    ///
    /// # Errors
    /// It does not start; the error holds the end of its log.
    pub(super) fn start(
        bench: &Bench,
        database: &str,
        specs: &Path,
        options: &[&str],
    ) -> anyhow::Result<Self> {
        let command = command(bench, &[], database, specs, "127.0.0.1:0");
        Self::launch(bench, command, options, None)
    }

    /// The same under another program that starts it.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(super) fn start_under(
        bench: &Bench,
        database: &str,
        specs: &Path,
        under: &[&str],
    ) -> anyhow::Result<Self> {
        let command = command(bench, under, database, specs, "127.0.0.1:0");
        Self::launch(bench, command, &[], None)
    }

    /// Starts it again on a database that has a key.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(super) fn start_again(
        bench: &Bench,
        database: &str,
        specs: &Path,
        key: &str,
    ) -> anyhow::Result<Self> {
        let command = command(bench, &[], database, specs, "127.0.0.1:0");
        Self::launch(bench, command, &[], Some(key))
    }

    fn launch(
        bench: &Bench,
        mut command: Command,
        options: &[&str],
        key: Option<&str>,
    ) -> anyhow::Result<Self> {
        let files = files(bench);
        let [out, log] = &files;
        command
            .args(options)
            .stdout(File::create(out)?)
            .stderr(File::create(log)?);
        let mut server = Self {
            process: Process::start(&mut command, &bench.guard)?,
            target: Target {
                address: String::new(),
                key: key.map(str::to_owned),
            },
            files: files.clone(),
        };
        let since = Instant::now();
        while !server.is_told(out) {
            let is_late = since.elapsed() > START_LIMIT || server.process.has_ended();
            anyhow::ensure!(!is_late, "`specd` did not start: {}", end_of(log));
            std::thread::sleep(Duration::from_millis(5));
        }
        while !ready(&server.target.address) {
            let is_late = since.elapsed() > START_LIMIT || server.process.has_ended();
            anyhow::ensure!(!is_late, "`specd` is not ready: {}", end_of(log));
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(server)
    }

    /// Reads its address and its key as it tells them.
    fn is_told(&mut self, out: &Path) -> bool {
        let text = std::fs::read_to_string(out).unwrap_or_default();
        // The last line may be half written.
        for line in text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
        {
            if let Some((_, address)) = line.split_once("listening on http://") {
                address.trim().clone_into(&mut self.target.address);
            }
            if self.target.key.is_none() {
                self.target.key = key_in(line);
            }
        }
        !self.target.address.is_empty() && self.target.key.is_some()
    }

    /// A connection to it.
    ///
    /// # Errors
    /// It does not listen.
    pub(super) fn connection(&self) -> anyhow::Result<Connection> {
        Connection::open(&self.target.address, self.target.key.as_deref())
    }

    /// Its key.
    pub(super) fn key(&self) -> &str {
        self.target.key.as_deref().unwrap_or_default()
    }
}

impl Drop for Specd {
    fn drop(&mut self) {
        self.process.stop();
        for file in &self.files {
            // Logs of a run may be large; what is left goes with the place.
            let _ = std::fs::remove_file(file);
        }
    }
}

/// `specd serve` with everything on and no limit in the way.
pub(super) fn command(
    bench: &Bench,
    under: &[&str],
    database: &str,
    specs: &Path,
    listen: &str,
) -> Command {
    let mut command = match under.split_first() {
        Some((program, words)) => {
            let mut command = Command::new(program);
            command.args(words).arg(&bench.binary);
            command
        }
        None => Command::new(&bench.binary),
    };
    command
        .arg("serve")
        .arg("--specs")
        .arg(specs)
        .args(["--database", database, "--listen", listen])
        .args(["--peer-limit", "60000000/s"])
        .current_dir(bench.place.path())
        .stdin(Stdio::null());
    command
}

fn files(bench: &Bench) -> [PathBuf; 2] {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    ["out", "log"].map(|end| bench.place.path().join(format!("specd-{count}.{end}")))
}

fn ready(address: &str) -> bool {
    let answer = Connection::open(address, None).and_then(|mut it| it.get("/readyz"));
    answer.is_ok_and(|answer| answer.status == 200)
}

fn end_of(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}
