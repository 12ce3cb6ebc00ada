//! The proof that answers were durable: settings, counters and rows before and after, held against what was acknowledged.
//!
//! A closed loop of n connections has at most n requests in flight, so that one commit, and one sync of the log, can
//! make at most n answers true. A server that answers first, or a database that does not sync, cannot keep to that.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde_json::Value;
use specd_testkit::postgres::binaries::psql;

use super::figures::real;

#[cfg(test)]
mod tests;

/// What `PostgreSQL` tells at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// Settings that must be on and are not.
    pub(super) off: Vec<String>,
    /// Transactions committed in this database.
    pub(super) commits: u64,
    /// Syncs of the log, of the whole cluster.
    pub(super) syncs: u64,
    /// Records written to the log.
    pub(super) log_records: u64,
    /// Rows of the table.
    pub(super) rows: u64,
}

/// What the clients say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// Rows whose storing was acknowledged.
    pub(super) acknowledged: u64,
    /// Connections, each with one request in flight at most.
    pub(super) connections: u64,
    /// Requests whose outcome the server would not tell (503): they may be stored.
    pub(super) unknown: u64,
    /// How often the clients went away with requests in flight.
    pub(super) ends: u64,
}

const SNAPSHOT: &str = "
SELECT json_build_object(
  'off', (SELECT coalesce(json_agg(name), '[]') FROM pg_settings
          WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes') AND setting <> 'on'),
  'commits', (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),
  'log_records', (SELECT wal_records FROM pg_stat_wal),
  'syncs', SYNCS,
  'rows', (SELECT count(*) FROM TABLE_NAME))";

/// `pg_stat_io` counts the syncs of the log from version 18 on.
const SYNCS: &str = "(SELECT wal_sync FROM pg_stat_wal)";
const SYNCS_FROM_18: &str = "(SELECT sum(fsyncs)::bigint FROM pg_stat_io WHERE object = 'wal')";

/// Takes a snapshot of a table and its database.
///
/// # Errors
/// The database does not answer.
pub(super) fn snapshot(url: &str, table: &str) -> anyhow::Result<Snapshot> {
    let version: u32 = psql(url, "SHOW server_version_num")?.parse()?;
    let syncs = if version < 180_000 {
        SYNCS
    } else {
        SYNCS_FROM_18
    };
    let sql = SNAPSHOT
        .replace("SYNCS", syncs)
        .replace("TABLE_NAME", table);
    let told: Value = serde_json::from_str(&psql(url, &sql)?)?;
    let count = |name: &str| {
        let value = told.get(name).and_then(Value::as_u64);
        value.with_context(|| format!("PostgreSQL does not tell `{name}`"))
    };
    let off = told.get("off").and_then(Value::as_array);
    let off = off.into_iter().flatten().filter_map(Value::as_str);
    Ok(Snapshot {
        off: off.map(str::to_owned).collect(),
        commits: count("commits")?,
        syncs: count("syncs")?,
        log_records: count("log_records")?,
        rows: count("rows")?,
    })
}

/// Everything that speaks against the claim; nothing where it holds.
pub(super) fn faults(before: &Snapshot, after: &Snapshot, claim: Claim) -> Vec<String> {
    let Claim {
        acknowledged,
        connections,
        unknown,
        ends,
    } = claim;
    let mut faults: Vec<String> = after
        .off
        .iter()
        .map(|setting| format!("`{setting}` is not on"))
        .collect();
    if acknowledged == 0 {
        faults.push(String::from("nothing was acknowledged"));
    }
    let stored = after.rows.saturating_sub(before.rows);
    if stored < acknowledged {
        faults.push(format!("{acknowledged} rows acknowledged, {stored} stored"));
    }
    if stored > acknowledged + unknown + connections * ends {
        faults.push(format!(
            "{stored} rows stored, {acknowledged} acknowledged: more than were in flight at the end"
        ));
    }
    let events = [
        ("commits", after.commits.saturating_sub(before.commits)),
        ("syncs of the log", after.syncs.saturating_sub(before.syncs)),
    ];
    for (name, count) in events {
        if acknowledged > connections * count {
            faults.push(format!(
                "{count} {name} for {acknowledged} answers: of {connections} connections each can cover {connections}"
            ));
        }
    }
    faults
}

/// The figures of the proof in one line.
pub(super) fn told(before: &Snapshot, after: &Snapshot, claim: Claim) -> String {
    let commits = after.commits.saturating_sub(before.commits);
    let syncs = after.syncs.saturating_sub(before.syncs);
    let records = after.log_records.saturating_sub(before.log_records);
    let stored = after.rows.saturating_sub(before.rows);
    let mut text = format!(
        "{} acknowledged, {stored} stored, {commits} commits, {syncs} syncs of the log, {records} records in it",
        claim.acknowledged
    );
    if commits > 0 && syncs > 0 {
        let acknowledged = real(claim.acknowledged);
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "; {:.1} rows a commit, {:.1} a sync",
            acknowledged / real(commits),
            acknowledged / real(syncs)
        );
    }
    text
}
