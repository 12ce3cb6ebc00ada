//! Idempotency keys against the real binary: killed while it creates, and two servers on one database.

#![expect(
    clippy::unwrap_used,
    reason = "a lock that a failed thread held is a failed test"
)]

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;
use specd_e2e::client::Answer;
use specd_e2e::{Client, Documents, Server, Storage, documents};

const OPERATIONS: &[&str] = &["GET", "GET {id}", "PATCH {id}"];
const PATH: &str = "/api/v1/resource";
/// How often it is killed.
const KILLS: usize = 12;
/// How many callers create at once.
const CALLERS: usize = 8;
/// How many records are acknowledged before the next kill, at the least.
const BETWEEN_KILLS: usize = 20;

/// What belongs to an answer, and not to its exchange.
type Essence = (u16, Vec<(String, String)>, Vec<u8>);
/// What was acknowledged under which key, and every key that was tried.
type Round = (Vec<(String, Essence)>, Vec<String>);

#[test]
fn a_key_outlives_a_kill_with_its_record_or_not_at_all_on_sqlite() -> anyhow::Result<()> {
    killed_while_creating(&Storage::sqlite()?)
}

#[test]
fn a_key_outlives_a_kill_with_its_record_or_not_at_all_on_postgres() -> anyhow::Result<()> {
    killed_while_creating(&Storage::durable_postgres()?)
}

fn killed_while_creating(storage: &Storage) -> anyhow::Result<()> {
    let documents = Documents::of(&[("0001-resource.md", &documents::template_with(OPERATIONS))])?;
    let mut key = None;
    let mut acknowledged = HashMap::new();
    let mut tried: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let mut server = Server::start(&documents, storage)?;
        let key = match &key {
            Some(key) => key,
            None => key.insert(server.key()?),
        };
        let client = server.anonymous().with_key(key.as_str());
        // What the kill before left in the dark is sent again first.
        for name in tried.iter().rev().take(CALLERS * 2) {
            let answer = create(&client, name)?;
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let (done, begun) = create_until_killed(&mut server, &client, round)?;
        acknowledged.extend(done);
        tried.extend(begun);
    }
    let server = Server::start(&documents, storage)?;
    let client = server.anonymous().with_key(key.unwrap_or_default());
    let mut replayed = 0;
    for name in &tried {
        let answer = create(&client, name)?;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let is_replayed = answer.header("idempotent-replayed") == Some("true");
        replayed += usize::from(is_replayed);
        if let Some(first) = acknowledged.get(name) {
            assert!(is_replayed, "`{name}` was acknowledged");
            assert_eq!(&essence(&answer), first, "`{name}`: byte for byte");
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for record in client.all(PATH)? {
        let name = record.get("field1").and_then(Value::as_str);
        *counts
            .entry(name.unwrap_or_default().to_owned())
            .or_default() += 1;
    }
    for name in &tried {
        assert_eq!(
            counts.remove(name),
            Some(1),
            "`{name}` on {}",
            storage.name()
        );
    }
    assert_eq!(counts, HashMap::new(), "records that nobody asked for");
    assert!(replayed >= acknowledged.len());
    assert!(acknowledged.len() >= KILLS * BETWEEN_KILLS);
    Ok(())
}

#[test]
fn a_key_that_two_servers_get_at_once_makes_one_record() -> anyhow::Result<()> {
    let storage = Storage::postgres()?;
    let documents = Documents::of(&[("0001-resource.md", &documents::template_with(OPERATIONS))])?;
    let first = Server::start(&documents, &storage)?;
    let second = Server::start(&documents, &storage)?;
    let key = first.key()?;
    let clients = [&first, &second].map(|server| server.anonymous().with_key(key.as_str()));
    for round in 0..40 {
        let name = format!("shared-{round}");
        let answers: Vec<Answer> = thread::scope(|scope| {
            let senders: Vec<_> = clients
                .iter()
                .cycle()
                .take(6)
                .map(|client| scope.spawn(|| create(client, &name)))
                .collect();
            let answers = senders.into_iter().map(|sender| sender.join().unwrap());
            answers.collect::<anyhow::Result<_>>()
        })?;
        let mut fresh = 0;
        for answer in &answers {
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(essence(answer), essence(&answers[0]), "byte for byte");
            fresh += usize::from(answer.header("idempotent-replayed").is_none());
        }
        assert_eq!(fresh, 1, "one did it, the others were told");
    }
    assert_eq!(clients[0].all(PATH)?.len(), 40);
    // Another request with a key that the other server has seen.
    let body = body("another");
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "shared-0"),
    ];
    let answer = clients[1].send("POST", PATH, &headers, Some(body.as_bytes()))?;
    assert_eq!(answer.status, 422, "{}", answer.text());
    Ok(())
}

