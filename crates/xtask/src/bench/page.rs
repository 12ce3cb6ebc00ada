//! What came of it: the summary on the terminal, and `docs/benchmarks.md` with its plots.

use std::fmt::Write as _;

use super::figures::{Sample, Spread};
use super::names::{RUNS, VALUES};
use super::targets::{Verdict, unmeasured};
use super::{Bench, CONNECTIONS, ROWS, machine, plots};
use crate::command::root;

/// The ratios, the proof, and what is missing.
pub(super) fn summary(bench: &Bench, verdicts: &[Verdict]) -> String {
    let mut text = String::from("\n");
    for verdict in verdicts {
        let Spread {
            lowest,
            median,
            highest,
        } = verdict.spread;
        line(
            &mut text,
            &format!(
                "{:<50} {:>10}  ({} to {})  must {}, aim {}: {}",
                verdict.target.name,
                verdict.shown(median),
                verdict.shown(lowest),
                verdict.shown(highest),
                verdict.mark(verdict.target.must),
                verdict.mark(verdict.target.aim),
                verdict.word()
            ),
        );
    }
    line(&mut text, "\nproof of durability:");
    for proof in &bench.proofs {
        line(&mut text, &format!("  {proof}"));
    }
    for fault in &bench.faults {
        line(&mut text, &format!("  NOT PROVED: {fault}"));
    }
    for (word, list) in amiss(bench) {
        for what in list {
            line(&mut text, &format!("{word}: {what}"));
        }
    }
    let unmeasured = unmeasured(verdicts);
    if !unmeasured.is_empty() {
        line(
            &mut text,
            &format!("not measured: {}", unmeasured.join("; ")),
        );
    }
    text
}

/// What has to be said beside the figures, and by which word.
fn amiss(bench: &Bench) -> [(&'static str, &[String]); 3] {
    [
        ("should have been 2xx", &bench.refusals),
        ("failed", &bench.failures),
        ("note", &bench.notes),
    ]
}

/// Writes the page and its plots.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(bench: &Bench, verdicts: &[Verdict]) -> anyhow::Result<()> {
    let docs = root().join("docs");
    let folder = docs.join("benchmarks");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for verdict in verdicts {
        let file = folder.join(format!("{}.svg", verdict.target.file));
        std::fs::write(file, plots::svg(verdict))?;
    }
    std::fs::write(docs.join("benchmarks.md"), page(bench, verdicts))?;
    Ok(())
}

