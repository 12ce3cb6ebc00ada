//! specd on `PostgreSQL`: creates with their proof, reads, pages, and the memory that it took.

use super::super::Bench;
use super::super::PATH;
use super::super::documents;
use super::super::names::{CREATE, LIST, READ, SERIES_RSS};
use super::super::settings::Part;
use super::super::specd::Specd;
use super::{durable_creates, fill, filled_pages, filled_paths, fresh_database, gets};

/// Creates, reads and lists.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_specd")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let server = Specd::start(bench, &url, &specs, &[])?;
    if bench.settings.has(Part::Create) {
        durable_creates(bench, CREATE, &server, &url, false)?;
    }
    fill(bench, &url)?;
    if bench.settings.has(Part::Read) {
        gets(bench, READ, &server.target, &filled_paths(PATH))?;
    }
    if bench.settings.has(Part::List) {
        let pages = filled_pages(&mut server.connection()?)?;
        gets(bench, LIST, &server.target, &pages)?;
    }
    if let Some(memory) = server.process.most_memory_mib() {
        bench.note_value(SERIES_RSS, memory, "MiB");
    }
    Ok(())
}
