//! The proof for `SQLite`: nothing tells from outside how it syncs but its calls, which strace counts where it may.

use std::process::{Command, Stdio};
use std::time::Duration;

use super::contestants::hold;
use super::load;
use super::process::Process;
use super::specd::Specd;
use super::{Bench, CONNECTIONS, PATH};

/// How long calls are counted.
const COUNTED: Duration = Duration::from_secs(2);

/// Counts the syncs of a short load: one can make true as many answers as there are connections.
pub(super) fn prove(bench: &mut Bench, server: &Specd) {
    let name = "syncs of SQLite";
    match counted(bench, server) {
        Ok((acknowledged, syncs)) => {
            let line = format!("{name}: {acknowledged} acknowledged, {syncs} fsync and fdatasync");
            bench.progress.result(&line);
            bench.proofs.push(line);
            hold(bench, name, faults(acknowledged, syncs));
        }
        Err(error) => bench.say(format!("{name} were not counted: {error:#}")),
    }
}

fn counted(bench: &Bench, server: &Specd) -> anyhow::Result<(u64, u64)> {
    let report = bench.place.path().join("strace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"])
        .arg(&report)
        .args(["-p", &server.process.id().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut strace = Process::start(&mut command, &bench.guard)?;
    std::thread::sleep(Duration::from_millis(500));
    anyhow::ensure!(!strace.has_ended(), "strace may not look at processes here");
    let answers = load::creates(&server.target, PATH, CONNECTIONS, &load::fresh_row, |_| {
        std::thread::sleep(COUNTED);
    });
    strace.stop();
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    let text = std::fs::read_to_string(&report)?;
    Ok((u64::try_from(good)?, calls(&text)))
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