fn page(bench: &Bench, verdicts: &[Verdict]) -> String {
    let settings = &bench.settings;
    let mut text = format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench`, never by hand. {} of {} musts are met, {} aims reached; the answers were {}.\n\n\
         Absolute figures of one machine move from minute to minute, by a third and more: what counts is the ratios of one\n\
         run. Each is of the medians of {} rounds of {} seconds, forwards and backwards in turn.\n\n",
        verdicts.iter().filter(|verdict| verdict.is_met()).count(),
        verdicts.len(),
        verdicts
            .iter()
            .filter(|verdict| verdict.word() == "aim reached")
            .count(),
        if bench.faults.is_empty() {
            "durable"
        } else {
            "NOT PROVED durable, as the end of the page says"
        },
        settings.rounds,
        settings.seconds,
    );
    ratios(&mut text, verdicts);
    runs(&mut text, bench);
    values(&mut text, bench);
    proof(&mut text, bench);
    properties(&mut text, "Machine", &machine::machine(bench));
    properties(&mut text, "Versions", &machine::versions(bench));
    method(&mut text, settings.seconds);
    plots_of(&mut text, verdicts);
    text
}

fn ratios(text: &mut String, verdicts: &[Verdict]) {
    line(
        text,
        "## Ratios\n\n| ratio | median | lowest to highest | must | aim | |\n|---|---|---|---|---|---|",
    );
    for verdict in verdicts {
        let target = &verdict.target;
        let Spread {
            lowest,
            median,
            highest,
        } = verdict.spread;
        line(
            text,
            &format!(
                "| [{}](benchmarks/{}.svg) | {} | {} to {} | {} | {} | {} |",
                target.name,
                target.file,
                verdict.shown(median),
                verdict.shown(lowest),
                verdict.shown(highest),
                verdict.mark(target.must),
                verdict.mark(target.aim),
                verdict.word()
            ),
        );
    }
    for name in unmeasured(verdicts) {
        line(text, &format!("| {name} | not measured | | | | |"));
    }
}

fn runs(text: &mut String, bench: &Bench) {
    line(
        text,
        &format!(
            "\n## Runs\n\n{CONNECTIONS} connections; medians, and the lowest and highest of the rounds.\n"
        ),
    );
    line(
        text,
        "| run | a second | p50 ms | p99 ms | not 2xx | of |\n|---|---|---|---|---|---|",
    );
    for name in RUNS {
        let samples = bench.figures.samples(name);
        if let Some(rate) = spread(samples, |sample| Some(sample.rate)) {
            let refused: u64 = samples.iter().map(|sample| sample.refused).sum();
            let requests: u64 = samples.iter().map(|sample| sample.requests).sum();
            let ms = |spread: Option<Spread>| {
                spread.map_or(String::from("–"), |it| {
                    format!("{:.2} ({:.2} to {:.2})", it.median, it.lowest, it.highest)
                })
            };
            line(
                text,
                &format!(
                    "| {name} | {:.0} ({:.0} to {:.0}) | {} | {} | {refused} | {requests} |",
                    rate.median,
                    rate.lowest,
                    rate.highest,
                    ms(spread(samples, |sample| sample.p50_ms)),
                    ms(spread(samples, |sample| sample.p99_ms)),
                ),
            );
        }
    }
}

fn spread(samples: &[Sample], figure: fn(&Sample) -> Option<f64>) -> Option<Spread> {
    let values: Vec<f64> = samples.iter().filter_map(figure).collect();
    Spread::of(&values)
}

fn values(text: &mut String, bench: &Bench) {
    line(
        text,
        "\n## Memory and times\n\n| | median | lowest to highest |\n|---|---|---|",
    );
    for (series, unit) in VALUES {
        if let Some(spread) = Spread::of(bench.figures.series(series)) {
            let Spread {
                lowest,
                median,
                highest,
            } = spread;
            line(
                text,
                &format!("| {series} | {median:.2} {unit} | {lowest:.2} to {highest:.2} |"),
            );
        }
    }
}

fn proof(text: &mut String, bench: &Bench) {
    line(
        text,
        "\n## Proof of durability\n\n\
         `fsync`, `synchronous_commit` and `full_page_writes` are on. Of n connections that wait for their answers no more than\n\
         n are in flight, so that one commit, and one sync of the log, can make no more than n answers true: a server that\n\
         answers first, or a database that does not sync, cannot keep to that. Every acknowledged row is counted afterwards, and\n\
         the plug is pulled in mid-load.\n",
    );
    for proof in &bench.proofs {
        line(text, &format!("- {proof}"));
    }
    for fault in &bench.faults {
        line(text, &format!("- **not proved**: {fault}"));
    }
    if amiss(bench).iter().any(|(_, list)| !list.is_empty()) {
        line(text, "\n### Beside it\n");
    }
    for (word, list) in amiss(bench) {
        for what in list {
            line(text, &format!("- {word}: {what}"));
        }
    }
}

fn properties(text: &mut String, title: &str, properties: &[(&str, String)]) {
    line(text, &format!("\n## {title}\n\n| | |\n|---|---|"));
    for (name, value) in properties {
        line(text, &format!("| {name} | {value} |"));
    }
}

fn method(text: &mut String, seconds: u32) {
    let _ = writeln!(
        text,
        "\n## Method\n\n\
         - A private PostgreSQL with its defaults of durability, made for the run; each contestant begins with an empty database.\n\
         - specd is the release build as it ships: an API key in every request, the limits of the document and of the peer counted, the\n\
         \x20 log at its default into a file. The document is [SPEC 0001](architecture/specs/0001-resource.md) under a limit that nobody reaches.\n\
         - pgbench uses the table that specd makes, over TCP with prepared statements; its ids follow the clock, as specd's do.\n\
         - Reads and pages are of {ROWS} rows that SQL has made, the same for every contestant on PostgreSQL; ids and cursors are random.\n\
         \x20 On SQLite and PocketBase they are of the rows that their own creates left.\n\
         - wrk with 2 threads and pgbench with 2 share the machine with what they measure; runs of {seconds} seconds after a warm-up of an eighth, and a second at least.\n\
         - One connection: slices of a quarter of a second of both modes in turn; medians of the slices' percentiles.\n\
         - PocketBase runs as it ships (`synchronous=NORMAL`, no limit, no key); Fastify without keys, limits and log."
    );
}

fn plots_of(text: &mut String, verdicts: &[Verdict]) {
    line(
        text,
        "\n## Plots\n\nA bar a round; the full line is what must be, the dashed one what should.\n",
    );
    for verdict in verdicts {
        let target = &verdict.target;
        line(
            text,
            &format!(
                "![{}](benchmarks/{}.svg)\n",
                target.name.replace('`', ""),
                target.file
            ),
        );
    }
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}
