//! specd on `SQLite`, and the same with one statement a request.

use super::super::names::{
    SERIES_RSS_SQLITE, SQLITE_CREATE, SQLITE_LIST, SQLITE_OFF_CREATE, SQLITE_READ,
};
use super::super::settings::Part;
use super::super::specd::Specd;
use super::super::wrk::Requests;
use super::super::{Bench, PATH, documents, sqlite_syncs};
use super::{complain, filled_pages, gets, record_paths, warm_run};

/// Creates, reads and lists over the rows created.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let server = started(bench, "sqlite", &[])?;
    creates(bench, SQLITE_CREATE, &server)?;
    if bench.settings.has(Part::Read) {
        let records = record_paths(&mut server.connection()?)?;
        gets(bench, SQLITE_READ, &server.target, &records)?;
    }
    if bench.settings.has(Part::List) {
        let pages = filled_pages(&mut server.connection()?)?;
        gets(bench, SQLITE_LIST, &server.target, &pages)?;
    }
    if let Some(memory) = server.process.most_memory_mib() {
        bench.note_value(SERIES_RSS_SQLITE, memory, "MiB");
    }
    // A load of its own, which is not timed.
    drop(server);
    sqlite_syncs::prove(bench);
    Ok(())
}

/// Creates with one statement and one commit a request.
pub(in super::super) fn off(bench: &mut Bench) -> anyhow::Result<()> {
    let server = started(bench, "sqlite-off", &["--batching", "off"])?;
    creates(bench, SQLITE_OFF_CREATE, &server)
}

fn started(bench: &Bench, name: &str, options: &[&str]) -> anyhow::Result<Specd> {
    let place = bench.place.empty(name)?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let url = format!("sqlite:{}", place.join("bench.db").display());
    Specd::start(bench, &url, &specs, options)
}

fn creates(bench: &mut Bench, name: &'static str, server: &Specd) -> anyhow::Result<()> {
    let requests = Requests::Creates {
        path: PATH,
        refuses: false,
    };
    let (sample, _) = warm_run(bench, &server.target, requests)?;
    complain(bench, name, sample);
    bench.keep(name, sample);
    Ok(())
}
