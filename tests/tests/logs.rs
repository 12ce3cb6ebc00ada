//! The line of a request: every member that `docs/operations/logs.md` tells of, and no other; and each error once, with its causes.

#![expect(
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and breaks the file of a database"
)]

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use specd_e2e::{Answer, Documents, Server, Storage, binary, documents};
use specd_testkit::postgres::binaries::psql;
use specd_testkit::postgres::{Cluster, Durability};

const PAGE: &str = include_str!("../../docs/operations/logs.md");
const PATH: &str = "/api/v1/resource";
const BODY: &str = r#"{"field1":"a","field2":1,"field3":{"nested":"b"}}"#;
const PATIENCE: Duration = Duration::from_secs(10);

/// The template with reads and a limit that is reached at once.
fn served(limit: &str) -> anyhow::Result<Documents> {
    let text = documents::template_with(&["GET {id}"]);
    let limited = text.replace("What are the rate limits?", limit);
    ensure!(text != limited, "the template has another placeholder");
    Documents::of(&[("0001-resource.md", &limited)])
}

/// A server that looks for the way to each failure.
fn start(documents: &Documents, storage: &Storage) -> anyhow::Result<Server> {
    let mut command = binary::command()?;
    command
        .arg("serve")
        .arg("--specs")
        .arg(documents.path())
        .args(["--database", storage.url(), "--listen", "127.0.0.1:0"])
        .env("RUST_BACKTRACE", "1");
    Server::run(command)
}

/// The lines of the log so far.
fn lines(server: &Server) -> Vec<Value> {
    let said = server.output().text();
    let lines = said.lines().filter(|line| line.starts_with('{'));
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// The line of the request with this id, and how many lines name it.
fn line_of(server: &Server, id: &str) -> anyhow::Result<(Value, usize)> {
    let found = server.output().wait_for(PATIENCE, |line| {
        let line: Value = serde_json::from_str(line).ok()?;
        (line["message"] == "answered" && line["request_id"] == id).then_some(line)
    });
    let found = found.with_context(|| format!("no line of {id}:\n{}", server.output().text()))?;
    let named = server.output().text().matches(id).count();
    Ok((found, named))
}

fn id_of(answer: &Answer) -> String {
    answer.header("x-request-id").unwrap_or_default().to_owned()
}

/// The members that the page tells of, with their types.
fn told() -> Vec<(&'static str, &'static str)> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| `"));
    rows.filter_map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        Some((cells.next()?.trim_matches('`'), cells.next()?))
    })
    .collect()
}

fn is_of_type(value: &Value, kind: &str) -> bool {
    match kind {
        "text" => value.is_string(),
        "number" => value.is_u64(),
        "array of texts" => value
            .as_array()
            .is_some_and(|texts| !texts.is_empty() && texts.iter().all(Value::is_string)),
        _ => false,
    }
}

#[test]
fn the_line_of_a_request_has_the_members_of_the_page_and_no_others() -> anyhow::Result<()> {
    let storage = Storage::sqlite()?;
    let documents = served("4 req/hour per client")?;
    let server = start(&documents, &storage)?;
    let client = server.client()?;
    let created = client.post(PATH, BODY)?;
    ensure!(created.status == 200, "{}", created.text());
    let (line, _) = line_of(&server, &id_of(&created))?;
    for (member, value) in [
        ("level", Value::from("INFO")),
        ("http.request.method", Value::from("POST")),
        ("http.route", Value::from(PATH)),
        ("http.response.status_code", Value::from(200)),
        ("http.request.body.size", Value::from(BODY.len())),
        ("http.response.body.size", Value::from(created.body.len())),
        ("spec", Value::from("0001")),
        ("revision", Value::from(1)),
    ] {
        ensure!(line[member] == value, "{member}: {line}");
    }
    let key = server.key()?;
    let key_id = key.split('_').nth(1).context("a key has an id")?;
    ensure!(line["key_id"] == key_id, "{line}");
    for member in ["problem", "rejection", "error", "exception.stacktrace"] {
        ensure!(line.get(member).is_none(), "{line}");
    }

    // What a client does wrong, and a limit that it reaches, are told and alarm nobody.
    let invalid = client.post(PATH, "{}")?;
    let (line, _) = line_of(&server, &id_of(&invalid))?;
    ensure!(
        line["problem"] == "invalid_record" && line["level"] == "INFO",
        "{line}"
    );
    let at = format!(
        "{PATH}/{}",
        created.member("id").as_str().unwrap_or_default()
    );
    let read = client.get(&at)?;
    let head = client.send("HEAD", &at, &[], None)?;
    ensure!(
        (read.status, head.status) == (200, 200),
        "{read:?} {head:?}"
    );
    let (line, _) = line_of(&server, &id_of(&head))?;
    ensure!(line["http.response.body.size"] == 0, "{line}");
    let limited = client.post(PATH, BODY)?;
    ensure!(limited.status == 429, "{}", limited.text());
    let (line, _) = line_of(&server, &id_of(&limited))?;
    ensure!(
        line["rejection"] == "rate_limit" && line["level"] == "INFO",
        "{line}"
    );
    // A body that was never asked for is not counted.
    ensure!(line["http.request.body.size"] == 0, "{line}");
    drop(server);

    let server = start(&served("none")?, &storage)?;
    let client = server.anonymous().with_key(&key);
    break_file(&storage)?;
    let failed = client.post(PATH, BODY)?;
    ensure!(failed.status == 500, "{}", failed.text());
    line_of(&server, &id_of(&failed))?;
    drop(documents);

    let mut lines = lines(&server);
    lines.push(line);
    let mut members = BTreeSet::new();
    let told = told();
    for line in lines.iter().filter(|line| line["message"] == "answered") {
        for (member, value) in line.as_object().into_iter().flatten() {
            let kind = told.iter().find(|(told, _)| told == member);
            let (_, kind) = kind.with_context(|| format!("no word of {member}: {line}"))?;
            ensure!(is_of_type(value, kind), "{member} is no {kind}: {line}");
            members.insert(member.as_str());
        }
    }
    let told: BTreeSet<_> = told.iter().map(|(member, _)| *member).collect();
    let never: Vec<_> = told.difference(&members).collect();
    ensure!(never.is_empty(), "{never:?}: {lines:?}");
    Ok(())
}

