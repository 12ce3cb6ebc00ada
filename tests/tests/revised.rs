//! A document is revised on disk while requests run against it and against others: every answer is whole, and of the revision
//! before or of the one after.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use specd_e2e::{Answer, Client, Documents, Server, Storage};
use specd_testkit::sample::template::REQUEST;

const RESOURCE: &str = include_str!("../../docs/architecture/specs/0001-resource.md");
const DOCUMENTS: u32 = 50;
/// The document that is revised.
const REVISED: u32 = 7;
const REVISIONS: u32 = 5;
/// How long a revision may take to be served on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// SPEC 0001 as another document: its own number, collection and table, and in each revision one member more.
fn document(number: u32, revision: u32) -> (String, String) {
    let name = format!("resource{number:04}");
    let mut text = RESOURCE
        .replace("100 req/s per client", "60000000 req/s per client")
        .replace("# SPEC 0001", &format!("# SPEC {number:04}"))
        .replace("/api/v1/resource", &format!("/api/v1/{name}"))
        .replace("TABLE resource ", &format!("TABLE {name} "))
        .replace("INDEX resource_", &format!("INDEX {name}_"))
        .replace("ON resource ", &format!("ON {name} "));
    for revision in 2..=revision {
        let note = format!("note{revision}");
        text = text
            .replace(
                "    created_at TIMESTAMP",
                &format!("    {note} TEXT,\n    created_at TIMESTAMP"),
            )
            .replace(
                "  \"created_at\": ",
                &format!("  \"{note}\": \"text\",\n  \"created_at\": "),
            );
    }
    (format!("{number:04}-{name}.md"), text)
}

/// The members that only this revision and later ones answer.
fn notes(revision: u32) -> BTreeSet<String> {
    (2..=revision)
        .map(|revision| format!("note{revision}"))
        .collect()
}

fn path(number: u32) -> String {
    format!("/api/v1/resource{number:04}")
}

/// How far the revisions are.
#[derive(Default)]
struct Progress {
    /// Known to be served.
    served: AtomicU32,
    /// Written to disk.
    written: AtomicU32,
    is_over: AtomicBool,
    answers: AtomicU32,
}

/// Ends whoever asks, whatever happens to whoever revises.
struct Over<'a>(&'a Progress);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
    }
}

impl Progress {
    /// A request whose answer must be of a revision that was served at some time between the request and the answer.
    fn ask(
        &self,
        number: u32,
        send: impl FnOnce() -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Answer> {
        let oldest = self.served.load(Ordering::SeqCst);
        let answer = send()?;
        let newest = self.written.load(Ordering::SeqCst);
        self.answers.fetch_add(1, Ordering::SeqCst);
        ensure!(answer.status == 200, "{} {}", answer.status, answer.text());
        let label = answer.header("spec").context("no revision")?;
        let (spec, revision) = label.split_once("; rev=").context("no revision")?;
        ensure!(spec == format!("{number:04}"), "{label}");
        let revision: u32 = revision.parse()?;
        if number == REVISED {
            ensure!((oldest..=newest).contains(&revision), "{label}");
        } else {
            ensure!(revision == 1, "{label}");
        }
        let body = answer.json();
        let records = match body.get("items").and_then(Value::as_array) {
            Some(records) => records.clone(),
            None => vec![body],
        };
        for record in records {
            let members = record.as_object().context("no record")?.keys();
            let found: BTreeSet<String> = members
                .filter(|name| name.starts_with("note"))
                .cloned()
                .collect();
            ensure!(found == notes(revision), "{label}: {record}");
        }
        Ok(answer)
    }

    /// Creates, reads and lists the records of some documents until it is over.
    fn ask_on(
        &self,
        client: &Client,
        numbers: impl Iterator<Item = u32> + Clone,
    ) -> anyhow::Result<()> {
        for number in numbers.cycle() {
            if self.is_over.load(Ordering::SeqCst) {
                break;
            }
            let path = path(number);
            let created = self.ask(number, || client.post(&path, REQUEST))?;
            let place = created.header("location").context("no location")?;
            self.ask(number, || client.get(place))?;
            self.ask(number, || client.get(&format!("{path}?limit=3")))?;
        }
        Ok(())
    }

    fn revise(&self, documents: &Documents, client: &Client) -> anyhow::Result<()> {
        for revision in 2..=REVISIONS {
            let (name, text) = document(REVISED, revision);
            self.written.store(revision, Ordering::SeqCst);
            documents.write(&name, &text)?;
            let since = Instant::now();
            let label = format!("{REVISED:04}; rev={revision}");
            while client.get(&path(REVISED))?.header("spec") != Some(&*label) {
                ensure!(since.elapsed() < PATIENCE, "{label} is not served");
                thread::sleep(Duration::from_millis(20));
            }
            self.served.store(revision, Ordering::SeqCst);
        }
        Ok(())
    }
}

fn every_answer_is_of_one_revision(storage: &Storage) -> anyhow::Result<()> {
    let files: Vec<(String, String)> = (1..=DOCUMENTS).map(|number| document(number, 1)).collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (&**name, &**text))
        .collect();
    let documents = Documents::of(&files)?;
    let server = Server::start(&documents, storage)?;
    let progress = Progress::default();
    progress.served.store(1, Ordering::SeqCst);
    progress.written.store(1, Ordering::SeqCst);
    let key = server.key()?;
    // Each has connections of its own, which are kept: one that the server broke would be an error.
    let client = || server.anonymous().with_key(&key);
    thread::scope(|scope| {
        let others = (1..=DOCUMENTS).filter(|number| *number != REVISED);
        let asking = [
            scope.spawn(|| progress.ask_on(&client(), [REVISED].into_iter())),
            scope.spawn(|| progress.ask_on(&client(), [REVISED].into_iter())),
            scope.spawn(|| progress.ask_on(&client(), others)),
        ];
        let over = Over(&progress);
        let revised = progress.revise(&documents, &client());
        drop(over);
        for asking in asking {
            let asked = asking.join();
            asked.map_err(|_| anyhow::anyhow!("whoever asked panicked"))??;
        }
        revised
    })?;
    let answers = progress.answers.load(Ordering::SeqCst);
    ensure!(answers > 100, "only {answers} answers");
    Ok(())
}

#[test]
fn a_revision_meets_requests_that_run_on_sqlite() -> anyhow::Result<()> {
    every_answer_is_of_one_revision(&Storage::sqlite()?)
}

#[test]
fn a_revision_meets_requests_that_run_on_postgres() -> anyhow::Result<()> {
    every_answer_is_of_one_revision(&Storage::postgres()?)
}
