//! From the start of the process to its first answer, on a database that is prepared.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::super::documents;
use super::super::figures::median;
use super::super::http::Connection;
use super::super::names::{SERIES_START, SERIES_START_SQLITE};
use super::super::process::Process;
use super::super::settings::Part;
use super::super::specd::{self, Specd};
use super::super::{Bench, PATH};
use super::fresh_database;

/// How many starts make a figure.
const STARTS: usize = 10;
/// How long a start may take.
const LIMIT: Duration = Duration::from_mins(2);

/// Starts on both databases.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let url = fresh_database(bench, "bench_start")?;
    several(bench, SERIES_START, &url, &specs)?;
    if bench.settings.has(Part::Sqlite) {
        let place = bench.place.empty("start-sqlite")?;
        let url = format!("sqlite:{}", place.join("start.db").display());
        several(bench, SERIES_START_SQLITE, &url, &specs)?;
    }
    Ok(())
}

fn several(bench: &mut Bench, series: &str, url: &str, specs: &Path) -> anyhow::Result<()> {
    let prepared = Specd::start(bench, url, specs, &[])?;
    let key = prepared.key().to_owned();
    drop(prepared);
    let times: anyhow::Result<Vec<f64>> = (0..STARTS)
        .map(|_| one(bench, url, specs, &key, &format!("{PATH}?limit=1")))
        .collect();
    if let Some(time) = median(&times?) {
        bench.note_value(series, time, "ms");
    }
    Ok(())
}

/// Milliseconds from the start to the first 200.
pub(in super::super) fn one(
    bench: &Bench,
    url: &str,
    specs: &Path,
    key: &str,
    path: &str,
) -> anyhow::Result<f64> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let mut command = specd::command(bench, &[], url, specs, &address);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let since = Instant::now();
    let mut process = Process::start(&mut command, &bench.guard)?;
    while !is_served(&address, key, path) {
        let is_late = since.elapsed() > LIMIT || process.has_ended();
        anyhow::ensure!(!is_late, "`specd` did not answer 200 in time");
        std::thread::sleep(Duration::from_millis(1));
    }
    let time = since.elapsed().as_secs_f64() * 1000.0;
    process.stop();
    Ok(time)
}

fn is_served(address: &str, key: &str, path: &str) -> bool {
    let answer = Connection::open(address, Some(key)).and_then(|mut it| it.get(path));
    answer.is_ok_and(|answer| answer.status == 200)
}
