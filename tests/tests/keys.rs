//! API keys over several servers: revoked for all, used on any.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;
use specd_e2e::{Documents, Server, Storage, binary};
use specd_testkit::sample::template;

fn keys(place: &Path, storage: &Storage, arguments: &[&str]) -> anyhow::Result<String> {
    let output = binary::command()?
        .current_dir(place)
        .arg("keys")
        .args(arguments)
        .args(["--database", storage.url()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{said}");
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

const CREATE: [&str; 5] = ["create", "--name", "ci", "--scope", "resource:write"];

/// The key of this name, as `specd keys list --format json` has it.
fn listed(place: &Path, storage: &Storage, name: &str) -> anyhow::Result<Value> {
    let list = keys(place, storage, &["list", "--format", "json"])?;
    let list: Vec<Value> = serde_json::from_str(&list)?;
    let mut named = list.into_iter().filter(|key| key["name"] == name);
    named.next().context("there is no such key")
}

#[test]
fn a_key_revoked_for_one_server_is_refused_by_all_within_a_second_or_so() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::template()?;
        let servers = [
            Server::start(&documents, &storage)?,
            Server::start(&documents, &storage)?,
        ];
        let token = keys(documents.path(), &storage, &CREATE)?;
        let clients = servers
            .each_ref()
            .map(|server| server.anonymous().with_key(&token));
        for client in &clients {
            // The first request of a key that both have never seen.
            assert_eq!(
                client.post("/api/v1/resource", template::REQUEST)?.status,
                200
            );
        }
        let id = listed(documents.path(), &storage, "ci")?["id"].clone();
        let id = id.as_str().context("a key has an id")?;
        keys(documents.path(), &storage, &["revoke", id])?;
        let since = Instant::now();
        for client in &clients {
            while client.post("/api/v1/resource", template::REQUEST)?.status != 401 {
                // A second, and what a busy machine takes for it.
                assert!(since.elapsed() < Duration::from_secs(5), "it still works");
            }
        }
    }
    Ok(())
}

#[test]
fn the_last_use_of_a_key_is_listed() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::template()?;
        let server = Server::start(&documents, &storage)?;
        let token = keys(documents.path(), &storage, &CREATE)?;
        assert_eq!(
            listed(documents.path(), &storage, "ci")?["last_used_at"],
            Value::Null
        );
        let text = keys(documents.path(), &storage, &["list"])?;
        let line = text.lines().find(|line| line.ends_with(" ci"));
        assert!(
            line.is_some_and(|line| line.contains("  never  ")),
            "{text}"
        );
        let client = server.anonymous().with_key(&token);
        assert_eq!(
            client.post("/api/v1/resource", template::REQUEST)?.status,
            200
        );
        // What was not stored yet is stored at the end.
        server.stop()?;
        let key = listed(documents.path(), &storage, "ci")?;
        let used = key["last_used_at"].as_str().context("it was used")?;
        let created = key["created_at"].as_str().context("it was created")?;
        assert!(created < used, "{created} {used}");
        assert_eq!(key["state"], "active");
    }
    Ok(())
}
