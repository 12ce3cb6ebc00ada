//! Runs of wrk.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use super::figures::{Sample, real};

/// Whom wrk calls.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// `127.0.0.1:PORT`.
    pub(super) address: String,
    /// The API key, where one is needed.
    pub(super) key: Option<String>,
}

/// What wrk sends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Requests<'a> {
    /// `POST`s to a path; with or without a refused one in a hundred.
    Creates { path: &'a str, refuses: bool },
    /// `GET`s of random lines of a file.
    Gets { paths: &'a Path },
}

/// wrk and its scripts.
#[derive(Clone, Debug)]
pub(super) struct Wrk {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder of the scripts.
    pub(super) scripts: PathBuf,
}

impl Wrk {
    /// Runs it for so many seconds over so many connections.
    ///
    /// # Errors
    /// It fails, or says nothing that can be read.
    pub(super) fn run(
        &self,
        target: &Target,
        requests: Requests<'_>,
        connections: u32,
        seconds: u32,
    ) -> anyhow::Result<Sample> {
        let threads = connections.min(2);
        let mut command = Command::new(&self.program);
        command
            .args(["-t", &threads.to_string(), "-c", &connections.to_string()])
            .args(["-d", &format!("{seconds}s"), "--timeout", "10s", "-s"])
            .env("BENCH_FIGURES", self.scripts.join("figures.lua"));
        if let Some(key) = &target.key {
            command.env("BENCH_KEY", key);
        }
        match requests {
            Requests::Creates { path, refuses } => command
                .arg(self.scripts.join("create.lua"))
                .env("BENCH_PATH", path)
                .env("BENCH_REFUSED", if refuses { "1" } else { "0" })
                .env("BENCH_RUN", run_name()),
            Requests::Gets { paths } => command
                .arg(self.scripts.join("get.lua"))
                .env("BENCH_PATHS", paths),
        };
        command.arg(format!("http://{}", target.address));
        let output = command.output().context("could not run `wrk`")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        sample(&said).with_context(|| format!("wrk says: {said}{complaint}"))
    }
}

/// Apart from those of every other run, so that unique values are.
fn run_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("run{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The line of figures that `figures.lua` prints.
fn sample(said: &str) -> Option<Sample> {
    let line = said.lines().find(|line| line.starts_with('{'))?;
    let figures: Value = serde_json::from_str(line).ok()?;
    let count = |name: &str| figures.get(name).and_then(Value::as_u64);
    let value = |name: &str| figures.get(name).and_then(Value::as_f64);
    let requests = count("requests")?;
    Some(Sample {
        requests,
        refused: count("refused")? + count("broken")?,
        rate: real(requests) / value("seconds")?,
        p50_ms: value("p50_ms"),
        p99_ms: value("p99_ms"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_figures_is_found_and_read() {
        let said = "Running 8s test\n  10 requests\n{\"requests\":400,\"seconds\":2.0,\"refused\":3,\"broken\":1,\"p50_ms\":1.5,\"p99_ms\":9.25}\n";
        let expected = Sample {
            requests: 400,
            refused: 4,
            rate: 200.0,
            p50_ms: Some(1.5),
            p99_ms: Some(9.25),
        };
        assert_eq!(sample(said), Some(expected));
        assert_eq!(sample("unable to connect"), None);
    }
}
