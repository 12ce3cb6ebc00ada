//! A canary in every field that is somebody's, every endpoint and every refusal: it comes back in answers, and is seen nowhere else.

mod requests;
mod values;

use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use requests::{Asking, PATH};
use specd_e2e::collector::{Collector, Manner, hex};
use specd_e2e::{Client, Documents, Server, Storage, binary};
use specd_testkit::postgres::binaries::psql;
use specd_testkit::postgres::{Cluster, Durability};
use values::{KEY, TEXT, record, seen_in};

const PATIENTS: &str = include_str!("../../documents/0006-patients.md");
/// The trace of the last request.
const LAST: &str = "5555555555555555555555555555aaaa";

/// A server that tells all it can.
fn command(
    documents: &Documents,
    database: &str,
    collector: &Collector,
) -> anyhow::Result<Command> {
    let mut command = Server::command(documents, database)?;
    command
        .args(["--metrics-listen", "127.0.0.1:0"])
        .args(["--log", "trace,actix_http=trace,hyper=trace,mio=trace"])
        .args(["--otlp-endpoint", &collector.base(), "--trace-ratio", "1"])
        .env("RUST_BACKTRACE", "1");
    Ok(command)
}

fn documents() -> anyhow::Result<Documents> {
    Documents::of(&[("0006-patients.md", PATIENTS)])
}

/// Nothing of it is in what the server has said, told or sent.
fn check(server: &Server, client: &Client, collector: &Collector) -> anyhow::Result<()> {
    let parent = format!("00-{LAST}-00f067aa0ba902b7-01");
    client.send("OPTIONS", PATH, &[("traceparent", &parent)], None)?;
    collector.wait_for(|spans| {
        spans
            .iter()
            .any(|span| hex(&span.trace_id) == LAST)
            .then_some(())
    });
    let arrived = collector.arrived();
    ensure!(
        collector.spans().len() > 50,
        "{} spans",
        collector.spans().len()
    );
    for one in arrived {
        let seen = seen_in(&one.bytes).or_else(|| seen_in(one.head.as_bytes()));
        ensure!(seen.is_none(), "a trace: {seen:?}");
    }
    let metrics = Client::new(&format!("http://{}", server.metrics_address()?)).get("/metrics")?;
    ensure!(metrics.status == 200, "{}", metrics.text());
    let seen = seen_in(&metrics.body);
    ensure!(seen.is_none(), "a metric: {seen:?}");
    let logged = server.output().text();
    ensure!(logged.matches("\"answered\"").count() > 10, "{logged}");
    let seen = seen_in(logged.as_bytes());
    ensure!(seen.is_none(), "the log: {seen:?}");
    let secret = server.key()?;
    let log = logged.lines().filter(|line| line.starts_with('{'));
    for line in log {
        ensure!(!line.contains(&secret), "a key: {line}");
    }
    Ok(())
}

#[test]
fn a_canary_is_seen_in_answers_alone() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = documents()?;
        let collector = Collector::start(Manner::Takes);
        let server = Server::run(command(&documents, storage.url(), &collector)?)?;
        let client = server.client()?;
        let mut asking = Asking::new(client.clone(), server.address());
        asking.stores_and_shows().context(storage.name())?;
        asking.is_refused().context(storage.name())?;
        let statuses = asking.statuses();
        for status in [
            200, 201, 204, 304, 400, 401, 404, 405, 406, 409, 412, 413, 414, 415, 422, 431,
        ] {
            ensure!(statuses.contains(&status), "no {status} among {statuses:?}");
        }
        check(&server, &client, &collector).context(storage.name())?;
    }
    Ok(())
}

#[test]
fn whoever_may_not_and_whoever_asks_too_often_see_none() -> anyhow::Result<()> {
    let (storage, documents) = (Storage::sqlite()?, documents()?);
    let collector = Collector::start(Manner::Takes);
    let mut command = command(&documents, storage.url(), &collector)?;
    command.args(["--default-limit", "60/hour"]);
    let server = Server::run(command)?;
    let client = server.client()?;
    let made = binary::command()?
        .args(["keys", "create", "--name", "other", "--scope", "other:read"])
        .args(["--database", storage.url()])
        .output()?;
    let other = String::from_utf8(made.stdout)?.trim().to_owned();
    let stranger = server.anonymous().with_key(other);
    let mut asking = Asking::new(stranger, server.address());
    let body = record(KEY, 1, TEXT);
    let forbidden = asking.ask(
        "POST",
        PATH,
        &[("content-type", "application/json")],
        Some(&body),
    )?;
    ensure!(forbidden.status == 403, "{}", forbidden.text());
    let mut asking = Asking::new(client.clone(), server.address());
    for _ in 0..70 {
        asking.ask("GET", &format!("{PATH}?name={TEXT}"), &[], None)?;
    }
    ensure!(asking.statuses() == [200, 429], "{:?}", asking.statuses());
    check(&server, &client, &collector)
}