#[test]
fn of_many_that_write_with_one_tag_on_two_servers_one_wins() -> anyhow::Result<()> {
    let storage = Storage::postgres()?;
    let documents = Documents::of(&[("0001-resource.md", &documents::template_with(OPERATIONS))])?;
    let servers = [
        Server::start(&documents, &storage)?,
        Server::start(&documents, &storage)?,
    ];
    let key = servers[0].key()?;
    let clients = servers
        .each_ref()
        .map(|server| server.anonymous().with_key(key.as_str()));
    let created = create(&clients[0], "contended")?;
    let path = format!(
        "{PATH}/{}",
        created.member("id").as_str().unwrap_or_default()
    );
    let mut tag = created.header("etag").unwrap_or_default().to_owned();
    for _ in 0..5 {
        let headers = [
            ("content-type", "application/merge-patch+json"),
            ("if-match", tag.as_str()),
        ];
        let answers: Vec<Answer> = thread::scope(|scope| {
            let (path, headers) = (&path, &headers);
            let writers: Vec<_> = (0..50)
                .map(|number| {
                    let client = &clients[number % 2];
                    scope.spawn(move || {
                        let body = format!("{{\"field2\":{number}}}");
                        client.send_patiently("PATCH", path, headers, Some(body.as_bytes()))
                    })
                })
                .collect();
            let answers = writers.into_iter().map(|writer| writer.join().unwrap());
            answers.collect::<anyhow::Result<_>>()
        })?;
        let won: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .collect();
        let lost = answers.iter().filter(|answer| answer.status == 412).count();
        assert_eq!((won.len(), lost), (1, 49));
        let next = won[0].header("etag").unwrap_or_default().to_owned();
        assert_ne!(next, tag);
        tag = next;
    }
    Ok(())
}

#[test]
fn a_keyed_change_with_a_tag_is_done_once_whichever_server_gets_it() -> anyhow::Result<()> {
    let storage = Storage::postgres()?;
    let documents = Documents::of(&[("0001-resource.md", &documents::template_with(OPERATIONS))])?;
    let servers = [
        Server::start(&documents, &storage)?,
        Server::start(&documents, &storage)?,
    ];
    let key = servers[0].key()?;
    let clients = servers
        .each_ref()
        .map(|server| server.anonymous().with_key(key.as_str()));
    let created = create(&clients[0], "tagged")?;
    let id = created.member("id");
    let path = format!("{PATH}/{}", id.as_str().unwrap_or_default());
    let mut tag = created.header("etag").unwrap_or_default().to_owned();
    for round in 0..40 {
        let name = format!("change-{round}");
        let body = format!("{{\"field2\":{round}}}");
        let headers = [
            ("content-type", "application/merge-patch+json"),
            ("if-match", tag.as_str()),
            ("idempotency-key", name.as_str()),
        ];
        let answers: Vec<Answer> = thread::scope(|scope| {
            let senders: Vec<_> = clients
                .iter()
                .map(|client| {
                    scope.spawn(|| client.send("PATCH", &path, &headers, Some(body.as_bytes())))
                })
                .collect();
            let answers = senders.into_iter().map(|sender| sender.join().unwrap());
            answers.collect::<anyhow::Result<_>>()
        })?;
        for answer in &answers {
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(essence(answer), essence(&answers[0]), "byte for byte");
        }
        tag = answers[0].header("etag").unwrap_or_default().to_owned();
    }
    Ok(())
}

fn body(name: &str) -> String {
    format!(r#"{{"field1":"{name}","field2":1,"field3":{{"nested":"x"}}}}"#)
}

/// Creates the record of a name, under the key of that name, until it is there.
fn create(client: &Client, name: &str) -> anyhow::Result<Answer> {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", name),
    ];
    for _ in 0..500 {
        let answer = client.send_patiently("POST", PATH, &headers, Some(body(name).as_bytes()))?;
        if answer.status != 409 {
            return Ok(answer);
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
    anyhow::bail!("the key `{name}` is in use for ever")
}

/// Creates, each under the key of its name, until the server is killed.
fn create_until_killed(
    server: &mut Server,
    client: &Client,
    round: usize,
) -> anyhow::Result<Round> {
    let is_over = AtomicBool::new(false);
    let count = AtomicUsize::new(0);
    let acknowledged = Mutex::new(Vec::new());
    let tried = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (is_over, count) = (&is_over, &count);
            let (acknowledged, tried) = (&acknowledged, &tried);
            scope.spawn(move || {
                let client = client.clone();
                for turn in 0.. {
                    let name = format!("{round}-{caller}-{turn}");
                    tried.lock().unwrap().push(name.clone());
                    match create(&client, &name) {
                        Ok(answer) if answer.status == 200 => {
                            acknowledged.lock().unwrap().push((name, essence(&answer)));
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
    Ok((
        acknowledged.into_inner().unwrap(),
        tried.into_inner().unwrap(),
    ))
}

fn essence(answer: &Answer) -> Essence {
    let of_exchange = ["x-request-id", "date", "idempotent-replayed", "ratelimit"];
    let headers = answer.headers.iter();
    let mut headers: Vec<_> = headers
        .filter(|(name, _)| !of_exchange.contains(&name.as_str()))
        .cloned()
        .collect();
    headers.sort();
    (answer.status, headers, answer.body.clone())
}
