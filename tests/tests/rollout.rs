//! Gradual rollout from end to end: shares that are near what they say, that only grow, that outlive a restart, and that all
//! servers follow.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use specd_e2e::{Documents, Server, Storage, binary, documents};

const FLAG: &str = "feature_resource_enabled";
const PATH: &str = "/api/v1/resource";
/// A move is seen within a second or two; a busy machine has more time.
const PATIENCE: Duration = Duration::from_secs(20);

/// The template, rolled out behind a flag.
fn document() -> String {
    let text = documents::template();
    let line = "(if applicable): none";
    assert!(text.contains(line), "{text}");
    text.replace(line, &format!("(if applicable): `{FLAG}`"))
}

/// What a command prints on standard output.
fn specd(storage: &Storage, documents: &Documents, arguments: &[&str]) -> anyhow::Result<String> {
    let output = binary::command()?
        .args(arguments)
        .args(["--database", storage.url()])
        .env("SPECD_SPECS", documents.path())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{arguments:?}: {said}");
    Ok(String::from_utf8(output.stdout)?)
}

fn keys(storage: &Storage, documents: &Documents, count: usize) -> anyhow::Result<Vec<String>> {
    let create = ["keys", "create", "--name", "k", "--scope", "resource:write"];
    (0..count)
        .map(|_| Ok(specd(storage, documents, &create)?.trim().to_owned()))
        .collect()
}

/// Whether the rollout lets a key in. Nothing is stored.
fn is_in(server: &Server, key: &str) -> anyhow::Result<bool> {
    let answer = server.anonymous().with_key(key).post(PATH, "{}")?;
    match (
        answer.status,
        answer.member("code").as_str().unwrap_or_default(),
    ) {
        (400, "invalid_record") => Ok(true),
        (404, "not_enabled") => Ok(false),
        _ => anyhow::bail!("{answer:?}"),
    }
}

fn inside<'k>(server: &Server, keys: &'k [String]) -> anyhow::Result<BTreeSet<&'k str>> {
    let mut inside = BTreeSet::new();
    for key in keys {
        if is_in(server, key)? {
            inside.insert(key.as_str());
        }
    }
    Ok(inside)
}

/// Waits until so many keys are in that are not in at a stage before.
fn wait_for(server: &Server, key: &str, expected: bool) -> anyhow::Result<()> {
    let since = Instant::now();
    while is_in(server, key)? != expected {
        anyhow::ensure!(since.elapsed() < PATIENCE, "the server does not follow");
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

#[test]
fn a_rollout_grows_by_its_stages_on_every_server_and_outlives_restarts() -> anyhow::Result<()> {
    let documents = Documents::of(&[("0001-resource.md", &document())])?;
    let storage = Storage::postgres()?;
    let mut one = Server::start(&documents, &storage)?;
    let other = Server::start(&documents, &storage)?;
    let keys = keys(&storage, &documents, 200)?;
    let first = inside(&one, &keys)?;
    let mut before = first.clone();
    assert!((1..=25).contains(&before.len()), "{} at 5 %", before.len());
    for percent in [25, 50, 100] {
        let said = specd(&storage, &documents, &["rollout", "advance", "1"])?;
        assert!(said.contains(&format!("→ {percent}% ({FLAG})")), "{said}");
        // By its status alone nobody can tell who will be next; somebody will be.
        let since = Instant::now();
        let mut now = inside(&one, &keys)?;
        while now.len() == before.len() && since.elapsed() < PATIENCE {
            now = inside(&one, &keys)?;
        }
        // The stage may have been seen in the middle of the walk.
        now = inside(&one, &keys)?;
        assert!(
            now.is_superset(&before),
            "somebody was taken out at {percent} %"
        );
        assert!(
            now.len().abs_diff(2 * percent) <= 25,
            "{} of 200 at {percent} %",
            now.len()
        );
        let newcomer = now.difference(&before).next().copied();
        wait_for(&other, newcomer.unwrap_or_default(), true)?;
        assert_eq!(inside(&other, &keys)?, now, "two servers, two minds");
        if percent == 50 {
            one.stop()?;
            one = Server::start(&documents, &storage)?;
            assert_eq!(inside(&one, &keys)?, now, "after a restart");
        }
        before = now;
    }
    assert_eq!(before.len(), 200);
    let moved = |server: &Server| server.output().text().contains("a rollout has moved");
    assert!(moved(&one) && moved(&other));
    Ok(())
}

#[test]
fn a_rollout_is_taken_back_while_its_document_is_being_edited() -> anyhow::Result<()> {
    let documents = Documents::of(&[("0001-resource.md", &document())])?;
    let storage = Storage::sqlite()?;
    let run = |arguments: &[&str]| specd(&storage, &documents, arguments);
    let refused = |arguments: &[&str]| run(arguments).unwrap_err().to_string();
    assert!(refused(&["rollout", "advance", "0001"]).contains("was never served"));
    let server = Server::start(&documents, &storage)?;
    let key = server.key()?;
    assert_eq!(
        run(&["rollout", "set", "1", "100%"])?.split(';').next(),
        Some("SPEC 0001: 5% → 100% (feature_resource_enabled)")
    );
    wait_for(&server, &key, true)?;
    let status = run(&["rollout"])?;
    assert_eq!(status, run(&["rollout", "status"])?);
    assert!(
        status.starts_with("SPEC  SHARE  STAGES                 SINCE"),
        "{status}"
    );
    assert!(
        status.contains("0001  100%   5% → 25% → 50% → 100%  2"),
        "{status}"
    );
    assert!(status.trim_end().ends_with(FLAG), "{status}");
    documents.write(
        "0001-resource.md",
        &document().replace("INTEGER NOT NULL", "INTEGRE"),
    )?;
    assert!(run(&["rollout", "back", "1"])?.contains("100% → 50%"));
    assert!(run(&["rollout", "set", "1", "0"])?.contains("50% → 0%"));
    assert!(run(&["rollout", "set", "1", "0"])?.contains("is at 0% already"));
    wait_for(&server, &key, false)?;
    assert!(refused(&["rollout", "back", "1"]).contains("no stage of its document is before that"));
    assert!(refused(&["rollout", "set", "1", "101"]).contains("0 to 100"));
    assert!(refused(&["rollout", "set", "one", "5"]).contains("`0001`"));
    Ok(())
}

#[test]
fn a_document_without_a_flag_has_nothing_to_move() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let storage = Storage::sqlite()?;
    let _server = Server::start(&documents, &storage)?;
    let refused = specd(&storage, &documents, &["rollout", "advance", "1"]).unwrap_err();
    assert!(
        refused.to_string().contains("has no feature flag"),
        "{refused}"
    );
    let status = specd(&storage, &documents, &["rollout"])?;
    assert!(status.contains("0001  100%   -"), "{status}");
    Ok(())
}
