//! `Idempotency-Key` (http-contract, section 4).

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::{Answer, Request};
use crate::faults::Fault;
use crate::orders::{PATH, order, orders_spec};
use crate::world::World;
use actix_web::rt::System;
use serde_json::json;
use specd_app::catalog::{Catalog, ServedSpec};
use specd_app::idempotency;
use specd_domain::access::Authentication;
use specd_domain::endpoint::Operation;
use specd_testkit::sample::at;

fn post(world: &World, key: &str, body: &str) -> Answer {
    let request = Request::new("POST", PATH)
        .key(&world.writer)
        .header("Idempotency-Key", key);
    world.send(request.json(body))
}

fn patch(world: &World, key: &str, path: &str, body: &str) -> Answer {
    let request = Request::new("PATCH", path)
        .key(&world.writer)
        .header("Idempotency-Key", key);
    world.send(request.merge_patch(body))
}

fn count(world: &World) -> usize {
    world.ask("GET", PATH).json()["items"]
        .as_array()
        .unwrap()
        .len()
}

/// Everything of an answer that belongs to it and not to its exchange.
fn essence(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let of_exchange = ["x-request-id", "date", "idempotent-replayed", "ratelimit"];
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| !of_exchange.contains(&name.as_str()));
    let mut headers: Vec<_> = headers.cloned().collect();
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

#[track_caller]
fn assert_replayed(again: &Answer, first: &Answer) {
    assert_eq!(
        again.header("idempotent-replayed"),
        Some("true"),
        "{again:?}"
    );
    assert_eq!(first.header("idempotent-replayed"), None, "{first:?}");
    assert_eq!(essence(again), essence(first), "byte for byte");
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
}

#[test]
fn a_repeated_create_gets_the_stored_answer_again() {
    let world = World::new();
    let first = post(&world, "k1", &order("n1", 1));
    assert_eq!(first.status, 201);
    for key in ["k1", "\"k1\"", " k1 "] {
        assert_replayed(&post(&world, key, &order("n1", 1)), &first);
    }
    assert_eq!(count(&world), 1);
    let other = post(&world, "k2", &order("n2", 1));
    assert_eq!(
        (other.status, other.header("idempotent-replayed")),
        (201, None)
    );
    assert_eq!(count(&world), 2);
}

