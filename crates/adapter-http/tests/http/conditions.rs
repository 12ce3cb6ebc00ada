//! Conditional requests (http-contract, section 3; RFC 9110, 13).

use crate::client::{Answer, Request};
use crate::faults::Fault;
use crate::orders::{PATH, order, orders_spec};
use crate::world::World;
use specd_app::catalog::{Catalog, ServedSpec};
use specd_domain::endpoint::Method;
use specd_testkit::sample::at;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// No record has this id.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A request that would succeed, with these header lines.
fn asked(world: &World, method: &str, target: &str, lines: &[(&str, &str)]) -> Request {
    let request = Request::new(method, target).key(&world.writer);
    let request = lines.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    });
    match method {
        "PUT" | "POST" => request.json(order("n1", 2)),
        "PATCH" => request.merge_patch(r#"{"quantity":2}"#),
        _ => request,
    }
}

fn outcome(answer: &Answer) -> (u16, String) {
    let problem = match answer.header("content-type") {
        Some("application/problem+json") if !answer.body.is_empty() => answer.problem(),
        _ => String::new(),
    };
    (answer.status, problem)
}

/// Paragraph, header lines, status.
type Row = (&'static str, &'static [(&'static str, &'static str)], u16);

#[test]
fn each_condition_is_judged_on_the_record_as_it_is() {
    // The record's tag is "3-1".
    let held = "3, `If-Match` as RFC 9110 (13.1.1, strong comparison)";
    let unheld = "3, `If-None-Match` as RFC 9110 (13.1.2, weak comparison)";
    let both = "3, both (RFC 9110, 13.2.2)";
    let ok = |method: &str| if method == "DELETE" { 204 } else { 200 };
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let seen = if method == "GET" { 304 } else { 412 };
        let rows: [Row; 22] = [
            (held, &[("If-Match", "\"3-1\"")], ok(method)),
            (held, &[("If-Match", "*")], ok(method)),
            (held, &[("If-Match", "\"x\", \"3-1\"")], ok(method)),
            (
                held,
                &[("if-match", "\"x\""), ("IF-MATCH", "\"3-1\"")],
                ok(method),
            ),
            (held, &[("If-Match", "\"3-2\"")], 412),
            (held, &[("If-Match", "\"2-1\"")], 412),
            (held, &[("If-Match", "\"\"")], 412),
            (held, &[("If-Match", "W/\"3-1\"")], 412),
            (held, &[("If-Match", "\"3-1 \"")], 400),
            (held, &[("If-Match", "3-1")], 400),
            (held, &[("If-Match", "")], 400),
            (held, &[("If-Match", "\"3-1\""), ("If-Match", "*")], 400),
            (unheld, &[("If-None-Match", "\"3-1\"")], seen),
            (unheld, &[("If-None-Match", "W/\"3-1\"")], seen),
            (unheld, &[("If-None-Match", "\"x\",W/\"3-1\"")], seen),
            (unheld, &[("If-None-Match", "*")], seen),
            (unheld, &[("If-None-Match", "\"3-2\"")], ok(method)),
            (unheld, &[("If-None-Match", "w/\"3-1\"")], 400),
            (
                both,
                &[("If-Match", "\"3-1\""), ("If-None-Match", "\"3-1\"")],
                seen,
            ),
            (
                both,
                &[("If-Match", "\"3-2\""), ("If-None-Match", "\"3-1\"")],
                412,
            ),
            (
                both,
                &[("If-Match", "\"3-1\""), ("If-None-Match", "\"3-2\"")],
                ok(method),
            ),
            (
                "3, no Last-Modified is ever sent",
                &[
                    ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
                    ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
                ],
                ok(method),
            ),
        ];
        for (paragraph, lines, status) in rows {
            let world = World::new();
            let path = world.created("n1", 1);
            let answer = world.send(asked(&world, method, &path, lines));
            let row = format!("{paragraph}: {method} {lines:?}: {answer:?}");
            assert_eq!(answer.status, status, "{row}");
            let now = world.ask("GET", &path);
            let is_done = status < 300 && method != "GET";
            match (is_done, method) {
                (true, "DELETE") => assert_eq!(now.status, 404, "{row}"),
                (true, _) => assert_eq!(now.header("etag"), Some("\"3-2\""), "{row}"),
                (false, _) => assert_eq!(now.header("etag"), Some("\"3-1\""), "{row}"),
            }
            match status {
                412 => {
                    assert_eq!(answer.problem(), "precondition-failed", "{row}");
                    assert_eq!(answer.header("etag"), Some("\"3-1\""), "{row}");
                    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
                    assert!(detail.contains("`\"3-1\"`"), "{row}");
                }
                400 => {
                    assert_eq!(answer.problem(), "malformed-request", "{row}");
                    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
                    let name = lines[0].0;
                    assert!(detail.contains(name), "{row}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn what_is_known_is_not_sent_again() {
    let world = World::new();
    let path = world.created("n1", 1);
    let whole = world.ask("GET", &path);
    let tag = whole.header("etag").unwrap().to_owned();
    for method in ["GET", "HEAD"] {
        let answer = world.send(asked(&world, method, &path, &[("If-None-Match", &tag)]));
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{method}");
        // RFC 9110, 15.4.5: the headers of the 200, and nothing about a body.
        for name in ["etag", "cache-control", "spec", "x-content-type-options"] {
            assert_eq!(answer.header(name), whole.header(name), "{method}: {name}");
        }
        for name in ["content-type", "content-length", "transfer-encoding"] {
            assert_eq!(answer.header(name), None, "{method}: {name}");
        }
    }
    world.patch(&path, r#"{"quantity":2}"#);
    let answer = world.send(asked(&world, "GET", &path, &[("If-None-Match", &tag)]));
    assert_eq!(
        (answer.status, answer.header("etag")),
        (200, Some("\"3-2\""))
    );
}

#[test]
fn the_tag_that_an_answer_carries_makes_the_next_change() {
    let world = World::new();
    let created = world.post(&order("n1", 1));
    let path = created.header("location").unwrap();
    let mut tag = created.header("etag").unwrap().to_owned();
    for method in ["PUT", "PATCH", "PUT"] {
        let answer = world.send(asked(&world, method, path, &[("If-Match", &tag)]));
        assert_eq!(answer.status, 200, "{answer:?}");
        tag = answer.header("etag").unwrap().to_owned();
    }
    let lost = world.send(asked(&world, "PUT", path, &[("If-Match", "\"3-1\"")]));
    assert_eq!(
        (lost.status, lost.header("etag")),
        (412, Some(tag.as_str()))
    );
    let again = lost.header("etag").unwrap();
    let done = world.send(asked(&world, "DELETE", path, &[("If-Match", again)]));
    assert_eq!(done.status, 204);
}

#[test]
fn of_fifty_clients_that_write_with_one_tag_one_wins() {
    for method in ["PUT", "PATCH"] {
        let world = World::new();
        let path = world.created("n1", 1);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..50)
                .map(|_| {
                    let (world, path) = (&world, &path);
                    scope.spawn(move || {
                        let lines = [("If-Match", "\"3-1\"")];
                        world.send(asked(world, method, path, &lines)).status
                    })
                })
                .collect();
            writers
                .into_iter()
                .map(|writer| writer.join().unwrap())
                .collect()
        });
        let count = |status: u16| statuses.iter().filter(|found| **found == status).count();
        assert_eq!((count(200), count(412)), (1, 49), "{method}: {statuses:?}");
        assert_eq!(world.ask("GET", &path).header("etag"), Some("\"3-2\""));
    }
}

#[test]
fn a_change_that_came_in_between_is_not_overwritten() {
    for method in ["PUT", "PATCH", "DELETE"] {
        let world = World::new();
        let path = world.created("n1", 1);
        world.break_with(Fault::Overtaken);
        let answer = world.send(asked(&world, method, &path, &[("If-Match", "\"3-1\"")]));
        assert_eq!(
            (answer.status, answer.header("etag")),
            (412, Some("\"3-2\""))
        );
        let now = world.ask("GET", &path);
        assert_eq!(
            now.json()["quantity"],
            1,
            "the other's change alone is there"
        );
        assert_eq!(now.json()["customer"], serde_json::Value::Null);
    }
}

#[test]
fn a_revision_of_the_document_makes_other_tags() {
    let world = World::new();
    let path = world.created("n1", 1);
    let spec = Arc::new(orders_spec());
    world.catalog.swap(Catalog::new([ServedSpec::new(spec, 4)]));
    let known = world.send(asked(&world, "GET", &path, &[("If-None-Match", "\"3-1\"")]));
    assert_eq!((known.status, known.header("etag")), (200, Some("\"4-1\"")));
    let stale = world.send(asked(&world, "PUT", &path, &[("If-Match", "\"3-1\"")]));
    assert_eq!((stale.status, stale.header("etag")), (412, Some("\"4-1\"")));
}

#[test]
fn a_document_may_require_if_match() {
    let mut spec = orders_spec();
    spec.if_match_required = vec![at(Method::Put), at(Method::Patch), at(Method::Delete)];
    let world = World::serving(vec![spec]);
    let path = world.created("n1", 1);
    for method in ["PUT", "PATCH", "DELETE"] {
        for lines in [&[][..], &[("If-None-Match", "\"x\"")]] {
            let answer = world.send(asked(&world, method, &path, lines));
            assert_eq!(
                outcome(&answer),
                (428, "precondition-required".to_owned()),
                "{method}"
            );
        }
        let missing = world.send(asked(&world, method, &format!("{PATH}/{NOBODY}"), &[]));
        assert_eq!(
            outcome(&missing),
            (404, "no-such-record".to_owned()),
            "{method}: row 12 comes first"
        );
    }
    assert_eq!(world.ask("GET", &path).header("etag"), Some("\"3-1\""));
    let replaced = world.send(asked(&world, "PUT", &path, &[("If-Match", "\"3-1\"")]));
    assert_eq!(replaced.status, 200);
    let patched = world.send(asked(&world, "PATCH", &path, &[("If-Match", "*")]));
    assert_eq!(patched.status, 200);
    let deleted = world.send(asked(&world, "DELETE", &path, &[("If-Match", "\"3-3\"")]));
    assert_eq!(deleted.status, 204);
}

#[test]
fn preconditions_come_after_existence_and_before_constraints() {
    let world = World::new();
    world.created("taken", 1);
    let path = world.created("n1", 1);
    let stale = [("If-Match", "\"9-9\"")];
    let nobody = format!("{PATH}/{NOBODY}");
    let put = |target: &str, body: String| {
        let request = Request::new("PUT", target).key(&world.writer).json(body);
        outcome(&world.send(request.header(stale[0].0, stale[0].1)))
    };
    assert_eq!(
        put(&nobody, order("taken", 0)),
        (400, "invalid-record".to_owned()),
        "row 11"
    );
    assert_eq!(
        put(&nobody, order("taken", 1)),
        (404, "no-such-record".to_owned()),
        "row 12"
    );
    assert_eq!(
        put(&path, order("taken", 1)),
        (412, "precondition-failed".to_owned()),
        "row 13"
    );
    assert_eq!(
        outcome(&world.put(&path, &order("taken", 1))),
        (409, "conflict".to_owned()),
        "row 14"
    );
    for method in ["GET", "DELETE"] {
        let answer = world.send(asked(&world, method, &nobody, &stale));
        assert_eq!(
            outcome(&answer),
            (404, "no-such-record".to_owned()),
            "{method}"
        );
    }
}

#[test]
fn a_collection_has_no_tags() {
    let world = World::new();
    for lines in [
        [("If-Match", "\"x\""), ("If-None-Match", "*")],
        [("If-Match", "not a tag"), ("If-None-Match", "")],
    ] {
        let number = lines[0].1;
        let request = Request::new("POST", PATH).key(&world.writer);
        let request = lines.iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        let created = world.send(request.json(order(&number.replace('"', ""), 1)));
        assert_eq!(created.status, 201, "{created:?}");
        assert_eq!(world.send(asked(&world, "GET", PATH, &lines)).status, 200);
    }
}

#[test]
fn a_write_that_never_began_stored_nothing_for_sure() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::Hang);
    // A change reads first, and hangs there; a create hangs while it writes.
    for method in ["PUT", "PATCH"] {
        let answer = world.send(asked(&world, method, &path, &[]));
        assert_eq!(
            outcome(&answer),
            (503, "unavailable".to_owned()),
            "{method}"
        );
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(
        outcome(&world.post(&order("n2", 1))),
        (503, "outcome-unknown".to_owned())
    );
}

#[test]
fn who_waits_in_vain_for_its_turn_stored_nothing_for_sure() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::Held);
    // It holds its turn until the store has answered, also when nobody waits for it any more.
    let first = asked(&world, "PATCH", &path, &[("Idempotency-Key", "k1")]);
    assert_eq!(
        outcome(&world.send(first)),
        (503, "outcome-unknown".to_owned())
    );
    let second = world.patch(&path, r#"{"quantity":9}"#);
    assert_eq!(outcome(&second), (503, "unavailable".to_owned()));
    world.mend();
    let begun = Instant::now();
    while world.ask("GET", &path).header("etag") != Some("\"3-2\"") {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    assert_eq!(world.ask("GET", &path).json()["quantity"], 2);
}
