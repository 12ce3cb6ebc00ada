//! `cargo xtask bench`: specd beside pgbench, beside its own one-statement mode, and beside others, in interleaved rounds
//! at one durability, with the proof of that durability. `docs/benchmarks.md` is written here and nowhere else.

mod collector;
mod contestants;
mod documents;
mod figures;
mod guard;
mod http;
mod load;
mod machine;
mod names;
mod page;
mod peers;
mod pgbench;
mod place;
mod plots;
mod prepared;
mod process;
mod progress;
mod proof;
mod rounds;
mod scale;
mod settings;
mod soak;
mod specd;
mod sqlite_syncs;
mod targets;
mod wrk;

use std::sync::Arc;

use specd_testkit::postgres::Cluster;

use figures::{Figures, Sample};
use guard::Guard;
use peers::Peers;
use pgbench::Pgbench;
use place::Place;
use progress::Progress;
use settings::Settings;
use wrk::Wrk;

/// Connections of a run, unless it says otherwise.
const CONNECTIONS: u32 = 64;
/// Rows that are there when reads and pages are measured.
const ROWS: u32 = 100_000;
/// Where the records of SPEC 0001 are.
const PATH: &str = "/api/v1/resource";

/// All that a run of a contestant needs, and what came of those before it.
struct Bench {
    settings: Settings,
    binary: std::path::PathBuf,
    guard: Arc<Guard>,
    place: Place,
    cluster: Cluster,
    wrk: Wrk,
    pgbench: Pgbench,
    peers: Peers,
    progress: Progress,
    figures: Figures,
    /// What proves the answers durable, a line each.
    proofs: Vec<String>,
    /// What proves the contrary.
    faults: Vec<String>,
    /// Answers that should have been 2xx.
    refusals: Vec<String>,
    /// What could not be measured although it was asked for.
    failures: Vec<String>,
    /// What failed, was left out, or needs saying.
    notes: Vec<String>,
}

impl Bench {
    /// Keeps a run and tells it.
    fn keep(&mut self, name: &'static str, sample: Sample) {
        let ms = |value: Option<f64>| value.map_or(String::from("-"), |ms| format!("{ms:.2}"));
        self.progress.result(&format!(
            "{name:<34} {:>8.0} a second   p50 {:>7} ms   p99 {:>7} ms   refused {}",
            sample.rate,
            ms(sample.p50_ms),
            ms(sample.p99_ms),
            sample.refused
        ));
        self.figures.keep(name, sample);
    }

    /// Keeps one value and tells it.
    fn note_value(&mut self, series: &str, value: f64, unit: &str) {
        self.progress
            .result(&format!("{series:<34} {value:>8.1} {unit}"));
        self.figures.note(series, value);
    }

    /// Keeps what the page has to say once.
    fn say(&mut self, note: String) {
        self.progress.result(&note);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Keeps that something could not be measured, and goes on.
    fn fail(&mut self, name: &str, error: &anyhow::Error) {
        let line = format!("{name}: {error:#}");
        self.progress.result(&format!("FAILED: {line}"));
        self.failures.push(line);
    }

    /// How long a contestant may warm up: an eighth of a run, and a second at least.
    const fn warm_up_seconds(&self) -> u32 {
        let seconds = self.settings.seconds / 8;
        if seconds == 0 { 1 } else { seconds }
    }
}

/// Runs what was asked for; tells whether every must is met and every answer was durable.
///
/// # Errors
/// It cannot be run: an option that there is not, no `PostgreSQL`, no wrk, no binary.
pub fn run(words: &[&str]) -> anyhow::Result<bool> {
    let Some(settings) = settings::read(words)? else {
        print!("{}", settings::HELP);
        return Ok(true);
    };
    let mut bench = prepared::bench(settings)?;
    rounds::run(&mut bench);
    if bench.settings.has(settings::Part::Scale) {
        scale::run(&mut bench);
    }
    if bench.settings.soak_minutes > 0 {
        soak::run(&mut bench);
    }
    bench.progress.end();
    let verdicts = targets::verdicts(&bench.figures);
    print!("{}", page::summary(&bench, &verdicts));
    if bench.settings.writes {
        page::write(&bench, &verdicts)?;
        println!("\nwritten: docs/benchmarks.md");
    }
    let is_well = [&bench.faults, &bench.refusals, &bench.failures]
        .iter()
        .all(|list| list.is_empty());
    Ok(is_well && verdicts.iter().all(targets::Verdict::is_met))
}
