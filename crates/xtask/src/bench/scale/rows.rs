//! Ten million rows beside ten thousand that span the same times: lists from random cursors, a filter, creates.

use std::path::PathBuf;

use specd_testkit::postgres::binaries::psql;

use super::super::contestants::{
    durable_creates, fill_statement, fresh_database, gets, page_paths,
};
use super::super::documents;
use super::super::names::{
    LARGE_CREATE, LARGE_FILTER, LARGE_LIST, SMALL_CREATE, SMALL_FILTER, SMALL_LIST,
};
use super::super::specd::Specd;
use super::super::{Bench, PATH};

/// How many there are in the end.
const LARGE: u32 = 10_000_000;
/// Of the small table, each is this many numbers after the one before.
const STEP: u32 = 1_000;
/// Rows between two cursors, of the small table.
const PAGE: u32 = 5;

/// Small first: its cursors are good for the large table too, and spread over all of it.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_rows")?;
    let specs: PathBuf =
        documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let server = Specd::start(bench, &url, &specs, &[])?;
    let rows = fill_statement(bench)?;
    psql(
        &url,
        &format!("{rows} FROM generate_series({STEP}, {LARGE}, {STEP}) n"),
    )?;
    psql(&url, "VACUUM ANALYZE resource")?;
    let pages = page_paths(&mut server.connection()?, PATH, PAGE)?;
    let values = (1..=LARGE / STEP).step_by(10).map(|number| number * STEP);
    let filters: Vec<String> = values
        .map(|number| format!("{PATH}?limit=20&field1=value%20{number}"))
        .collect();
    gets(bench, SMALL_LIST, &server.target, &pages)?;
    gets(bench, SMALL_FILTER, &server.target, &filters)?;
    durable_creates(bench, SMALL_CREATE, &server, &url, false)?;
    bench.progress.detail("making 10 million rows");
    enlarge(&url, &rows)?;
    gets(bench, LARGE_LIST, &server.target, &pages)?;
    gets(bench, LARGE_FILTER, &server.target, &filters)?;
    durable_creates(bench, LARGE_CREATE, &server, &url, false)
}

/// Indexes are built after the rows: it is many times quicker.
fn enlarge(url: &str, rows: &str) -> anyhow::Result<()> {
    let indexes = psql(
        url,
        "SELECT indexname || '|' || indexdef FROM pg_indexes WHERE tablename = 'resource' \
         AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    )?;
    let indexes: Vec<_> = indexes
        .lines()
        .filter_map(|line| line.split_once('|'))
        .collect();
    for (name, _) in &indexes {
        psql(url, &format!("DROP INDEX \"{name}\""))?;
    }
    psql(
        url,
        &format!("{rows} FROM generate_series(1, {LARGE}) n WHERE n % {STEP} <> 0"),
    )?;
    for (_, definition) in &indexes {
        psql(
            url,
            &format!("SET maintenance_work_mem = '512MB'; {definition}"),
        )?;
    }
    psql(url, "VACUUM ANALYZE resource")?;
    psql(url, "CHECKPOINT")?;
    Ok(())
}