#[test]
fn a_repeated_patch_is_merged_once() {
    let world = World::new();
    let path = world.created("n1", 1);
    let first = patch(&world, "k1", &path, r#"{"quantity":2}"#);
    assert_eq!((first.status, first.header("etag")), (200, Some("\"3-2\"")));
    world.patch(&path, r#"{"quantity":3}"#);
    assert_replayed(&patch(&world, "k1", &path, r#"{"quantity":2}"#), &first);
    assert_eq!(world.ask("GET", &path).json()["quantity"], 3);
    // The key was for that record.
    let other = world.created("n2", 1);
    let answer = patch(&world, "k1", &other, r#"{"quantity":2}"#);
    assert_eq!(
        (answer.status, answer.header("idempotent-replayed")),
        (200, None)
    );
}

#[test]
fn a_replayed_answer_is_the_one_of_then() {
    let world = World::new();
    let first = post(&world, "k1", &order("n1", 1));
    let path = first.header("location").unwrap();
    world.patch(path, r#"{"quantity":9}"#);
    assert_replayed(&post(&world, "k1", &order("n1", 1)), &first);
    assert_eq!(world.ask("DELETE", path).status, 204);
    assert_replayed(&post(&world, "k1", &order("n1", 1)), &first);
    assert_eq!(count(&world), 0);
}

#[test]
fn a_changed_document_does_not_make_a_repetition_another_request() {
    let world = World::new();
    let first = post(&world, "k1", &order("n1", 1));
    let mut spec = orders_spec();
    for endpoint in &mut spec.endpoints {
        if endpoint.operation == Operation::Create {
            endpoint.success = 202;
            endpoint.statuses = vec![202, 400, 401, 403, 500];
            endpoint.response.truncate(1);
        }
    }
    world
        .catalog
        .swap(Catalog::new([ServedSpec::new(Arc::new(spec), 4)]));
    let again = post(&world, "k1", &order("n1", 1));
    assert_eq!((again.status, again.text()), (201, first.text()));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(again.header("spec"), Some("0001; rev=4"), "who answers now");
}

#[test]
fn a_key_is_of_one_request() {
    let world = World::new();
    let first = post(&world, "k1", &order("n1", 1));
    assert_eq!(first.status, 201);
    let send =
        |request: Request| world.send(request.key(&world.writer).header("Idempotency-Key", "k1"));
    let same = || order("n1", 1);
    let rows = [
        ("body", Request::new("POST", PATH).json(order("n1", 2))),
        (
            "body",
            Request::new("POST", PATH).json(format!("{} ", same())),
        ),
        (
            "body that is no JSON",
            Request::new("POST", PATH).json("{no"),
        ),
        ("empty body", Request::new("POST", PATH)),
        (
            "query",
            Request::new("POST", &format!("{PATH}?dry_run=false")).json(same()),
        ),
        (
            "wrong query",
            Request::new("POST", &format!("{PATH}?x=1")).json(same()),
        ),
        (
            "type",
            Request::new("POST", PATH)
                .header("Content-Type", "application/json; charset=utf-8")
                .bytes(same()),
        ),
        (
            "precondition",
            Request::new("POST", PATH)
                .header("If-Match", "*")
                .json(same()),
        ),
    ];
    for (what, request) in rows {
        let answer = send(request);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (422, "idempotency-key-reused"),
            "another {what}"
        );
    }
    // What does not decide the outcome may differ.
    let same = Request::new("POST", PATH)
        .json(same())
        .header("Accept", "*/*")
        .header("User-Agent", "x");
    assert_eq!(send(same).header("idempotent-replayed"), Some("true"));
    assert_eq!(count(&world), 1);
}

#[test]
fn a_key_belongs_to_its_caller_and_its_endpoint() {
    let world = World::new();
    let other = crate::world::key(
        &world.store,
        &world.clock,
        &specd_testkit::CountingEntropy::starting_at(99),
        &["orders:read", "orders:write"],
    );
    assert_eq!(post(&world, "k1", &order("n1", 1)).status, 201);
    let request = Request::new("POST", PATH)
        .key(&other)
        .header("Idempotency-Key", "k1");
    let answer = world.send(request.json(order("n2", 1)));
    assert_eq!(
        (answer.status, answer.header("idempotent-replayed")),
        (201, None),
        "{answer:?}"
    );
    assert_eq!(count(&world), 2);
}

#[test]
fn a_key_has_1_to_255_characters_and_stands_once() {
    let world = World::new();
    let longest = "x".repeat(255);
    let too_long = "x".repeat(256);
    let malformed = [
        "",
        "\"\"",
        "a b",
        "a\"b",
        "\"a",
        "a\"",
        "\"a\"b",
        "\"a\";p=1",
        &too_long,
        "é",
        r#""a\n""#,
    ];
    for method in ["POST", "PATCH"] {
        let target = if method == "POST" {
            PATH.to_owned()
        } else {
            world.created("n1", 1)
        };
        for key in malformed {
            // Row 9: the body and the query are wrong, too.
            let request = Request::new(method, &format!("{target}?x=1"))
                .key(&world.writer)
                .header("Idempotency-Key", key);
            let request = if method == "POST" {
                request.json("{")
            } else {
                request.merge_patch("{")
            };
            let answer = world.send(request);
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (400, "invalid-idempotency-key"),
                "{method} {key}"
            );
        }
    }
    let twice = Request::new("POST", PATH)
        .key(&world.writer)
        .header("Idempotency-Key", "a")
        .header("Idempotency-Key", "a");
    assert_eq!(
        world.send(twice.json(order("n2", 1))).problem(),
        "invalid-idempotency-key"
    );
    assert_eq!(post(&world, &longest, &order("n2", 1)).status, 201);
    assert_eq!(
        post(&world, &format!("\"{longest}\""), &order("n2", 1)).header("idempotent-replayed"),
        Some("true")
    );
}

#[test]
fn other_methods_do_not_look_at_the_key() {
    let world = World::new();
    let path = world.created("n1", 1);
    for key in ["k1", "a b", ""] {
        for method in ["GET", "HEAD", "PUT", "DELETE"] {
            let request = Request::new(method, &path)
                .key(&world.writer)
                .header("Idempotency-Key", key);
            let request = if method == "PUT" {
                request.json(order("n1", 1))
            } else {
                request
            };
            let answer = world.send(request);
            assert!(answer.status < 300, "{method} {key}: {answer:?}");
            assert_eq!(answer.header("idempotent-replayed"), None);
            if method == "DELETE" {
                assert_eq!(world.post(&order("n1", 1)).status, 201);
                break;
            }
        }
        if world.ask("GET", &path).status == 404 {
            break;
        }
    }
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    let world = World::new();
    world.created("taken", 1);
    // Each is refused, and the corrected request has the same key.
    let missing = format!("{PATH}/00000000-0000-4000-8000-000000000000");
    assert_eq!(post(&world, "k1", "{no").status, 400);
    assert_eq!(post(&world, "k1", &order("n1", 0)).status, 400);
    assert_eq!(post(&world, "k1", &order("taken", 1)).status, 409);
    assert_eq!(post(&world, "k1", &order("n1", 1)).status, 201);
    assert_eq!(patch(&world, "k2", &missing, "{}").status, 404);
    let path = world.created("n2", 1);
    let stale = Request::new("PATCH", &path)
        .key(&world.writer)
        .header("Idempotency-Key", "k2")
        .header("If-Match", "\"9-9\"")
        .merge_patch("{}");
    assert_eq!(world.send(stale).status, 412);
    assert_eq!(patch(&world, "k2", &path, "{}").status, 200);
}

#[test]
fn a_server_error_leaves_its_key_free() {
    let world = World::new();
    for fault in [Fault::Failed, Fault::Panic] {
        world.break_with(fault);
        let answer = post(&world, "k1", &order("n1", 1));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (500, "internal"),
            "{fault:?}"
        );
        world.mend();
    }
    world.break_with(Fault::OutcomeUnknown);
    assert_eq!(
        post(&world, "k1", &order("n1", 1)).problem(),
        "outcome-unknown"
    );
    world.mend();
    world.store.set_away(true);
    assert_eq!(post(&world, "k1", &order("n1", 1)).problem(), "unavailable");
    world.store.set_away(false);
    let first = post(&world, "k1", &order("n1", 1));
    assert_eq!(first.status, 201, "{first:?}");
    assert_replayed(&post(&world, "k1", &order("n1", 1)), &first);
}

#[test]
fn a_key_is_in_use_while_its_request_runs() {
    let world = World::new();
    world.break_with(Fault::Held);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| post(&world, "k1", &order("n1", 1)));
        let begun = Instant::now();
        while post(&world, "k1", &order("n1", 1)).status != 409 {
            assert!(begun.elapsed() < Duration::from_secs(10));
        }
        // Also for another request: the one that runs may yet be refused and leave its key free.
        for quantity in [1, 2] {
            let answer = post(&world, "k1", &order("n1", quantity));
            assert_eq!(answer.status, 409, "{answer:?}");
            assert_eq!(answer.problem(), "idempotency-key-in-use");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        // Another key is another request.
        world.mend();
        assert_eq!(post(&world, "k2", &order("n2", 1)).status, 201);
        first.join().unwrap();
    });
    let again = patiently(|| post(&world, "k1", &order("n1", 1)));
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (201, Some("true"))
    );
    assert_eq!(count(&world), 2);
}

