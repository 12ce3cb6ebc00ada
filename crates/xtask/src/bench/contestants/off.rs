//! specd with one statement and one commit a request, for comparison.

use super::super::Bench;
use super::super::documents;
use super::super::names::OFF_CREATE;
use super::super::specd::Specd;
use super::{durable_creates, fresh_database};

/// Creates.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_off")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let server = Specd::start(bench, &url, &specs, &["--batching", "off"])?;
    durable_creates(bench, OFF_CREATE, &server, &url, false)
}
