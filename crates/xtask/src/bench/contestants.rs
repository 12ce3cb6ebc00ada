//! Those who run: one a file. Each begins with tables of its own that are fresh, and warms up for a moment.

use specd_testkit::postgres::binaries::psql;

use super::figures::Sample;
use super::http::Connection;
use super::names;
use super::proof::{self, Claim};
use super::specd::Specd;
use super::wrk::{Requests, Target};
use super::{Bench, CONNECTIONS, PATH, ROWS};

pub(super) mod by_pgbench;
pub(super) mod fastify;
pub(super) mod lone;
pub(super) mod off;
pub(super) mod on_postgres;
pub(super) mod on_sqlite;
pub(super) mod pocketbase;
pub(super) mod pull;
pub(super) mod refused;
pub(super) mod start;
pub(super) mod telemetry;

/// How many different pages lists are asked for.
const CURSORS: usize = 2_000;
/// Rows on a page while cursors are gathered.
const PAGE: u32 = 50;

/// An empty database on the cluster, and its URL.
pub(super) fn fresh_database(bench: &Bench, name: &str) -> anyhow::Result<String> {
    let url = bench.cluster.url();
    psql(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    psql(url, &format!("CREATE DATABASE {name} TEMPLATE template0"))?;
    let (server, _) = url.rsplit_once('/').unwrap_or((url, ""));
    Ok(format!("{server}/{name}"))
}

/// The statement that fills the table, without its range.
pub(super) fn fill_statement(bench: &Bench) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(bench.wrk.scripts.join("fill.sql"))?)
}

/// Empties the table and fills it with rows whose ids and times follow from their numbers.
pub(super) fn fill(bench: &Bench, url: &str) -> anyhow::Result<()> {
    let rows = format!(
        "{} FROM generate_series(1, {ROWS}) n",
        fill_statement(bench)?
    );
    psql(url, &format!("TRUNCATE resource; {rows}"))?;
    psql(url, "VACUUM ANALYZE resource")?;
    psql(url, "CHECKPOINT")?;
    Ok(())
}

/// A warm-up and a run of wrk; how many requests of both were good, and how many were not.
pub(super) fn warm_run(
    bench: &Bench,
    target: &Target,
    requests: Requests<'_>,
) -> anyhow::Result<(Sample, [u64; 2])> {
    let warm = bench
        .wrk
        .run(target, requests, CONNECTIONS, bench.warm_up_seconds())?;
    let sample = bench
        .wrk
        .run(target, requests, CONNECTIONS, bench.settings.seconds)?;
    let refused = warm.refused + sample.refused;
    let good = (warm.requests + sample.requests).saturating_sub(refused);
    Ok((sample, [good, refused]))
}

/// A run of creates whose answers are held against what `PostgreSQL` counts.
pub(super) fn durable_creates(
    bench: &mut Bench,
    name: &'static str,
    server: &Specd,
    url: &str,
    refuses: bool,
) -> anyhow::Result<()> {
    psql(url, "CHECKPOINT")?;
    let before = proof::snapshot(url, "resource")?;
    let requests = Requests::Creates {
        path: PATH,
        refuses,
    };
    let (sample, [good, unknown]) = warm_run(bench, &server.target, requests)?;
    let acknowledged = good + nudge(&mut server.connection()?)?;
    let after = proof::snapshot(url, "resource")?;
    bench.keep(name, sample);
    if refuses {
        bench.refusals.extend(wrongly_refused(name, sample));
    } else {
        complain(bench, name, sample);
    }
    let claim = Claim {
        acknowledged,
        connections: u64::from(CONNECTIONS),
        unknown,
        ends: 2,
    };
    hold(bench, name, proof::faults(&before, &after, claim));
    bench
        .proofs
        .push(format!("{name}: {}", proof::told(&before, &after, claim)));
    Ok(())
}

/// One in a hundred is to be refused, and no other; the last requests of each connection may be unanswered.
fn wrongly_refused(name: &str, sample: Sample) -> Option<String> {
    let expected = sample.requests / 100;
    let is_right = sample.refused.abs_diff(expected) <= u64::from(CONNECTIONS);
    (!is_right).then(|| {
        let Sample {
            refused, requests, ..
        } = sample;
        format!("{name}: {refused} of {requests} answers were no 200, and {expected} rows were bad")
    })
}