/// Asks until the request with the key has ended.
fn patiently(ask: impl Fn() -> Answer) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = ask();
        if answer.status != 409 {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_request_that_is_late_is_finished_and_answered_when_it_is_sent_again() {
    let world = World::new();
    world.break_with(Fault::Held);
    let late = post(&world, "k1", &order("n1", 1));
    assert_eq!(
        (late.status, late.problem().as_str()),
        (503, "outcome-unknown")
    );
    let detail = late.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("`Idempotency-Key`"), "{detail}");
    let busy = post(&world, "k1", &order("n1", 1));
    assert_eq!(
        (busy.status, busy.problem().as_str()),
        (409, "idempotency-key-in-use")
    );
    world.mend();
    let again = patiently(|| post(&world, "k1", &order("n1", 1)));
    assert_eq!(
        (again.status, again.header("idempotent-replayed")),
        (201, Some("true")),
        "{again:?}"
    );
    assert_eq!(count(&world), 1);
}

#[test]
fn an_answer_of_another_server_is_replayed_here() {
    let world = World::new();
    world.break_with(Fault::DoneElsewhere);
    let answer = post(&world, "k1", &order("n1", 1));
    assert_eq!(
        (answer.status, answer.header("idempotent-replayed")),
        (201, Some("true")),
        "{answer:?}"
    );
    world.mend();
    assert_eq!(post(&world, "k1", &order("n1", 1)).text(), answer.text());
    assert_eq!(count(&world), 1);
}

