//! Personal data in no error and in no line of the log (http-contract, section 2; spec-language, section 11), whatever is wrong
//! with it and whichever database refuses it.

use anyhow::ensure;
use specd_e2e::{Answer, Client, Documents, Server, Storage};

const PEOPLE: &str = include_str!("../documents/0004-people.md");
const PATH: &str = "/api/v1/people";
/// What must not come back.
const CANARY: &str = "canary";

/// Values that a field of personal data may have, right and wrong.
fn values() -> Vec<String> {
    let long = CANARY.repeat(60);
    vec![
        format!("\"{CANARY}\""),
        format!("\"{CANARY}@example.org\""),
        format!("\"{long}\""),
        format!("\"{CANARY}\\u0000\""),
        format!("\"{CANARY}\\ud800\""),
        format!("\"{CANARY}"),
        format!("[\"{CANARY}\"]"),
        format!("{{\"street\":\"{CANARY}\",\"number\":\"{CANARY}\"}}"),
        format!("{{\"street\":\"{CANARY}\",\"number\":1,\"{CANARY}\":1}}"),
        format!("{{\"{CANARY}\":{{\"{CANARY}\":1}}}}"),
        format!("{{\"street\":\"{CANARY}\\u0000\",\"number\":1}}"),
        "1".to_owned(),
        "null".to_owned(),
    ]
}

fn check(what: &str, answer: &Answer) -> anyhow::Result<()> {
    ensure!(answer.status < 500, "{what}: {}", answer.text());
    let is_told = answer.status >= 400 && answer.text().contains(CANARY);
    let is_shown = format!("{:?}", answer.headers).contains(CANARY);
    ensure!(
        !is_told && !is_shown,
        "{what}: {answer:?} {}",
        answer.text()
    );
    Ok(())
}

fn patched(client: &Client, at: &str, body: &str) -> anyhow::Result<Answer> {
    let headers = [("content-type", "application/merge-patch+json")];
    client.send_patiently("PATCH", at, &headers, Some(body.as_bytes()))
}

#[test]
fn personal_data_stands_in_no_error_and_in_no_log() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::of(&[("0004-people.md", PEOPLE)])?;
        let server = Server::start(&documents, &storage)?;
        let client = server.client()?;
        let first = client.post(PATH, r#"{"code":"first","score":1,"extra":null}"#)?;
        let at = format!("{PATH}/{}", first.member("id").as_str().unwrap_or_default());
        let mut refused = 0;
        let mut number = 0;
        for field in ["name", "email", "phone", "born", "home"] {
            for value in values() {
                number += 1;
                let member = format!("\"{field}\":{value}");
                let body = format!("{{\"code\":\"{number}\",\"score\":1,\"extra\":null,{member}}}");
                // What the database alone refuses: a reference that leads nowhere, a number that is taken.
                let nowhere = body.replace(
                    "\"extra\":null",
                    "\"extra\":null,\"mentor_id\":\"00000000-0000-4000-8000-000000000000\"",
                );
                let taken = body.replace(&format!("\"{number}\""), "\"first\"");
                for answer in [
                    client.post(PATH, &body)?,
                    client.post(PATH, &nowhere)?,
                    client.post(PATH, &taken)?,
                    client.put(&at, &body)?,
                    patched(&client, &at, &format!("{{{member}}}"))?,
                ] {
                    check(&format!("{} {field} {value:.60}", storage.name()), &answer)?;
                    refused += usize::from(answer.status >= 400);
                }
            }
            for filter in [
                format!("{field}={CANARY}"),
                format!("{field}[in]={CANARY}"),
                format!("{field}[x]={CANARY}"),
            ] {
                let answer = client.get(&format!("{PATH}?{filter}"))?;
                check(&filter, &answer)?;
            }
        }
        let other = client.post(
            PATH,
            &format!(r#"{{"code":"other","score":1,"extra":null,"email":"two@{CANARY}.org"}}"#),
        )?;
        ensure!(other.status == 201, "{}", other.text());
        let twice = patched(&client, &at, &format!("{{\"email\":\"two@{CANARY}.org\"}}"))?;
        ensure!(twice.status == 409, "{}", twice.text());
        check("a mail that is taken", &twice)?;
        ensure!(refused > 200, "{refused}");
        let told = server.output().text();
        ensure!(!told.contains(CANARY), "{told}");
    }
    Ok(())
}
