//! Examples and answers keep to the schemas; what is served is what is generated.

use std::collections::{HashMap, HashSet};

use anyhow::Context as _;
use jsonschema::Validator;
use serde_json::Value;
use specd_e2e::{Answer, Client, Documents, Server, Storage};

use crate::description::{Description, references};
use crate::{OBSERVATORY, RESOURCE, generated};

#[test]
fn what_is_served_is_what_is_generated() -> anyhow::Result<()> {
    let documents = Documents::of(&OBSERVATORY)?;
    let storage = Storage::sqlite()?;
    let server = Server::start(&documents, &storage)?;
    let shown = server.anonymous().get("/openapi.json")?;
    assert_eq!(shown.header("content-type"), Some("application/json"));
    assert_eq!(shown.json(), generated(&documents)?.0);
    Ok(())
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() -> anyhow::Result<()> {
    for files in [&OBSERVATORY[..], &RESOURCE] {
        let description = generated(&Documents::of(files)?)?;
        let mut found = Vec::new();
        references(&description.0, &mut found);
        for reference in &found {
            let pointer = reference.trim_start_matches('#');
            assert!(description.0.pointer(pointer).is_some(), "{reference}");
        }
        for group in ["schemas", "responses", "parameters", "headers"] {
            let components = description.0["components"][group].as_object();
            for (name, _) in components.context("a group of components")? {
                let used = found.contains(&format!("#/components/{group}/{name}"));
                assert!(used, "{group}/{name} is not used");
            }
        }
        let ids: Vec<&str> = description
            .operations()
            .iter()
            .filter_map(|operation| operation.says["operationId"].as_str())
            .collect();
        let distinct: HashSet<&&str> = ids.iter().collect();
        assert_eq!(distinct.len(), description.operations().len(), "{ids:?}");
    }
    Ok(())
}

#[test]
fn every_example_keeps_to_its_schema() -> anyhow::Result<()> {
    let template = specd_e2e::documents::template();
    let template = [("0001-resource.md", template.as_str())];
    for files in [&OBSERVATORY[..], &RESOURCE, &template] {
        let description = generated(&Documents::of(files)?)?;
        let mut count = 0;
        for operation in description.operations() {
            let body = &operation.says["requestBody"];
            let responses = operation.says["responses"]
                .as_object()
                .context("responses")?;
            let mut contents = vec![&body["content"]];
            for response in responses.values() {
                contents.push(&description.resolved(response)?["content"]);
            }
            for media in contents
                .iter()
                .filter_map(|content| content.as_object())
                .flat_map(|c| c.values())
            {
                let validator = description.validator(&media["schema"])?;
                let examples = media["examples"].as_object().into_iter().flatten();
                let examples = examples.map(|(_, example)| &example["value"]);
                for example in examples.chain(media.get("example")) {
                    count += 1;
                    check(
                        &validator,
                        example,
                        &format!("{} {}", operation.method, operation.path),
                    );
                }
            }
        }
        assert!(count > 10, "only {count} examples");
    }
    Ok(())
}

#[track_caller]
fn check(validator: &Validator, value: &Value, place: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{place}: {errors:#?}\n{value:#}");
}

/// Every answer is one that the description knows: its status, its type, its body and its headers.
struct Judge<'a> {
    description: &'a Description,
    validators: HashMap<String, Validator>,
}

impl Judge<'_> {
    fn answer(&self, method: &str, path: &str, answer: &Answer) -> anyhow::Result<()> {
        let place = format!("{method} {path}: {} {}", answer.status, answer.text());
        let item = &self.description.0["paths"][path];
        let response = &item[method.to_lowercase()]["responses"][answer.status.to_string()];
        assert!(
            !response.is_null(),
            "the description has no such status: {place}"
        );
        let response = self.description.resolved(response)?;
        let Some(content) = response["content"].as_object() else {
            assert!(answer.body.is_empty(), "{place}");
            return Ok(());
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let media = content
            .get(kind)
            .with_context(|| format!("{kind}: {place}"))?;
        let name = media["schema"]["$ref"].as_str().context("a component")?;
        let name = name.trim_start_matches("#/components/schemas/");
        check(&self.validators[name], &answer.json(), &place);
        if kind == "application/json" {
            // Answers are open to more members in a later revision; now they have just these.
            let schema = &self.description.0["components"]["schemas"][name]["properties"];
            let known = schema.as_object().context("properties")?;
            for member in answer.json().as_object().context("an object")?.keys() {
                assert!(
                    known.contains_key(member),
                    "{member} is not described: {place}"
                );
            }
        }
        for header in [
            "etag",
            "location",
            "retry-after",
            "www-authenticate",
            "allow",
            "ratelimit",
            "spec",
            "link",
        ] {
            let names = response["headers"].as_object().into_iter().flatten();
            let is_known = names
                .map(|(name, _)| name.to_lowercase())
                .any(|name| name == header);
            let is_sent = answer.header(header).is_some();
            let is_of_success = answer.status < 300;
            assert!(
                !is_sent || is_known || !is_of_success,
                "{header} is not described: {place}"
            );
        }
        Ok(())
    }
}

#[test]
fn every_answer_keeps_to_the_description() -> anyhow::Result<()> {
    for storage in Storage::each()? {
        let documents = Documents::of(&OBSERVATORY)?;
        let server = Server::start(&documents, &storage)?;
        let client = server.anonymous();
        let description = generated(&documents)?;
        // Readings refer to the first station.
        let station = client.post(STATIONS, r#"{"code":"LON-1"}"#)?;
        assert_eq!(station.status, 201, "{}", station.text());
        walk(&client, &description, "/api/v1/readings")?;
        // A reading that is left keeps the station's code from being taken again.
        let renamed = client.patch(&format!("{STATIONS}/1"), r#"{"code":"OLD-1"}"#)?;
        assert_eq!(renamed.status, 409, "{}", renamed.text());
    }
    let storage = Storage::sqlite()?;
    let documents = Documents::of(&OBSERVATORY)?;
    let server = Server::start(&documents, &storage)?;
    walk(&server.anonymous(), &generated(&documents)?, STATIONS)?;
    let storage = Storage::sqlite()?;
    let documents = Documents::of(&RESOURCE)?;
    let server = Server::start(&documents, &storage)?;
    let description = generated(&documents)?;
    walk(&server.client()?, &description, "/api/v1/resource")?;
    refused(&server.anonymous(), &description)
}

const STATIONS: &str = "/api/v1/stations";

/// Asks every operation of a collection with its own examples, and then with what it must refuse.
fn walk(client: &Client, description: &Description, path: &str) -> anyhow::Result<()> {
    let judge = Judge {
        description,
        validators: description.validators()?,
    };
    let one = format!("{path}/{{id}}");
    let body = description.0["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"].to_string();
    let created = client.post(path, &body)?;
    assert!(created.status < 300, "{}", created.text());
    judge.answer("POST", path, &created)?;
    judge.answer("POST", path, &client.post(path, &body)?)?;
    let place = created.header("location").context("a place")?.to_owned();
    let tag = created.header("etag").context("a tag")?.to_owned();
    judge.answer("GET", &one, &client.get(&place)?)?;
    let known = client.send("GET", &place, &[("if-none-match", &tag)], None)?;
    assert_eq!(known.status, 304);
    judge.answer("GET", &one, &known)?;
    let replace = &description.0["paths"][&one]["put"]["requestBody"]["content"]["application/json"]
        ["example"];
    judge.answer("PUT", &one, &client.put(&place, &replace.to_string())?)?;
    let merge = &description.0["paths"][&one]["patch"]["requestBody"]["content"]["application/merge-patch+json"]
        ["example"];
    judge.answer("PATCH", &one, &client.patch(&place, &merge.to_string())?)?;
    let stale = client.send(
        "PATCH",
        &place,
        &[
            ("if-match", "\"0-0\""),
            ("content-type", "application/merge-patch+json"),
        ],
        Some(b"{}"),
    )?;
    assert_eq!(stale.status, 412);
    judge.answer("PATCH", &one, &stale)?;
    for query in [
        "",
        "?limit=1",
        "?limit=0",
        "?cursor=x",
        "?nobody=1",
        "?sort=-nobody",
    ] {
        judge.answer("GET", path, &client.get(&format!("{path}{query}"))?)?;
    }
    for wrong in [
        "",
        "{",
        "[]",
        "{\"nobody\":1}",
        "{\"code\":1,\"whole\":\"x\",\"field1\":null}",
    ] {
        judge.answer("POST", path, &client.post(path, wrong)?)?;
    }
    let unlabelled = client.send("POST", path, &[("content-type", "text/plain")], Some(b"x"))?;
    assert_eq!(unlabelled.status, 415);
    judge.answer("POST", path, &unlabelled)?;
    let unacceptable = client.send("GET", path, &[("accept", "text/html")], None)?;
    assert_eq!(unacceptable.status, 406);
    judge.answer("GET", path, &unacceptable)?;
    let key = [
        ("content-type", "application/json"),
        ("idempotency-key", "a b"),
    ];
    judge.answer(
        "POST",
        path,
        &client.send("POST", path, &key, Some(body.as_bytes()))?,
    )?;
    judge.answer("GET", &one, &client.get(&format!("{path}/nobody"))?)?;
    judge.answer("DELETE", &one, &client.delete(&place)?)?;
    let gone = client.delete(&place)?;
    assert_eq!(gone.status, 404);
    judge.answer("DELETE", &one, &gone)?;
    // What refers to it is asked with it there.
    assert!(client.post(path, &body)?.status < 300);
    Ok(())
}

/// Without a key.
fn refused(client: &Client, description: &Description) -> anyhow::Result<()> {
    let judge = Judge {
        description,
        validators: description.validators()?,
    };
    let answer = client.get("/api/v1/resource")?;
    assert_eq!(answer.status, 401);
    judge.answer("GET", "/api/v1/resource", &answer)
}
