//! `owners only`: to everybody else a record is not there.

use serde_json::{Value, json};
use specd_e2e::client::with_cursor;
use specd_e2e::{Answer, Client, Server, Storage};
use specd_testkit::identity::{Provider, Signer};

use crate::parcels::{PATH, bearer, contents, create, documents, jwt, with_fresh_key};

/// A caller, its name and the parcels that it made, with their tags.
struct Owner {
    name: &'static str,
    client: Client,
    parcels: Vec<(String, String)>,
}

/// A method, its headers and its body.
type Ask<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<&'a str>);

/// An answer without what belongs to one exchange alone.
fn essence(answer: &Answer) -> (u16, Option<String>, Value) {
    let mut json = answer.json();
    if let Some(members) = json.as_object_mut() {
        members.remove("instance");
        members.remove("trace_id");
    }
    (
        answer.status,
        answer.header("etag").map(str::to_owned),
        json,
    )
}

#[test]
fn each_caller_sees_and_changes_its_own_records_alone() -> anyhow::Result<()> {
    let (first, second) = (Signer::p256("k")?, Signer::ed25519("k")?);
    let (one, two) = (Provider::start(&[&first])?, Provider::start(&[&second])?);
    let authentication = format!("API key or {} or {}", jwt(&one.base()), jwt(&two.base()));
    for storage in Storage::each()? {
        let server = Server::start(&documents(&authentication)?, &storage)?;
        let callers = [
            ("a key", with_fresh_key(&server, &storage)?),
            ("another key", with_fresh_key(&server, &storage)?),
            ("ada of one", bearer(&server, &first, &one.base(), "ada")?),
            ("bob of one", bearer(&server, &first, &one.base(), "bob")?),
            // The same name from another issuer is another person.
            ("ada of two", bearer(&server, &second, &two.base(), "ada")?),
        ];
        let mut owners = Vec::new();
        for (name, client) in callers {
            let parcels: anyhow::Result<Vec<_>> = (0..3)
                .map(|number| create(&client, &format!("{name} {number}"), number))
                .collect();
            owners.push(Owner {
                name,
                client,
                parcels: parcels?,
            });
        }
        for owner in &owners {
            lists_its_own(owner)?;
            for other in owners.iter().filter(|other| other.name != owner.name) {
                reaches_nothing(owner, other)?;
                takes_no_cursor(owner, other)?;
            }
        }
        // Nobody changed anything of anybody's.
        for owner in &owners {
            lists_its_own(owner)?;
            changes_its_own(owner)?;
        }
        // A fresh token of the same person is the same owner.
        let ada = bearer(&server, &first, &one.base(), "ada")?;
        assert_eq!(contents(&ada, PATH)?, ["ada of one 1", "ada of one 2"]);
    }
    Ok(())
}

fn lists_its_own(owner: &Owner) -> anyhow::Result<()> {
    let expected: Vec<String> = (0..3)
        .map(|number| format!("{} {number}", owner.name))
        .collect();
    for query in ["", "?sort=weight", "?sort=-weight", "?limit=100"] {
        let listed = contents(&owner.client, &format!("{PATH}{query}"))?;
        assert_eq!(listed, expected, "{} {query}", owner.name);
    }
    Ok(())
}

