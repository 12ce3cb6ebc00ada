//! Creates beside ten thousand connections that are kept and say nothing.

use super::super::contestants::{durable_creates, fresh_database};
use super::super::http::Connection;
use super::super::names::{ALONE_CREATE, CROWD_CREATE, SERIES_CROWD_RSS};
use super::super::rounds::in_order;
use super::super::specd::Specd;
use super::super::{Bench, documents};

/// How many.
const CROWD: usize = 10_000;

/// Without them and with them, in turn.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_crowd")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    let server = Specd::start(bench, &url, &specs, &[])?;
    let mut crowd = Vec::new();
    for round in 1..=bench.settings.rounds {
        for name in in_order(round, &[ALONE_CREATE, CROWD_CREATE]) {
            if *name == ALONE_CREATE {
                crowd.clear();
                durable_creates(bench, name, &server, &url, false)?;
            } else {
                beside(bench, &mut crowd, &server, &url)?;
            }
        }
    }
    Ok(())
}

/// One run beside the crowd, which is made where it is not there.
fn beside(
    bench: &mut Bench,
    crowd: &mut Vec<Connection>,
    server: &Specd,
    url: &str,
) -> anyhow::Result<()> {
    while crowd.len() < CROWD {
        match Connection::open(&server.target.address, None) {
            Ok(connection) => crowd.push(connection),
            Err(error) => {
                let opened = crowd.len();
                bench.say(format!(
                    "{opened} of {CROWD} connections could be opened: {error:#}"
                ));
                break;
            }
        }
    }
    // Each has asked once, so that it is kept and not new.
    let before = served(crowd);
    durable_creates(bench, CROWD_CREATE, server, url, false)?;
    if let Some(memory) = server.process.memory_mib() {
        bench.note_value(SERIES_CROWD_RSS, memory, "MiB");
    }
    let after = served(crowd);
    bench.say(format!(
        "{before} of {CROWD} idle connections were served before the creates, and {after} of them after"
    ));
    Ok(())
}

/// How many of them are answered.
fn served(crowd: &mut [Connection]) -> usize {
    let answers = crowd
        .iter_mut()
        .map(|connection| connection.get("/healthz"));
    answers
        .filter(|answer| answer.as_ref().is_ok_and(|answer| answer.status == 200))
        .count()
}
