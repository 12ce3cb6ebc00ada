//! What it costs to be seen: creates with nothing measured, with metrics and traces of one in a hundred, and with a collector
//! that is dead.

use std::net::TcpListener;

use super::super::Bench;
use super::super::collector::Collector;
use super::super::documents;
use super::super::names::{DEAD_CREATE, SEEN_CREATE, SILENT_CREATE};
use super::super::specd::Specd;
use super::{durable_creates, fresh_database};

/// The share of requests that are traced.
const SHARE: &str = "0.01";

/// Each of the three on tables of its own, forwards and backwards.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let collector = Collector::start()?;
    let seen = format!("http://{}", collector.address);
    let dead = format!("http://{}", dead_address()?);
    let told = [
        (SILENT_CREATE, None),
        (SEEN_CREATE, Some(seen.as_str())),
        (DEAD_CREATE, Some(dead.as_str())),
    ];
    for (name, collector) in told.iter().chain(told.iter().rev()) {
        creates(bench, name, *collector)?;
    }
    anyhow::ensure!(collector.taken() > 0, "no trace came to the collector");
    Ok(())
}

fn creates(bench: &mut Bench, name: &'static str, collector: Option<&str>) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_seen")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let mut options = Vec::new();
    if let Some(collector) = collector {
        options.extend(["--metrics-listen", "127.0.0.1:0", "--trace-ratio", SHARE]);
        options.extend(["--otlp-endpoint", collector]);
    }
    let server = Specd::start(bench, &url, &specs, &options)?;
    durable_creates(bench, name, &server, &url, false)
}

/// Where nobody listens: the address was free a moment ago.
fn dead_address() -> anyhow::Result<std::net::SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