#[test]
fn many_that_send_one_request_at_once_make_one_record() {
    let world = World::new();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..30)
            .map(|_| scope.spawn(|| post(&world, "k1", &order("n1", 1))))
            .collect();
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap())
            .collect()
    });
    assert_eq!(count(&world), 1);
    let done: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert!(!done.is_empty());
    for answer in &answers {
        assert!([201, 409].contains(&answer.status), "{answer:?}");
    }
    for answer in &done {
        assert_eq!(essence(answer), essence(done[0]));
    }
}

#[test]
fn an_answer_is_kept_for_24_hours() {
    let world = World::new();
    let first = post(&world, "k1", &order("n1", 1));
    world.advance(24 * 3600 - 1);
    assert_replayed(&post(&world, "k1", &order("n1", 1)), &first);
    world.advance(1);
    let later = post(&world, "k1", &order("n1", 1));
    assert_eq!(
        (later.status, later.problem().as_str()),
        (409, "conflict"),
        "the request is a new one"
    );
    assert_eq!(
        post(&world, "k1", &order("n2", 1)).status,
        201,
        "and so is its key"
    );
}

#[test]
fn a_caller_with_too_many_kept_answers_gets_no_new_ones() {
    let world = World::new();
    let sweep = |kept_per_caller| {
        let claims = world.state.claims();
        let ports = &world.ports;
        let swept = idempotency::sweep(&claims, kept_per_caller, &*ports.answers, &*ports.clock);
        System::new().block_on(swept).unwrap()
    };
    let first = post(&world, "k1", &order("n1", 1));
    assert_eq!(post(&world, "k2", &order("n2", 1)).status, 201);
    assert_eq!(sweep(2), 0);
    assert_eq!(post(&world, "k3", &order("n3", 1)).status, 201);
    assert_eq!(sweep(2), 0);
    let refused = post(&world, "k4", &order("n4", 1));
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (429, "rate-limited")
    );
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_replayed(&post(&world, "k1", &order("n1", 1)), &first);
    assert_eq!(
        world.post(&order("n4", 1)).status,
        201,
        "without a key nothing is kept"
    );
    world.advance(24 * 3600);
    assert_eq!(sweep(2), 3, "what has expired is forgotten");
    assert_eq!(post(&world, "k4", &order("n5", 1)).status, 201);
}

#[test]
fn a_caller_whom_nobody_knows_sends_a_key_that_nobody_guesses() {
    let mut spec = orders_spec();
    spec.access.authentication = vec![at(Authentication::None)];
    spec.access.grants.clear();
    let world = World::serving(vec![spec]);
    let post = |key: &str, body: &str| {
        world.send(
            Request::new("POST", PATH)
                .header("Idempotency-Key", key)
                .json(body),
        )
    };
    let short = post("1234567890123456789", &order("n1", 1));
    assert_eq!(
        (short.status, short.problem().as_str()),
        (400, "invalid-idempotency-key")
    );
    assert!(
        short.json()["detail"]
            .as_str()
            .unwrap()
            .contains("20 characters")
    );
    let key = "8e03978e-40d5-43e8-bc93-6894a57f9324";
    let first = post(key, &order("n1", 1));
    assert_eq!(first.status, 201);
    assert_replayed(&post(key, &order("n1", 1)), &first);
    assert_eq!(post(key, &order("n1", 2)).status, 422);
}

#[test]
fn a_key_needs_the_whole_body_first() {
    let world = World::new();
    let head = |length: &str| {
        let line = format!(
            "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n",
            world.writer
        );
        format!("{line}Idempotency-Key: k1\r\nContent-Type: application/json\r\n{length}\r\n\r\n")
    };
    let stalled =
        crate::client::send_bytes(world.address, head("Content-Length: 10").as_bytes(), false);
    assert_eq!(stalled.unwrap().problem(), "malformed-request");
    let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
    let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", 1_100_000, "x".repeat(1_100_000));
    chunked.extend_from_slice(chunk.as_bytes());
    let large = crate::client::send_bytes(world.address, &chunked, false).unwrap();
    assert_eq!(
        (large.status, large.problem().as_str()),
        (413, "body-too-large")
    );
    assert_eq!(
        post(&world, "k1", &order("n1", 1)).status,
        201,
        "the key was never taken"
    );
}

#[test]
fn a_large_answer_is_kept_whole() {
    let world = World::new();
    let text = "é".repeat(250_000);
    let body = json!({"number": "n1", "customer": text, "quantity": 1}).to_string();
    let first = post(&world, "k1", &body);
    assert_eq!(first.status, 201);
    assert_replayed(&post(&world, "k1", &body), &first);
}
