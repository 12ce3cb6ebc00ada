//! Every file of the public `JSONTestSuite` as the value of a field, on both databases: JSON is taken and comes back as the
//! same JSON, what is none is the caller's mistake, and what is disputed is never the server's.

#![expect(
    clippy::disallowed_methods,
    reason = "the files of the suite are read as they are"
)]

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;
use specd_e2e::{Answer, Client, Documents, Server, Storage};

const PATH: &str = "/api/v1/payloads";

/// JSON that the contract refuses by name (http-contract, section 9): the same key twice, and NUL, which no text of
/// PostgreSQL can hold.
const REFUSED_BY_CONTRACT: [&str; 4] = [
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
];

/// A file of the suite.
struct Case {
    name: String,
    text: Vec<u8>,
}

fn cases() -> anyhow::Result<Vec<Case>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("json-test-suite");
    let mut cases = Vec::new();
    for entry in fs::read_dir(&folder).context("the suite is not there")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".json") {
            cases.push(Case {
                name: name.into_owned(),
                text: fs::read(&path)?,
            });
        }
    }
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(cases)
}

fn send(client: &Client, case: &Case) -> anyhow::Result<Answer> {
    let body = [b"{\"payload\":".as_slice(), &case.text, b"}"].concat();
    let headers = [("content-type", "application/json")];
    client
        .send_patiently("POST", PATH, &headers, Some(&body))
        .with_context(|| case.name.clone())
}

/// What is wrong with the answer, where something is.
fn judge(client: &Client, case: &Case, answer: &Answer) -> anyhow::Result<Option<String>> {
    let status = answer.status;
    let is_as_expected = match case.name.as_bytes().first() {
        Some(b'y') if REFUSED_BY_CONTRACT.contains(&case.name.as_str()) => status == 400,
        Some(b'y') => status == 201 && comes_back(client, case, answer)?,
        Some(b'n') => status == 400,
        _ => status == 201 || (400..500).contains(&status),
    };
    Ok((!is_as_expected).then(|| format!("{}: {status} {}", case.name, answer.text())))
}

fn comes_back(client: &Client, case: &Case, created: &Answer) -> anyhow::Result<bool> {
    let sent: Value =
        serde_json::from_slice(&case.text).with_context(|| format!("{} is no JSON", case.name))?;
    let id = created.member("id");
    let read = client.get(&format!("{PATH}/{}", id.as_str().unwrap_or_default()))?;
    Ok(same(&read.member("payload"), &sent) && same(&created.member("payload"), &sent))
}

/// Equal as JSON; the spelling of numbers is not promised.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

#[test]
fn every_file_of_the_suite_gets_its_answer() -> anyhow::Result<()> {
    let document = include_str!("../documents/0003-payloads.md");
    let documents = Documents::of(&[("0003-payloads.md", document)])?;
    let cases = cases()?;
    assert_eq!(cases.len(), 318, "the suite is not whole");
    for storage in Storage::each()? {
        let server = Server::start(&documents, &storage)?;
        let client = server.anonymous();
        let mut wrong = Vec::new();
        for case in &cases {
            let answer = send(&client, case)?;
            wrong.extend(judge(&client, case, &answer)?);
        }
        assert!(wrong.is_empty(), "{}: {wrong:#?}", storage.url());
    }
    Ok(())
}