/// Backends tell their counters a second after they last did, when they are done with the next statement.
fn nudge(connection: &mut Connection) -> anyhow::Result<u64> {
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let answer = connection.post(PATH, &super::load::body("nudge", 1))?;
    Ok(u64::from(answer.status == 200))
}

/// Keeps what a proof finds.
pub(super) fn hold(bench: &mut Bench, name: &str, faults: Vec<String>) {
    for fault in faults {
        let fault = format!("{name}: {fault}");
        bench
            .progress
            .result(&format!("NOT AS IT MUST BE: {fault}"));
        bench.faults.push(fault);
    }
}

/// A run of `GET`s of these paths.
pub(super) fn gets(
    bench: &mut Bench,
    name: &'static str,
    target: &Target,
    paths: &[String],
) -> anyhow::Result<()> {
    let paths = bench.place.lines("paths", paths)?;
    let (sample, _) = warm_run(bench, target, Requests::Gets { paths: &paths })?;
    complain(bench, name, sample);
    bench.keep(name, sample);
    Ok(())
}

/// Answers that are no 200 where every one should be.
pub(super) fn complain(bench: &mut Bench, name: &str, sample: Sample) {
    if sample.refused > 0 {
        let Sample {
            refused, requests, ..
        } = sample;
        let line = format!("{name}: {refused} of {requests} answers were no 200");
        bench.progress.result(&line);
        if names::is_peer(name) {
            bench.notes.push(line);
        } else {
            bench.refusals.push(line);
        }
    }
}

/// Pages of twenty from random places, by the cursors that the server itself gives while it is walked through.
pub(super) fn page_paths(
    connection: &mut Connection,
    path: &str,
    rows_a_page: u32,
) -> anyhow::Result<Vec<String>> {
    let mut paths = vec![format!("{path}?limit=20")];
    let mut next = String::new();
    while paths.len() < CURSORS {
        let answer = connection.get(&format!("{path}?limit={rows_a_page}{next}"))?;
        let Some(cursor) = answer.text("next") else {
            break;
        };
        paths.push(format!("{path}?limit=20&cursor={cursor}"));
        next = format!("&cursor={cursor}");
    }
    Ok(paths)
}

/// The ids of records, by walking through the server's own pages.
pub(super) fn record_paths(connection: &mut Connection) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut next = String::new();
    for _ in 0..100 {
        let answer = connection.get(&format!("{PATH}?limit={PAGE}{next}"))?;
        let page = answer.json()?;
        let items = page.get("items").and_then(|items| items.as_array());
        let ids = items
            .into_iter()
            .flatten()
            .filter_map(|record| record.get("id")?.as_str());
        paths.extend(ids.map(|id| format!("{PATH}/{id}")));
        let Some(cursor) = answer.text("next") else {
            break;
        };
        next = format!("&cursor={cursor}");
    }
    Ok(paths)
}

/// Paths of the rows that [`fill`] makes.
pub(super) fn filled_paths(path: &str) -> Vec<String> {
    (1..=ROWS)
        .map(|row| format!("{path}/{}", filled_id(row)))
        .collect()
}

/// The id of a filled row.
pub(super) fn filled_id(row: u32) -> String {
    format!("00000000-0000-0000-0000-{row:012x}")
}

/// Cursors of the filled table.
pub(super) fn filled_pages(connection: &mut Connection) -> anyhow::Result<Vec<String>> {
    page_paths(connection, PATH, PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_a_hundred_is_refused_and_no_more() {
        let run = |requests, refused| Sample {
            requests,
            refused,
            rate: 1.0,
            p50_ms: None,
            p99_ms: None,
        };
        let check = |refused, is_right: bool| {
            let told = wrongly_refused("specd", run(100_000, refused));
            assert_eq!(told.is_none(), is_right, "{told:?}");
        };
        check(1_000, true);
        check(990, true);
        check(1_100, false);
        check(0, false);
    }
}
