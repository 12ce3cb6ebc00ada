//! The proof for `SQLite`: nothing tells from outside how it syncs but its calls, which strace counts where it may.

use std::path::Path;
use std::time::{Duration, Instant};

use super::contestants::hold;
use super::load;
use super::specd::Specd;
use super::{Bench, CONNECTIONS, PATH, documents};

/// How long calls are counted.
const COUNTED: Duration = Duration::from_secs(2);
/// How long the summary may take.
const WRITTEN: Duration = Duration::from_secs(5);

/// Counts the syncs of a short load: one can make true as many answers as there are connections.
pub(super) fn prove(bench: &mut Bench) {
    let name = "syncs of SQLite";
    match counted(bench) {
        Ok((acknowledged, syncs)) => {
            let line = format!("{name}: {acknowledged} acknowledged, {syncs} fsync and fdatasync");
            bench.progress.result(&line);
            bench.proofs.push(line);
            hold(bench, name, faults(acknowledged, syncs));
        }
        Err(error) => bench.say(format!("{name} were not counted: {error:#}")),
    }
}

fn counted(bench: &Bench) -> anyhow::Result<(u64, u64)> {
    let place = bench.place.empty("sqlite-syncs")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let url = format!("sqlite:{}", place.join("bench.db").display());
    let report = place.join("strace");
    let shown = report.display().to_string();
    // It looks from aside (-D), and only at these calls (--seccomp-bpf): the rest is as fast as ever.
    let under = [
        "strace",
        "-D",
        "-f",
        "--seccomp-bpf",
        "-c",
        "-o",
        &shown,
        "-e",
        "trace=fsync,fdatasync",
    ];
    let server = Specd::start_under(bench, &url, &specs, &under)?;
    let answers = load::creates(&server.target, PATH, CONNECTIONS, &load::fresh_row, |_| {
        std::thread::sleep(COUNTED);
    });
    drop(server);
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    Ok((u64::try_from(good)?, calls(&written(&report)?)))
}

/// The summary, which is written when the server has ended.
fn written(report: &Path) -> anyhow::Result<String> {
    let since = Instant::now();
    loop {
        let text = std::fs::read_to_string(report).unwrap_or_default();
        if text.contains("total") {
            return Ok(text);
        }
        anyhow::ensure!(since.elapsed() < WRITTEN, "strace wrote no summary");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The calls in the summary of strace: the fourth column of the lines of these two calls.
fn calls(report: &str) -> u64 {
    let lines = report.lines().filter(|line| {
        let call = line.split_whitespace().last();
        matches!(call, Some("fsync" | "fdatasync"))
    });
    lines
        .filter_map(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok())
        .sum()
}

fn faults(acknowledged: u64, syncs: u64) -> Vec<String> {
    let most = syncs * u64::from(CONNECTIONS);
    let mut faults = Vec::new();
    if acknowledged == 0 {
        faults.push(String::from("nothing was acknowledged"));
    }
    if acknowledged > most {
        faults.push(format!(
            "{syncs} syncs for {acknowledged} answers: of {CONNECTIONS} connections each can cover {CONNECTIONS}"
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_from_the_summary() {
        let report = "\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 99.00    0.010000          10      1000           fdatasync
  1.00    0.000100          10        10           fsync
------ ----------- ----------- --------- --------- ----------------
100.00    0.010100          10      1010           total
";
        assert_eq!(calls(report), 1010);
    }

    #[test]
    fn more_answers_than_syncs_can_cover_are_a_fault() {
        assert!(faults(6_400, 100).is_empty());
        assert_eq!(faults(6_401, 100).len(), 1);
        assert_eq!(faults(0, 100).len(), 1);
    }
}
