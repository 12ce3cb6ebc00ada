//! A minimal service by hand, on the very table that specd makes: no keys, no limits, no log.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use specd_testkit::postgres::binaries::psql;

use super::super::http::Connection;
use super::super::names::{FASTIFY_CREATE, FASTIFY_LIST, FASTIFY_READ};
use super::super::process::Process;
use super::super::settings::Part;
use super::super::specd::Specd;
use super::super::wrk::{Requests, Target};
use super::super::{Bench, ROWS, documents};
use super::{complain, fill, filled_id, filled_paths, fresh_database, gets, warm_run};

/// How long its start may take.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Creates, reads and lists.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let Some(folder) = bench.peers.fastify.clone() else {
        return Ok(());
    };
    let url = fresh_database(bench, "bench_fastify")?;
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    drop(Specd::start(bench, &url, &specs, &[])?);
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let target = Target {
        address: format!("127.0.0.1:{port}"),
        key: None,
    };
    let mut command = Command::new("node");
    command
        .arg("service.js")
        .current_dir(folder)
        .env("BENCH_DATABASE", &url)
        .env("BENCH_PORT", port.to_string())
        .env("NODE_ENV", "production")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut service = Service(Process::start(&mut command, &bench.guard)?);
    wait(&mut service.0, &target.address)?;
    if bench.settings.has(Part::Create) {
        psql(&url, "CHECKPOINT")?;
        let requests = Requests::Creates {
            path: "/resource",
            refuses: false,
        };
        let (sample, _) = warm_run(bench, &target, requests)?;
        complain(bench, FASTIFY_CREATE, sample);
        bench.keep(FASTIFY_CREATE, sample);
    }
    fill(bench, &url)?;
    if bench.settings.has(Part::Read) {
        gets(bench, FASTIFY_READ, &target, &filled_paths("/resource"))?;
    }
    if bench.settings.has(Part::List) {
        let pages: Vec<String> = (1..=ROWS).step_by(50).map(page).collect();
        gets(bench, FASTIFY_LIST, &target, &pages)?;
    }
    Ok(())
}

/// Its processes go when the first is asked to.
struct Service(Process);

impl Drop for Service {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// The page before a filled row.
fn page(row: u32) -> String {
    let (seconds, milliseconds) = (row / 1000, row % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!(
        "/resource?before=2025-01-01T00:{minutes:02}:{seconds:02}.{milliseconds:03}Z&id={}",
        filled_id(row)
    )
}

fn wait(service: &mut Process, address: &str) -> anyhow::Result<()> {
    let since = Instant::now();
    let missing = format!("/resource/{}", filled_id(0));
    loop {
        let answer = Connection::open(address, None).and_then(|mut it| it.get(&missing));
        if answer.is_ok_and(|answer| answer.status == 404) {
            return Ok(());
        }
        let is_late = since.elapsed() > START_LIMIT || service.has_ended();
        anyhow::ensure!(!is_late, "the service on Fastify did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_row_follows_from_its_number() {
        let expected =
            "/resource?before=2025-01-01T00:01:39.999Z&id=00000000-0000-0000-0000-00000001869f";
        assert_eq!(page(99_999), expected);
    }
}
