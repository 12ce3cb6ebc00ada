//! Runs of pgbench, the database's own benchmark.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use super::figures::{Sample, percentile};

/// pgbench, its scripts, and where it may write.
#[derive(Clone, Debug)]
pub(super) struct Pgbench {
    /// The program.
    pub(super) program: PathBuf,
    /// The folder of the scripts.
    pub(super) scripts: PathBuf,
    /// A folder for its logs.
    pub(super) place: PathBuf,
}

impl Pgbench {
    /// Runs a script over TCP with prepared statements.
    ///
    /// # Errors
    /// It fails, or says nothing that can be read.
    pub(super) fn run(
        &self,
        url: &str,
        script: &str,
        rows: u32,
        connections: u32,
        seconds: u32,
    ) -> anyhow::Result<Sample> {
        let logs = self.place.join("pgbench");
        std::fs::create_dir_all(&logs)?;
        let output = Command::new(&self.program)
            .args(["--no-vacuum", "--protocol", "prepared"])
            .args(["--client", &connections.to_string()])
            .args(["--jobs", &connections.min(2).to_string()])
            .args(["--time", &seconds.to_string()])
            .args(["--define", &format!("rows={rows}")])
            // A twentieth of the transactions is timed: enough for a percentile, too little to slow it.
            .args(["--log", "--sampling-rate=0.05", "--log-prefix"])
            .arg(logs.join("log"))
            .arg("--file")
            .arg(self.scripts.join(script))
            .arg(url)
            .current_dir(&self.place)
            .output()
            .context("could not run `pgbench`")?;
        let said = String::from_utf8_lossy(&output.stdout);
        let times = times(&logs)?;
        std::fs::remove_dir_all(&logs)?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        sample(&said, &times).with_context(|| format!("pgbench says: {said}{complaint}"))
    }
}

/// The times in the logs, in milliseconds.
fn times(logs: &Path) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    for entry in std::fs::read_dir(logs)? {
        let text = std::fs::read_to_string(entry?.path())?;
        times.extend(text.lines().filter_map(time_ms));
    }
    Ok(times)
}

/// `client transaction microseconds script seconds microseconds`.
fn time_ms(line: &str) -> Option<f64> {
    let microseconds: f64 = line.split(' ').nth(2)?.parse().ok()?;
    Some(microseconds / 1000.0)
}

fn sample(said: &str, times: &[f64]) -> Option<Sample> {
    let after = |start: &str| {
        let rest = said.lines().find_map(|line| line.strip_prefix(start))?;
        rest.trim().split([' ', '/']).next().map(str::to_owned)
    };
    Some(Sample {
        requests: after("number of transactions actually processed:")?
            .parse()
            .ok()?,
        refused: after("number of failed transactions:")
            .and_then(|count| count.parse().ok())
            .unwrap_or(0),
        rate: after("tps =")?.parse().ok()?,
        p50_ms: percentile(times, 0.5),
        p99_ms: percentile(times, 0.99),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pgbench_says_is_read() {
        let said = "\
number of transactions actually processed: 25012
number of failed transactions: 0 (0.000%)
latency average = 5.104 ms
initial connection time = 60.1 ms
tps = 12539.316244 (without initial connection time)
";
        let times: Vec<f64> = ["1 7 4500 0 1700000000 5", "0 9 12800 0 1700000000 9"]
            .iter()
            .filter_map(|line| time_ms(line))
            .collect();
        let expected = Sample {
            requests: 25_012,
            refused: 0,
            rate: 12_539.316_244,
            p50_ms: Some(4.5),
            p99_ms: Some(12.8),
        };
        assert_eq!(sample(said, &times), Some(expected));
        assert_eq!(sample("connection refused", &[]), None);
    }
}
