//! The database's own benchmark, on the very table that specd makes.

use specd_testkit::postgres::binaries::psql;

use super::super::documents;
use super::super::names::{PGBENCH_CREATE, PGBENCH_LIST, PGBENCH_READ};
use super::super::settings::Part;
use super::super::specd::Specd;
use super::super::{Bench, CONNECTIONS, ROWS};
use super::{fill, fresh_database};

/// Inserts, selects by key, and pages.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_pgbench")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    // The server makes the table, and goes.
    drop(Specd::start(bench, &url, &specs, &[])?);
    if bench.settings.has(Part::Create) {
        psql(&url, "CHECKPOINT")?;
        one(bench, PGBENCH_CREATE, &url, "insert.sql")?;
    }
    fill(bench, &url)?;
    for (part, name, script) in [
        (Part::Read, PGBENCH_READ, "select.sql"),
        (Part::List, PGBENCH_LIST, "page.sql"),
    ] {
        if bench.settings.has(part) {
            one(bench, name, &url, script)?;
        }
    }
    Ok(())
}

fn one(bench: &mut Bench, name: &'static str, url: &str, script: &str) -> anyhow::Result<()> {
    let warm = bench.warm_up_seconds();
    bench.pgbench.run(url, script, ROWS, CONNECTIONS, warm)?;
    let seconds = bench.settings.seconds;
    let sample = bench.pgbench.run(url, script, ROWS, CONNECTIONS, seconds)?;
    bench.keep(name, sample);
    Ok(())
}
