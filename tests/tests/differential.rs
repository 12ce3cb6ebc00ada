//! The same requests give the same answers on both databases, over generated documents and requests.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value as Json;
use specd_domain::record::Row;
use specd_domain::table::Table;
use specd_e2e::client::{encoded, with_cursor};
use specd_e2e::{Answer, Client, Documents, Server, Storage};
use specd_testkit::sample::everything::everything;
use specd_testkit::strategies::{self, GeneratedDocument};

/// Documents tried, beside the one with every type.
const DOCUMENTS: usize = 12;
/// Records created on each.
const RECORDS: usize = 40;

/// Two servers of one document.
struct Pair {
    collection: String,
    clients: [Client; 2],
    markdown: String,
}

/// The same in every run, so that what fails once fails again.
fn runner(seed: u8) -> TestRunner {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn one<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> anyhow::Result<S::Value> {
    let tree = strategy
        .new_tree(runner)
        .map_err(|reason| anyhow::anyhow!("nothing generated: {reason}"))?;
    Ok(tree.current())
}

#[test]
fn a_document_of_every_type_answers_alike() -> anyhow::Result<()> {
    answers_alike(&mut runner(0), &strategies::written(1, everything()))
}

#[test]
fn generated_documents_answer_alike() -> anyhow::Result<()> {
    let mut runner = runner(1);
    for _ in 0..DOCUMENTS {
        let document = one(&mut runner, &strategies::documents(1, "generated"))?;
        answers_alike(&mut runner, &document)?;
    }
    Ok(())
}

fn answers_alike(runner: &mut TestRunner, document: &GeneratedDocument) -> anyhow::Result<()> {
    let collection = document.table.name.value.as_str();
    let file = format!("0001-{collection}.md");
    let documents = Documents::of(&[(&file, &document.markdown)])?;
    let storages = Storage::each()?;
    let servers = [
        Server::start(&documents, &storages[0])?,
        Server::start(&documents, &storages[1])?,
    ];
    let pair = Pair {
        collection: format!("/api/v1/{collection}"),
        clients: [servers[0].anonymous(), servers[1].anonymous()],
        markdown: document.markdown.clone(),
    };
    let rows = write(runner, &pair, &document.table)?;
    list(&pair, document, &rows)
}

/// Creates, reads, replaces, patches and deletes; gives the rows that were sent.
fn write(runner: &mut TestRunner, pair: &Pair, table: &Table) -> anyhow::Result<Vec<Row>> {
    let bodies = strategies::bodies(table);
    let spoiled = strategies::spoiled_bodies(table);
    let mut rows = Vec::new();
    for turn in 0..RECORDS {
        let (row, body) = one(runner, &bodies)?;
        let id = row
            .first()
            .and_then(specd_domain::value::Value::to_text)
            .unwrap_or_default();
        let path = format!("{}/{id}", pair.collection);
        pair.ask("POST", &pair.collection, Some(&body))?;
        pair.ask("POST", &pair.collection, Some(&one(runner, &spoiled)?.json))?;
        pair.ask("GET", &path, None)?;
        if turn % 4 == 0 {
            let (mut other, _) = one(runner, &bodies)?;
            other.splice(..1, row.first().cloned());
            pair.ask("PUT", &path, Some(&strategies::body_of(table, &other)))?;
            pair.ask("GET", &path, None)?;
        }
        if turn % 5 == 0 {
            pair.ask(
                "PATCH",
                &path,
                Some(&patch(table, &one(runner, &bodies)?.0, turn)),
            )?;
        }
        if turn % 7 == 0 {
            pair.ask("DELETE", &path, None)?;
            pair.ask("DELETE", &path, None)?;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A merge patch of one column.
fn patch(table: &Table, row: &Row, turn: usize) -> String {
    let columns = table.columns.iter().zip(row).skip(1);
    let (column, value) = columns.cycle().nth(turn).unzip();
    let mut json = String::from("1");
    if let Some(value) = value {
        json.clear();
        value.write_json(&mut json);
    }
    let name = column.map_or("", |column| column.name.value.as_str());
    format!("{{\"{name}\":{json}}}")
}

/// Longer ones are refused by size alone; the client sends no path of 64 KiB.
const LONGEST_FILTER: usize = 32 * 1024;

/// Every key rising and falling, page by page, and every filter at the values that were sent.
fn list(pair: &Pair, document: &GeneratedDocument, rows: &[Row]) -> anyhow::Result<()> {
    for key in &document.keys {
        for direction in ["", "-"] {
            pair.pages(&format!(
                "{}?limit=7&sort={direction}{key}",
                pair.collection
            ))?;
        }
        let Some((position, _)) = document.table.column(key) else {
            continue;
        };
        let values = rows.iter().filter_map(|row| row.get(position)?.to_text());
        for value in values.step_by(9) {
            for operator in ["", "[gt]", "[gte]", "[lt]", "[lte]", "[ne]"] {
                let filter = format!("{key}{}={}", encoded(operator), encoded(&value));
                if filter.len() > LONGEST_FILTER {
                    continue;
                }
                pair.pages(&format!("{}?limit=100&{filter}", pair.collection))?;
            }
        }
    }
    Ok(())
}

impl Pair {
    /// The same request to both; the answers must be the same but for what is of one server alone.
    fn ask(&self, method: &str, path: &str, body: Option<&str>) -> anyhow::Result<[Answer; 2]> {
        let media = if method == "PATCH" {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        let headers: &[_] = if body.is_some() {
            &[("content-type", media)]
        } else {
            &[]
        };
        let ask =
            |client: &Client| client.send_patiently(method, path, headers, body.map(str::as_bytes));
        let answers = [ask(&self.clients[0])?, ask(&self.clients[1])?];
        let [sqlite, postgres] = answers.each_ref().map(comparable);
        assert_eq!(
            sqlite,
            postgres,
            "{method} {path}\n{}\n{}",
            body.unwrap_or_default(),
            self.markdown
        );
        assert!(
            answers[0].status < 500,
            "{method} {path}: {}",
            answers[0].text()
        );
        Ok(answers)
    }

    fn pages(&self, path: &str) -> anyhow::Result<()> {
        let mut paths = [path.to_owned(), path.to_owned()];
        for _ in 0..=RECORDS {
            let answers = [
                self.clients[0].send_patiently("GET", &paths[0], &[], None)?,
                self.clients[1].send_patiently("GET", &paths[1], &[], None)?,
            ];
            let [sqlite, postgres] = answers.each_ref().map(comparable);
            assert_eq!(sqlite, postgres, "{path}\n{}", self.markdown);
            assert!(answers[0].status < 500, "{path}: {}", answers[0].text());
            let next = answers.map(|answer| answer.member("next"));
            let [Some(sqlite), Some(postgres)] = next.each_ref().map(Json::as_str) else {
                return Ok(());
            };
            paths = [with_cursor(path, sqlite), with_cursor(path, postgres)];
        }
        anyhow::bail!("the pages of {path} do not end")
    }
}

/// Status, headers and body without what is new in every answer.
fn comparable(answer: &Answer) -> (u16, Vec<Option<String>>, String) {
    let headers = ["content-type", "etag", "location", "allow", "spec"];
    let headers = headers
        .map(|name| answer.header(name).map(str::to_owned))
        .into();
    let mut body = answer.json();
    if let Some(members) = body.as_object_mut() {
        for name in ["instance", "trace_id"] {
            members.remove(name);
        }
        if members.get("next").is_some_and(Json::is_string) {
            members.insert("next".to_owned(), Json::from("a cursor"));
        }
    }
    (answer.status, headers, body.to_string())
}
