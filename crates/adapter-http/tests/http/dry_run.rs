//! `dry_run` (http-contract, section 3; ruling C03): everything is done, constraints included, and nothing is kept.

use crate::client::{Answer, Request};
use crate::orders::{MEMBERS, PATH, order, orders_spec};
use crate::world::World;
use serde_json::{Value, json};
use specd_domain::endpoint::{Method, Operation};
use specd_testkit::sample::{at, column_name};

/// No record has this id.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn asked(world: &World, method: &str, target: &str, body: &str) -> Request {
    let request = Request::new(method, target).key(&world.writer);
    match method {
        "DELETE" | "GET" => request,
        "PATCH" => request.merge_patch(body),
        _ => request.json(body),
    }
}

/// The answer without what is new in every answer.
fn essence(answer: &Answer) -> (u16, Option<String>, Value) {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if let Some(members) = body.as_object_mut() {
        for name in ["id", "instance", "trace_id"] {
            members.remove(name);
        }
    }
    (
        answer.status,
        answer.header("content-type").map(str::to_owned),
        body,
    )
}

#[test]
fn a_rehearsal_answers_what_the_write_would_and_keeps_nothing() {
    let world = World::new();
    world.created("taken", 1);
    let path = world.created("n1", 1);
    let nobody = format!("{PATH}/{NOBODY}");
    // Method, target, body, status: what is refused, then what is done.
    let rows = [
        ("POST", PATH, "{no json".to_owned(), 400),
        ("POST", PATH, order("n2", 0), 400),
        ("POST", PATH, order("taken", 1), 409),
        ("PUT", &nobody, order("n2", 1), 404),
        ("PUT", &path, order("taken", 1), 409),
        ("PATCH", &path, r#"{"quantity":0}"#.to_owned(), 400),
        ("PATCH", &path, r#"{"number":"taken"}"#.to_owned(), 409),
        ("DELETE", &nobody, String::new(), 404),
        ("POST", PATH, order("n2", 1), 201),
        ("PUT", &path, order("n3", 7), 200),
        ("PATCH", &path, r#"{"quantity":8}"#.to_owned(), 200),
        ("DELETE", &path, String::new(), 204),
    ];
    for (method, target, body, status) in &rows {
        let before = world.ask("GET", PATH).text().to_owned();
        let tried = format!("{target}?dry_run=true");
        let tried = world.send(asked(&world, method, &tried, body));
        let row = format!("{method} {target} {body}: {tried:?}");
        assert_eq!(tried.status, *status, "{row}");
        assert_eq!(tried.header("dry-run"), Some("true"), "{row}");
        for name in ["etag", "location"] {
            assert_eq!(tried.header(name), None, "{row}: {name}");
        }
        assert_eq!(world.ask("GET", PATH).text(), before, "{row}");
        let done = world.send(asked(
            &world,
            method,
            &format!("{target}?dry_run=false"),
            body,
        ));
        assert_eq!(essence(&tried), essence(&done), "{row}");
        assert_eq!(done.header("dry-run"), None, "{row}");
        let is_changed = world.ask("GET", PATH).text() != before;
        assert_eq!(is_changed, *status < 300, "{row}");
    }
}

#[test]
fn a_rehearsed_delete_shows_what_would_go() {
    let mut spec = orders_spec();
    let delete = spec
        .endpoints
        .iter_mut()
        .find(|e| e.operation == Operation::Delete);
    let delete = delete.unwrap();
    delete.success = 200;
    delete.statuses = vec![200, 400, 401, 403, 500];
    delete.response = MEMBERS.map(column_name).into();
    let world = World::serving(vec![spec]);
    let path = world.created("n1", 5);
    let answer = world.ask("DELETE", &format!("{path}?dry_run=true"));
    assert_eq!(
        (answer.status, &answer.json()["quantity"]),
        (200, &json!(5))
    );
    assert_eq!(world.ask("GET", &path).status, 200);
}

#[test]
fn a_rehearsal_has_its_preconditions() {
    let mut spec = orders_spec();
    spec.if_match_required = vec![at(Method::Put)];
    let world = World::serving(vec![spec]);
    let path = world.created("n1", 1);
    let put = |lines: &[(&str, &str)]| {
        let request = asked(
            &world,
            "PUT",
            &format!("{path}?dry_run=true"),
            &order("n1", 2),
        );
        let lines = lines.iter();
        world.send(lines.fold(request, |request, (name, value)| {
            request.header(name, value)
        }))
    };
    assert_eq!(put(&[]).status, 428);
    let stale = put(&[("If-Match", "\"3-9\"")]);
    assert_eq!(
        (stale.status, stale.header("etag")),
        (412, Some("\"3-1\"")),
        "this tag is real"
    );
    assert_eq!(put(&[("If-Match", "\"3-1\"")]).status, 200);
    assert_eq!(world.ask("GET", &path).header("etag"), Some("\"3-1\""));
}

#[test]
fn dry_run_is_given_once_as_true_or_false_and_is_the_only_parameter_of_a_write() {
    let world = World::new();
    let path = world.created("n1", 1);
    let rows = [
        ("dry_run=banana", "dry_run", "must be `true` or `false`"),
        ("dry_run", "dry_run", "must be `true` or `false`"),
        ("dry_run=", "dry_run", "must be `true` or `false`"),
        ("dry_run=1", "dry_run", "must be `true` or `false`"),
        ("dry_run=TRUE", "dry_run", "must be `true` or `false`"),
        ("dry_run=true&dry_run=true", "dry_run", "must be given once"),
        (
            "dry_run=true&dry%5Frun=false",
            "dry_run",
            "must be given once",
        ),
        (
            "Dry_Run=true",
            "Dry_Run",
            "is not a parameter of this request",
        ),
        (
            "dry_run=true&limit=3",
            "limit",
            "is not a parameter of this request",
        ),
        ("colour=red", "colour", "is not a parameter of this request"),
    ];
    for (query, parameter, detail) in rows {
        for (method, target) in [
            ("POST", PATH),
            ("PUT", &path),
            ("PATCH", &path),
            ("DELETE", &path),
        ] {
            let answer = world.send(asked(
                &world,
                method,
                &format!("{target}?{query}"),
                &order("n2", 1),
            ));
            let row = format!("C03: {method} {query}: {answer:?}");
            assert_eq!(answer.status, 400, "{row}");
            assert_eq!(answer.problem(), "invalid-parameters", "{row}");
            let errors = answer.json()["errors"].clone();
            assert_eq!(
                errors,
                json!([{"parameter": parameter, "code": "invalid_parameter", "detail": detail}]),
                "{row}"
            );
        }
    }
    for target in [PATH, &path] {
        let answer = world.ask("GET", &format!("{target}?dry_run=true"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (400, "invalid-parameters")
        );
    }
    assert_eq!(world.ask("GET", &path).header("etag"), Some("\"3-1\""));
}

#[test]
fn a_rehearsal_leaves_its_idempotency_key_free() {
    let world = World::new();
    let post = |query: &str, key: &str| {
        let request = asked(&world, "POST", &format!("{PATH}{query}"), &order("n1", 1));
        world.send(request.header("Idempotency-Key", key))
    };
    for _ in 0..2 {
        let tried = post("?dry_run=true", "k1");
        assert_eq!(
            (tried.status, tried.header("idempotent-replayed")),
            (201, None)
        );
    }
    assert_eq!(
        post("?dry_run=true", "a b").problem(),
        "invalid-idempotency-key"
    );
    assert_eq!(post("", "k1").status, 201);
    let again = post("", "k1");
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (201, Some("true"))
    );
    assert_eq!(
        post("?dry_run=true", "k1").problem(),
        "conflict",
        "nothing is replayed, nothing is kept"
    );
}
