//! The plug is pulled in mid-load: server and database end at once, and whatever was acknowledged must be there again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use specd_testkit::postgres::binaries::psql;

use super::super::documents;
use super::super::load::{self, Answered};
use super::super::settings::Part;
use super::super::specd::Specd;
use super::super::{Bench, CONNECTIONS, PATH};
use super::{fresh_database, hold};

/// Answers before the plug is pulled.
const ENOUGH: u64 = 5_000;
/// How long that may take.
const LIMIT: Duration = Duration::from_mins(1);

/// On `PostgreSQL`, and on `SQLite`.
pub(in super::super) fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let specs = documents::folder(bench.place.path(), "resource", &documents::resource()?)?;
    on_postgres(bench, &specs)?;
    if bench.settings.has(Part::Sqlite) {
        on_sqlite(bench, &specs)?;
    }
    Ok(())
}

fn on_postgres(bench: &mut Bench, specs: &std::path::Path) -> anyhow::Result<()> {
    let url = fresh_database(bench, "bench_pull")?;
    let mut server = Specd::start(bench, &url, specs, &[])?;
    let target = server.target.clone();
    let mut killed = Ok(());
    let cluster = &mut bench.cluster;
    if let Some(process) = cluster.id() {
        bench.guard.forget(process);
    }
    let answers = load::creates(&target, PATH, CONNECTIONS, &load::fresh_row, |count| {
        wait_for(count);
        server.process.kill();
        killed = cluster.kill();
    });
    killed?;
    drop(server);
    bench.cluster.start_again()?;
    if let Some(process) = bench.cluster.id() {
        bench.guard.watch(process);
    }
    let ids = acknowledged(&answers);
    let mut found: u64 = 0;
    for some in ids.chunks(1_000) {
        let list = some.join("','");
        let sql = format!("SELECT count(*) FROM resource WHERE id IN ('{list}')");
        found += psql(&url, &sql)?.parse::<u64>()?;
    }
    judge(bench, "plug pulled, PostgreSQL", ids.len(), found);
    Ok(())
}

fn on_sqlite(bench: &mut Bench, specs: &std::path::Path) -> anyhow::Result<()> {
    let place = bench.place.empty("pull-sqlite")?;
    let url = format!("sqlite:{}", place.join("pull.db").display());
    let mut server = Specd::start(bench, &url, specs, &[])?;
    let target = server.target.clone();
    let answers = load::creates(&target, PATH, CONNECTIONS, &load::fresh_row, |count| {
        wait_for(count);
        server.process.kill();
    });
    let key = server.key().to_owned();
    drop(server);
    let again = Specd::start_again(bench, &url, specs, &key)?;
    let ids = acknowledged(&answers);
    let mut connection = again.connection()?;
    let mut found = 0;
    for id in &ids {
        let answer = connection.get(&format!("{PATH}/{id}"))?;
        found += u64::from(answer.status == 200);
    }
    judge(bench, "killed in mid-load, SQLite", ids.len(), found);
    Ok(())
}

fn wait_for(count: &AtomicU64) {
    let since = Instant::now();
    while count.load(Ordering::Relaxed) < ENOUGH && since.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn acknowledged(answers: &[Answered]) -> Vec<String> {
    // They go into a statement: nothing but hexadecimal digits and hyphens may.
    let ids = answers.iter().filter_map(|answer| answer.id.clone());
    ids.filter(|id| id.chars().all(|c| c.is_ascii_hexdigit() || c == '-'))
        .collect()
}

fn judge(bench: &mut Bench, name: &str, acknowledged: usize, found: u64) {
    let count = u64::try_from(acknowledged).unwrap_or(u64::MAX);
    let line = format!("{name}: {count} acknowledged, {found} of them there again");
    bench.progress.result(&line);
    bench.proofs.push(line);
    hold(bench, name, lost(count, found));
}

fn lost(acknowledged: u64, found: u64) -> Vec<String> {
    let mut faults = Vec::new();
    if acknowledged < ENOUGH {
        faults.push(format!(
            "only {acknowledged} were acknowledged, of at least {ENOUGH}"
        ));
    }
    if found < acknowledged {
        faults.push(format!(
            "{} acknowledged rows are lost",
            acknowledged - found
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_row_and_too_few_rows_are_faults() {
        assert!(lost(5_000, 5_000).is_empty());
        assert_eq!(lost(6_000, 5_998), ["2 acknowledged rows are lost"]);
        assert_eq!(
            lost(10, 10),
            ["only 10 were acknowledged, of at least 5000"]
        );
    }
}
