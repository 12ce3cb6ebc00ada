//! Creates beside ten thousand connections that are kept and say nothing.

use super::super::contestants::{durable_creates, fresh_database};
use super::super::http::Connection;
use super::super::names::{ALONE_CREATE, CROWD_CREATE, SERIES_CROWD_RSS};
use super::super::specd::Specd;
use super::super::{Bench, documents};

/// How many.
const CROWD: usize = 10_000;

/// Without them and with them.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_crowd")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let server = Specd::start(bench, &url, &specs, &[])?;
    durable_creates(bench, ALONE_CREATE, &server, &url, false)?;
    let mut crowd = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        match Connection::open(&server.target.address, None) {
            Ok(connection) => crowd.push(connection),
            Err(error) => {
                bench.say(format!(
                    "{} of {CROWD} connections could be opened: {error:#}",
                    crowd.len()
                ));
                break;
            }
        }
    }
    // Each has asked once, so that it is kept and not new.
    let asked = crowd
        .iter_mut()
        .filter_map(|connection| connection.get("/healthz").ok());
    let kept = asked.filter(|answer| answer.status == 200).count();
    durable_creates(bench, CROWD_CREATE, &server, &url, false)?;
    let mut left = 0;
    for connection in &mut crowd {
        left += u64::from(
            connection
                .get("/healthz")
                .is_ok_and(|answer| answer.status == 200),
        );
    }
    bench.say(format!(
        "{kept} of {CROWD} idle connections were served before the creates, and {left} of them after"
    ));
    if let Some(memory) = server.process.memory_mib() {
        bench.note_value(SERIES_CROWD_RSS, memory, "MiB");
    }
    Ok(())
}
