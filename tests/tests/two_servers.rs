//! Two servers on one PostgreSQL (http-contract, sections 3, 4 and 6): what one is told, the other knows.
//!
//! One idempotency key on both: `idempotency.rs`. One cursor on both: `cursors.rs`. One limit for both: `limits.rs`. One stage
//! of a rollout for both: `rollout.rs`.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use specd_e2e::{Client, Documents, Server, Storage, binary, documents};
use specd_testkit::sample::template::REQUEST;

const PATH: &str = "/api/v1/resource";
const FILE: &str = "0001-resource.md";
/// How long a revoked key may be taken (http-contract, section 6), and what a busy machine takes for it.
const REVOKED_WITHIN: Duration = Duration::from_secs(2);
/// How long a document may take to be followed on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn keys(storage: &Storage, arguments: &[&str]) -> anyhow::Result<String> {
    let output = binary::command()?
        .arg("keys")
        .args(arguments)
        .args(["--database", storage.url()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}");
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn create(storage: &Storage, name: &str) -> anyhow::Result<(String, String)> {
    let token = keys(
        storage,
        &["create", "--name", name, "--scope", "resource:write"],
    )?;
    let list: Value = serde_json::from_str(&keys(storage, &["list", "--format", "json"])?)?;
    let mut list = list.as_array().into_iter().flatten();
    let key = list.find(|key| key.get("name").and_then(Value::as_str) == Some(name));
    let id = key.and_then(|key| key.get("id")?.as_str());
    Ok((token, id.context("a key has an id")?.to_owned()))
}

/// The template with more endpoints, so many of them.
fn document(more: usize) -> String {
    let operations = ["GET {id}", "GET"];
    documents::template_with(operations.get(..more).unwrap_or(&operations))
}

fn revision(client: &Client) -> anyhow::Result<String> {
    let answer = client.send("OPTIONS", PATH, &[], None)?;
    ensure!(answer.status == 204, "{}", answer.text());
    Ok(answer.header("spec").unwrap_or_default().to_owned())
}

#[test]
fn a_key_revoked_on_one_is_refused_by_the_other_within_a_second() -> anyhow::Result<()> {
    let storage = Storage::postgres()?;
    let documents = Documents::template()?;
    let servers = [
        Server::start(&documents, &storage)?,
        Server::start(&documents, &storage)?,
    ];
    for round in 0..3 {
        let (token, id) = create(&storage, &format!("round-{round}"))?;
        let clients = servers
            .each_ref()
            .map(|server| server.anonymous().with_key(&token));
        for client in &clients {
            ensure!(client.post(PATH, REQUEST)?.status == 200);
        }
        let asked = Instant::now();
        keys(&storage, &["revoke", &id])?;
        let revoked = Instant::now();
        // Neither was told: the command speaks to the database alone. Both are asked all the time, so that what they remember
        // of the key is as fresh as it can be.
        for client in &clients {
            let since = loop {
                match client.post(PATH, REQUEST)?.status {
                    401 => break revoked.elapsed(),
                    200 => {}
                    other => anyhow::bail!("{other}"),
                }
                ensure!(asked.elapsed() < PATIENCE, "the revoked key still works");
            };
            println!("refused {since:?} after it was revoked");
            ensure!(since < REVOKED_WITHIN, "{since:?}");
        }
    }
    Ok(())
}

#[test]
fn a_document_changed_for_both_is_one_revision_that_both_serve() -> anyhow::Result<()> {
    let storage = Storage::postgres()?;
    let documents = Documents::of(&[(FILE, &document(0))])?;
    let servers = [
        Server::start(&documents, &storage)?,
        Server::start(&documents, &storage)?,
    ];
    let key = servers[0].key()?;
    let clients = servers
        .each_ref()
        .map(|server| server.anonymous().with_key(&key));
    let created = clients[0].post(PATH, REQUEST)?;
    ensure!(
        created.header("location").is_none(),
        "nobody can read it yet"
    );
    for more in 1..=2 {
        documents.write(FILE, &document(more))?;
        let expected = format!("0001; rev={}", more + 1);
        let begun = Instant::now();
        while revision(&clients[0])? != expected || revision(&clients[1])? != expected {
            let now = [revision(&clients[0])?, revision(&clients[1])?];
            ensure!(begun.elapsed() < PATIENCE, "{now:?} instead of {expected}");
            thread::sleep(Duration::from_millis(20));
        }
        println!("both serve `{expected}` after {:?}", begun.elapsed());
        // What one stores, the other has.
        let created = clients[0].post(PATH, REQUEST)?;
        let location = created.header("location").context("it can be read now")?;
        let read = clients[1].get(location)?;
        ensure!(read.status == 200, "{}", read.text());
        ensure!(read.header("etag") == created.header("etag"), "{read:?}");
    }
    let listed = clients[1].get(PATH)?.member("items");
    ensure!(listed.as_array().map(Vec::len) == Some(3), "{listed}");
    // Neither fell over the other: each revision was applied once, and followed once.
    for server in &servers {
        let told = server.output().text();
        ensure!(!told.contains("\"level\":\"ERROR\""), "{told}");
    }
    Ok(())
}
