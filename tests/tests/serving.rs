//! A running server: what it says at start, how it follows changes on disk, how it waits and how it ends.

use std::thread;
use std::time::{Duration, Instant};

use specd_e2e::{Client, Documents, Server, Storage, binary, documents};
use specd_testkit::postgres::{Cluster, Durability};
use specd_testkit::sample::template::REQUEST;

const PATH: &str = "/api/v1/resource";
const FILE: &str = "0001-resource.md";

/// Waits until `is_so`; within a second is the promise, the rest is for a busy machine.
fn eventually(what: &str, is_so: impl Fn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let since = Instant::now();
    while !is_so()? {
        anyhow::ensure!(since.elapsed() < Duration::from_secs(10), "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn spec_header(client: &Client) -> anyhow::Result<String> {
    let answer = client.post(PATH, REQUEST)?;
    Ok(answer.header("spec").unwrap_or_default().to_owned())
}

#[test]
fn the_curl_line_of_the_first_start_works_when_pasted() -> anyhow::Result<()> {
    let place = tempfile::tempdir()?;
    let mut command = binary::command()?;
    command
        .current_dir(place.path())
        .args(["--listen", "127.0.0.1:0"]);
    let server = Server::run(command)?;
    let line = server.output().wait_for(Duration::from_secs(5), |line| {
        line.trim_start()
            .starts_with("curl ")
            .then(|| line.trim().to_owned())
    });
    let Some(line) = line else {
        anyhow::bail!("no curl line:\n{}", server.output().text());
    };
    let pasted = std::process::Command::new("sh")
        .args(["-c", &format!("{line} --silent --show-error --fail")])
        .output()?;
    let text = String::from_utf8_lossy(&pasted.stdout).into_owned();
    assert!(pasted.status.success(), "{text}");
    let answer: serde_json::Value = serde_json::from_str(&text)?;
    assert_eq!(answer.get("field1").and_then(|v| v.as_str()), Some("value"));
    assert!(place.path().join("specd.db").is_file());
    Ok(())
}

#[test]
fn a_change_on_disk_is_served_and_a_wrong_one_leaves_the_old_revision() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::template()?;
        let server = Server::start(&documents, &storage)?;
        let client = server.client()?;
        assert_eq!(spec_header(&client)?, "0001; rev=1");

        let more = documents::template().replace(
            "    created_at TIMESTAMP",
            "    note TEXT,\n    created_at TIMESTAMP",
        );
        documents.write(FILE, &more)?;
        eventually("revision 2", || Ok(spec_header(&client)? == "0001; rev=2"))?;

        documents.write(FILE, &more.replace("CREATE TABLE", "CREATE TABEL"))?;
        let refused = "it has errors; revision 2 keeps serving";
        eventually(refused, || Ok(server.output().text().contains(refused)))?;
        assert_eq!(spec_header(&client)?, "0001; rev=2");

        documents.write(FILE, &more.replace("VARCHAR(255)", "VARCHAR(9)"))?;
        eventually("SD0695", || Ok(server.output().text().contains("SD0695")))?;
        assert_eq!(spec_header(&client)?, "0001; rev=2");

        let key = server.key()?;
        assert!(server.stop()?.success());
        let again = Server::start(&documents, &storage)?;
        let client = again.anonymous().with_key(key);
        assert_eq!(spec_header(&client)?, "0001; rev=2", "after a restart");
    }
    Ok(())
}

