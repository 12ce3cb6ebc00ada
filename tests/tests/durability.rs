//! Killed twenty times while it creates: every acknowledged record is there, exactly once.

#![expect(
    clippy::unwrap_used,
    reason = "a lock that a failed thread held is a failed test"
)]

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;
use specd_e2e::{Client, Documents, Server, Storage, documents};

/// How often it is killed.
const KILLS: usize = 20;
/// How many callers create at once.
const CALLERS: usize = 8;
/// How many records are acknowledged before the next kill, at the least.
const BETWEEN_KILLS: usize = 40;

#[test]
fn every_acknowledged_record_outlives_a_kill_on_sqlite() -> anyhow::Result<()> {
    killed_while_creating(&Storage::sqlite()?)
}

#[test]
fn every_acknowledged_record_outlives_a_kill_on_postgres() -> anyhow::Result<()> {
    killed_while_creating(&Storage::durable_postgres()?)
}

fn killed_while_creating(storage: &Storage) -> anyhow::Result<()> {
    let documents = Documents::of(&[("0001-resource.md", &readable_template())])?;
    let mut key = None;
    let mut acknowledged: HashMap<String, String> = HashMap::new();
    for round in 0..KILLS {
        let mut server = Server::start(&documents, storage)?;
        let key = match &key {
            Some(key) => key,
            None => key.insert(server.key()?),
        };
        let client = server.anonymous().with_key(key.as_str());
        acknowledged.extend(create_until_killed(&mut server, &client, round)?);
    }
    let server = Server::start(&documents, storage)?;
    let client = server.anonymous().with_key(key.unwrap_or_default());
    let stored = all(&client)?;
    for (name, id) in &acknowledged {
        let found = stored
            .iter()
            .filter(|record| record.get("field1").is_some_and(|value| value == name));
        let ids: Vec<_> = found
            .filter_map(|record| record.get("id")?.as_str())
            .collect();
        assert_eq!(ids, [id], "`{name}` on {}", storage.name());
    }
    assert!(
        acknowledged.len() >= KILLS * BETWEEN_KILLS,
        "{}",
        acknowledged.len()
    );
    Ok(())
}

/// The template with an endpoint that lists and one that reads.
fn readable_template() -> String {
    let more = "**Endpoint**: `GET /api/v1/resource`\n\n**Endpoint**: `GET /api/v1/resource/{id}`\n\n### Data Schema";
    documents::template()
        .replace("### Data Schema", more)
        .replace(
            "`resource:write` may POST",
            "`resource:write` may POST, GET",
        )
}

/// Names and ids of what was acknowledged.
fn create_until_killed(
    server: &mut Server,
    client: &Client,
    round: usize,
) -> anyhow::Result<Vec<(String, String)>> {
    let is_over = AtomicBool::new(false);
    let count = AtomicUsize::new(0);
    let acknowledged = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (is_over, count, acknowledged) = (&is_over, &count, &acknowledged);
            scope.spawn(move || {
                let client = client.clone();
                for turn in 0.. {
                    let name = format!("{round}-{caller}-{turn}");
                    let body = format!(
                        r#"{{"field1":"{name}","field2":{turn},"field3":{{"nested":"x"}}}}"#
                    );
                    match client.post("/api/v1/resource", &body) {
                        Ok(answer) if answer.status == 200 => {
                            let id = answer.member("id").as_str().unwrap_or_default().to_owned();
                            acknowledged.lock().unwrap().push((name, id));
                            count.fetch_add(1, Ordering::SeqCst);
                        }
                        // Killed, or about to be.
                        _ if is_over.load(Ordering::SeqCst) => break,
                        Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
                        Err(_) => break,
                    }
                }
            });
        }
        // Each round is killed at another moment of a commit.
        while count.load(Ordering::SeqCst) < BETWEEN_KILLS + round {
            thread::yield_now();
        }
        is_over.store(true, Ordering::SeqCst);
        server.kill()
    })?;
    Ok(acknowledged.into_inner().unwrap())
}

/// Every record, page by page.
fn all(client: &Client) -> anyhow::Result<Vec<Value>> {
    let mut records = Vec::new();
    let mut next = String::from("/api/v1/resource?limit=100");
    loop {
        let page = client.get(&next)?;
        assert_eq!(page.status, 200, "{}", page.text());
        records.extend(page.member("items").as_array().cloned().unwrap_or_default());
        match page.member("next").as_str() {
            Some(cursor) => {
                next = specd_e2e::client::with_cursor("/api/v1/resource?limit=100", cursor);
            }
            None => return Ok(records),
        }
    }
}