/// What `PostgreSQL` says of a row, which holds it: `Failing row contains`, and what somebody's own trigger raises.
#[test]
fn what_a_database_says_of_a_row_is_not_repeated() -> anyhow::Result<()> {
    let mut cluster = Cluster::start(Durability::Off)?;
    let documents = documents()?;
    let collector = Collector::start(Manner::Takes);
    let server = Server::run(command(&documents, cluster.url(), &collector)?)?;
    let client = server.client()?;
    let mut asking = Asking::new(client.clone(), server.address());
    asking.stores_and_shows()?;
    let json = [("content-type", "application/json")];
    let next = record("canarybird.n@example.org", 30, "canarybirdn");
    let key = format!("{PATH}/canarybird.a@example.org");
    let (begin, end) = (
        "CREATE OR REPLACE FUNCTION upset() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN",
        "RETURN NEW; END'; DROP TRIGGER IF EXISTS upset ON patients;\
         CREATE TRIGGER upset BEFORE INSERT OR UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION upset()",
    );
    for spoilt in [
        "ALTER TABLE patients ADD CONSTRAINT nobody CHECK (number < 5) NOT VALID".to_owned(),
        format!(
            "ALTER TABLE patients DROP CONSTRAINT nobody; {begin} RAISE EXCEPTION ''% upsets me'', NEW.name; {end}"
        ),
        format!("{begin} NEW.number := NEW.name::integer; {end}"),
        format!("{begin} NEW.name := NULL; {end}"),
        format!("{begin} RAISE check_violation USING MESSAGE = NEW.name; {end}"),
        format!(
            "{begin} RAISE unique_violation USING MESSAGE = NEW.name, CONSTRAINT = NEW.name; {end}"
        ),
        "DROP TRIGGER upset ON patients; ALTER TABLE patients ALTER COLUMN insurance TYPE TEXT"
            .to_owned(),
        "ALTER TABLE patients RENAME COLUMN notes TO words".to_owned(),
        "DROP TABLE patients CASCADE".to_owned(),
    ] {
        psql(cluster.url(), &spoilt)?;
        let refused = [
            asking.ask("POST", PATH, &json, Some(&next))?,
            asking.ask("PUT", &key, &json, Some(&next))?,
            asking.ask("GET", &key, &[], None)?,
            asking.ask("GET", &format!("{PATH}?name={TEXT}"), &[], None)?,
        ];
        ensure!(
            refused.iter().any(|answer| answer.status >= 400),
            "{spoilt}: {refused:?}"
        );
    }
    check(&server, &client, &collector)?;
    cluster.kill()?;
    for _ in 0..2 {
        asking.ask("POST", PATH, &json, Some(&next))?;
        asking.ask("GET", &key, &[], None)?;
        asking.ask("GET", &format!("{PATH}?name={TEXT}"), &[], None)?;
        thread::sleep(Duration::from_millis(100));
    }
    let statuses = asking.statuses();
    ensure!(
        [500, 503].iter().all(|status| statuses.contains(status)),
        "{statuses:?}"
    );
    check(&server, &client, &collector)
}

/// A change of a document that the rows are in the way of.
#[test]
fn rows_that_are_in_the_way_of_a_revision_are_not_shown() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = documents()?;
        let collector = Collector::start(Manner::Takes);
        let server = Server::run(command(&documents, storage.url(), &collector)?)?;
        let client = server.client()?;
        Asking::new(client.clone(), server.address()).stores_and_shows()?;
        let unique = PATIENTS
            .replace(
                "CREATE INDEX patients_by_born",
                "CREATE UNIQUE INDEX patients_by_initials ON patients (initials);\nCREATE INDEX patients_by_born",
            )
            .replace("**Last Updated**: 2025-01-02", "**Last Updated**: 2025-01-03");
        documents.write("0006-patients.md", &unique)?;
        let told = server.output().wait_for(Duration::from_secs(20), |line| {
            line.contains("0006-patients.md: ").then(|| line.to_owned())
        });
        ensure!(told.is_some(), "{}", server.output().told());
        check(&server, &client, &collector).context(storage.name())?;
    }
    Ok(())
}
