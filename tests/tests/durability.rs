//! Killed twenty times under 200 creates, the server or its database or both: every acknowledged record is there, and no
//! record is there twice.

#![expect(
    clippy::unwrap_used,
    reason = "a lock that a failed thread held is a failed test"
)]

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use specd_e2e::{Client, Documents, Server, Storage, documents};
use specd_testkit::postgres::{Cluster, Durability};

const OPERATIONS: &[&str] = &["GET", "GET {id}"];
/// How often it is killed.
const KILLS: usize = 20;
/// How many creates are in flight.
const CALLERS: usize = 200;
/// How many records are acknowledged before the next kill, at the least.
const BETWEEN_KILLS: usize = 200;
/// How long a database that is back may go unnoticed, on a busy machine.
const COMES_BACK: Duration = Duration::from_mins(1);

/// Names of records that were acknowledged, and their ids.
type Acknowledged = HashMap<String, String>;

#[test]
fn every_acknowledged_record_outlives_a_killed_server_on_sqlite() -> anyhow::Result<()> {
    server_is_killed(&Storage::sqlite()?)
}

#[test]
fn every_acknowledged_record_outlives_a_killed_server_on_postgres() -> anyhow::Result<()> {
    server_is_killed(&Storage::durable_postgres()?)
}

fn server_is_killed(storage: &Storage) -> anyhow::Result<()> {
    let documents = Documents::of(&[("0001-resource.md", &documents::template_with(OPERATIONS))])?;
    let mut acknowledged = Acknowledged::new();
    let mut key = None;
    for round in 0..KILLS {
        let mut server = Server::start(&documents, storage)?;
        let client = client(&server, &mut key)?;
        let told = while_creating(&client, round, |count| {
            wait_for(count, BETWEEN_KILLS + round)?;
            server.kill()
        })?;
        acknowledged.extend(told);
    }
    let server = Server::start(&documents, storage)?;
    assert_kept(&client(&server, &mut key)?, &acknowledged)
}

#[test]
fn every_acknowledged_record_outlives_a_killed_postgres() -> anyhow::Result<()> {
    let mut cluster = Cluster::start(Durability::On)?;
    let documents = Documents::of(&[("0001-resource.md", &documents::template_with(OPERATIONS))])?;
    let mut acknowledged = Acknowledged::new();
    let mut key = None;
    for round in 0..KILLS {
        let mut server = Server::start_on(&documents, cluster.url())?;
        let client = client(&server, &mut key)?;
        let told = while_creating(&client, round, |count| {
            wait_for(count, BETWEEN_KILLS + round)?;
            cluster.kill()?;
            if round % 2 == 0 {
                server.kill()?;
                return Ok(cluster.start_again()?);
            }
            // The server lives on, and finds its database again.
            cluster.start_again()?;
            let before = count.load(Ordering::SeqCst);
            wait_for(count, before + BETWEEN_KILLS)?;
            server.kill()
        })?;
        acknowledged.extend(told);
    }
    let server = Server::start_on(&documents, cluster.url())?;
    assert_kept(&client(&server, &mut key)?, &acknowledged)
}

/// A client with the key of the first start.
fn client(server: &Server, key: &mut Option<String>) -> anyhow::Result<Client> {
    let key = match key {
        Some(key) => key,
        None => key.insert(server.key()?),
    };
    Ok(server.anonymous().with_key(key.as_str()))
}

fn wait_for(count: &AtomicUsize, expected: usize) -> anyhow::Result<()> {
    let since = Instant::now();
    while count.load(Ordering::SeqCst) < expected {
        let is_late = since.elapsed() > COMES_BACK;
        anyhow::ensure!(!is_late, "nothing is stored any more");
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn assert_kept(client: &Client, acknowledged: &Acknowledged) -> anyhow::Result<()> {
    let mut stored = HashMap::new();
    for record in client.all("/api/v1/resource")? {
        let member = |name| record.get(name).and_then(Value::as_str).map(str::to_owned);
        let (name, id) = (member("field1").unwrap(), member("id").unwrap());
        assert_eq!(stored.insert(name.clone(), id), None, "`{name}` twice");
    }
    for (name, id) in acknowledged {
        assert_eq!(stored.get(name), Some(id), "`{name}`");
    }
    let count = acknowledged.len();
    assert!(count >= KILLS * BETWEEN_KILLS, "only {count} acknowledged");
    Ok(())
}

/// Creates from all callers until `crash` has happened, and tells what was acknowledged.
fn while_creating(
    client: &Client,
    round: usize,
    crash: impl FnOnce(&AtomicUsize) -> anyhow::Result<()>,
) -> anyhow::Result<Acknowledged> {
    let is_over = AtomicBool::new(false);
    let count = AtomicUsize::new(0);
    let acknowledged = Mutex::new(Acknowledged::new());
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (is_over, count, acknowledged) = (&is_over, &count, &acknowledged);
            scope.spawn(move || {
                for turn in 0.. {
                    let name = format!("{round}-{caller}-{turn}");
                    let body = format!(
                        r#"{{"field1":"{name}","field2":{turn},"field3":{{"nested":"x"}}}}"#
                    );
                    match client.post("/api/v1/resource", &body) {
                        Ok(answer) if answer.status == 200 => {
                            let id = answer.member("id").as_str().unwrap_or_default().to_owned();
                            acknowledged.lock().unwrap().insert(name, id);
                            count.fetch_add(1, Ordering::SeqCst);
                        }
                        _ if is_over.load(Ordering::SeqCst) => break,
                        // The database is away, or nobody knows what became of the record.
                        Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                        // The server is killed.
                        Err(_) => thread::sleep(Duration::from_millis(10)),
                    }
                }
            });
        }
        let crashed = crash(&count);
        is_over.store(true, Ordering::SeqCst);
        crashed
    })?;
    Ok(acknowledged.into_inner().unwrap())
}