#[test]
fn no_request_fails_while_documents_change() -> anyhow::Result<()> {
    let documents = Documents::template()?;
    let storage = Storage::sqlite()?;
    let server = Server::start(&documents, &storage)?;
    let client = server.client()?;
    let asking = thread::spawn(move || -> anyhow::Result<Vec<u16>> {
        let since = Instant::now();
        let mut statuses = Vec::new();
        while since.elapsed() < Duration::from_secs(3) {
            statuses.push(client.post(PATH, REQUEST)?.status);
        }
        Ok(statuses)
    });
    for turn in 0..6 {
        let text = documents::template().replace("Alternative 1", &format!("Alternative 1{turn}"));
        documents.write(FILE, &text)?;
        thread::sleep(Duration::from_millis(400));
    }
    let statuses = asking
        .join()
        .map_err(|_| anyhow::anyhow!("the asking thread broke"))??;
    let failed = statuses.iter().filter(|&&status| status != 200).count();
    assert_eq!(failed, 0, "of {}", statuses.len());
    Ok(())
}

#[test]
fn a_good_document_beside_bad_ones_is_served() -> anyhow::Result<()> {
    let documents = Documents::of(&[
        (FILE, &documents::template()),
        (
            "0002-broken.md",
            "# SPEC 0002: Broken\n\n**Status**: approved\n",
        ),
        ("0003-bytes.md", "\u{0}"),
        (
            "0004-draft.md",
            &documents::template()
                .replace("SPEC 0001", "SPEC 0004")
                .replace("**Status**: approved", "**Status**: draft")
                .replace("/api/v1/resource", "/api/v1/drafts")
                .replace("CREATE TABLE resource", "CREATE TABLE drafts"),
        ),
    ])?;
    let storage = Storage::sqlite()?;
    let server = Server::start(&documents, &storage)?;
    assert_eq!(server.client()?.post(PATH, REQUEST)?.status, 200);
    assert_eq!(
        server.client()?.post("/api/v1/drafts", REQUEST)?.status,
        404
    );
    let said = server.output().text();
    assert!(said.contains("`--preview` serves it"), "{said}");
    assert!(said.contains("0002-broken.md: it has errors"), "{said}");
    drop(server);

    let preview = Server::start_with(&documents, &storage, &["--preview"])?;
    let answer = preview.anonymous().post("/api/v1/drafts", REQUEST)?;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("spec-status"), Some("draft"));
    Ok(())
}

#[test]
fn what_is_asked_for_and_not_enforced_yet_is_named() -> anyhow::Result<()> {
    let text = documents::template().replace(
        "Does this handle PII? How is data deleted?",
        "PII: `field1`",
    );
    let documents = Documents::of(&[(FILE, &text)])?;
    let storage = Storage::sqlite()?;
    let server = Server::start(&documents, &storage)?;
    let said = server.output().text();
    assert!(said.contains("asked for, not enforced yet"), "{said}");
    for what in ["objectives", "alerts"] {
        assert!(said.contains(what), "{what} in\n{said}");
    }
    // It is kept out of logs, traces, metrics and problems.
    assert!(!said.contains("PII"), "{said}");
    Ok(())
}

#[test]
fn a_database_that_is_away_at_start_is_waited_for() -> anyhow::Result<()> {
    let mut cluster = Cluster::start(Durability::Off)?;
    let url = cluster.url().to_owned();
    cluster.kill()?;
    let documents = Documents::template()?;
    let mut command = binary::command()?;
    command
        .arg("serve")
        .arg("--specs")
        .arg(documents.path())
        .args(["--listen", "127.0.0.1:0", "--database", &url]);
    let starting = thread::spawn(move || Server::run(command));
    thread::sleep(Duration::from_millis(1500));
    cluster.start_again()?;
    let server = starting
        .join()
        .map_err(|_| anyhow::anyhow!("the starting thread broke"))??;
    let said = server.output().text();
    assert!(said.contains("waiting for the database"), "{said}");
    assert_eq!(server.client()?.post(PATH, REQUEST)?.status, 200);
    Ok(())
}

#[test]
fn a_signal_ends_it_with_0() -> anyhow::Result<()> {
    let (documents, storage) = (Documents::template()?, Storage::sqlite()?);
    let server = Server::start(&documents, &storage)?;
    assert_eq!(server.stop()?.code(), Some(0));
    Ok(())
}