/// Writes over the file of `SQLite`, as a disk that breaks does.
fn break_file(storage: &Storage) -> anyhow::Result<()> {
    let directory = storage.directory().context("it is on SQLite")?;
    for entry in fs::read_dir(directory)? {
        let file = entry?.path();
        let is_index = file.to_string_lossy().ends_with("-shm");
        if !is_index {
            let length = usize::try_from(fs::metadata(&file)?.len())?;
            fs::write(&file, vec![b'x'; length])?;
        }
    }
    Ok(())
}

/// The one line of a failed request, whose last cause is this.
fn check_failure(server: &Server, answer: &Answer, cause: &str) -> anyhow::Result<()> {
    ensure!(answer.status >= 500, "{}", answer.text());
    let (line, named) = line_of(server, &id_of(answer))?;
    ensure!(named == 1, "{named} lines:\n{}", server.output().text());
    ensure!(line["level"] == "ERROR", "{line}");
    let causes = line["error"].as_array().context("no causes")?;
    ensure!(causes.len() >= 2, "{line}");
    let last = causes.last().and_then(Value::as_str).unwrap_or_default();
    ensure!(last.contains(cause), "{line}");
    ensure!(!answer.text().contains(last), "{}", answer.text());
    Ok(())
}

#[test]
fn a_failure_of_the_database_is_told_once_with_all_its_causes() -> anyhow::Result<()> {
    let storage = Storage::sqlite()?;
    let documents = served("none")?;
    let server = start(&documents, &storage)?;
    let client = server.client()?;
    break_file(&storage)?;
    check_failure(&server, &client.post(PATH, BODY)?, "database")?;

    let storage = Storage::postgres()?;
    let server = start(&documents, &storage)?;
    let client = server.client()?;
    psql(storage.url(), "DROP TABLE resource")?;
    let gone = "relation \"resource\" does not exist";
    let answer = client.post(PATH, BODY)?;
    check_failure(&server, &answer, gone)?;
    let (line, _) = line_of(&server, &id_of(&answer))?;
    let way = line["exception.stacktrace"].as_str().unwrap_or_default();
    ensure!(way.contains("specd_adapter_postgres"), "{line}");
    check_failure(
        &server,
        &client.get(&format!("{PATH}/00000000-0000-4000-8000-000000000000"))?,
        gone,
    )
}

#[test]
fn a_database_that_goes_away_is_told_by_each_request_that_misses_it() -> anyhow::Result<()> {
    let mut cluster = Cluster::start(Durability::Off)?;
    let documents = served("none")?;
    let server = Server::start_on(&documents, cluster.url())?;
    let client = server.client()?;
    ensure!(client.post(PATH, BODY)?.status == 200, "it serves");
    cluster.kill()?;
    for _ in 0..3 {
        check_failure(&server, &client.post(PATH, BODY)?, "")?;
    }
    // Whether it is ready is what is asked: that it is not, is no error of the server.
    let ready = server.anonymous().get("/readyz")?;
    let (line, named) = line_of(&server, &id_of(&ready))?;
    ensure!(
        ready.status == 503 && line["level"] == "WARN" && named == 1,
        "{line}"
    );
    ensure!(line["error"].is_array(), "{line}");
    Ok(())
}