/// Whatever `caller` asks of what `other` made, the answer is that of a record that is nowhere.
fn reaches_nothing(caller: &Owner, other: &Owner) -> anyhow::Result<()> {
    let nowhere = format!("{PATH}/00000000-0000-4000-8000-000000000000");
    let json = [("content-type", "application/json")];
    let merge = [("content-type", "application/merge-patch+json")];
    let body = json!({"content": "stolen", "weight": 1}).to_string();
    for (path, tag) in other.parcels.iter().take(1) {
        let plain: [Ask<'_>; 5] = [
            ("GET", &[], None),
            ("HEAD", &[], None),
            ("PUT", &json, Some(&body)),
            ("PATCH", &merge, Some(r#"{"weight": 9}"#)),
            ("DELETE", &[], None),
        ];
        for (method, headers, body) in plain {
            let conditions = [
                None,
                Some(("if-match", tag.as_str())),
                Some(("if-match", "*")),
                Some(("if-match", "\"x\"")),
                Some(("if-none-match", tag.as_str())),
                Some(("if-none-match", "*")),
            ];
            for condition in conditions {
                let headers: Vec<_> = headers.iter().copied().chain(condition).collect();
                let ask = |path: &str| {
                    let body = body.map(str::as_bytes);
                    caller.client.send(method, path, &headers, body)
                };
                let (theirs, none) = (ask(path)?, ask(&nowhere)?);
                let what = format!("{} {method} {condition:?} of {}", caller.name, other.name);
                assert_eq!(theirs.status, 404, "{what}");
                assert_eq!(essence(&theirs), essence(&none), "{what}");
                let rehearsed = ask(&format!("{path}?dry_run=true"))?;
                assert!(matches!(rehearsed.status, 400 | 404), "{what}: rehearsed");
            }
        }
    }
    let query = format!("{PATH}?content={}%200", other.name.replace(' ', "%20"));
    assert_eq!(contents(&caller.client, &query)?, Vec::<String>::new());
    Ok(())
}

/// The cursor of another leads nowhere, or through records of one's own.
fn takes_no_cursor(caller: &Owner, other: &Owner) -> anyhow::Result<()> {
    for query in ["?limit=1", "?limit=1&sort=weight"] {
        let page = other.client.get(&format!("{PATH}{query}"))?;
        let cursor = page.member("next").as_str().unwrap_or_default().to_owned();
        assert!(!cursor.is_empty(), "{}", page.text());
        let path = with_cursor(&format!("{PATH}{query}"), &cursor);
        let own = other.client.get(&path)?;
        assert_eq!(own.status, 200, "{}", own.text());
        let answer = caller.client.get(&path)?;
        assert!(matches!(answer.status, 200 | 400), "{}", answer.text());
        assert!(!answer.text().contains(other.name), "{}", answer.text());
    }
    Ok(())
}

fn changes_its_own(owner: &Owner) -> anyhow::Result<()> {
    let client = &owner.client;
    let [(first, tag), (second, _), (third, _)] = owner.parcels.as_slice() else {
        anyhow::bail!("three parcels");
    };
    assert_eq!(client.get(first)?.header("etag"), Some(tag.as_str()));
    let body = json!({"content": format!("{} 1", owner.name), "weight": 7}).to_string();
    let json = [("content-type", "application/json"), ("if-match", "*")];
    let replaced = client.send("PUT", second, &json, Some(body.as_bytes()))?;
    assert_eq!(replaced.status, 200, "{}", replaced.text());
    assert_eq!(client.patch(third, r#"{"weight": 8}"#)?.status, 200);
    let deleted = client.send("DELETE", first, &[("if-match", tag)], None)?;
    assert_eq!(deleted.status, 204, "{}", deleted.text());
    assert_eq!(client.get(first)?.status, 404);
    Ok(())
}

#[test]
fn one_idempotency_key_of_two_callers_is_two() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let server = Server::start(&documents("API key")?, &storage)?;
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", "the-same"),
        ];
        let body = json!({"content": "books", "weight": 1}).to_string();
        let mut made = Vec::new();
        for _ in 0..2 {
            let client = with_fresh_key(&server, &storage)?;
            let answer = client.send("POST", PATH, &headers, Some(body.as_bytes()))?;
            assert_eq!(answer.status, 201, "{}", answer.text());
            assert_eq!(answer.header("idempotent-replayed"), None);
            assert_eq!(contents(&client, PATH)?, ["books"]);
            made.push(answer.member("id"));
        }
        assert_ne!(made.first(), made.last());
    }
    Ok(())
}
