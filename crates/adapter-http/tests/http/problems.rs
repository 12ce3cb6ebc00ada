//! Problem bodies as a person reads them, and failures of the store.

use crate::client::{Answer, Request};
use crate::faults::Fault;
use crate::orders::{PATH, order};
use crate::world::World;

mod layers;
mod personal;

const REQUEST_ID: &str = "7f3c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11";
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn request(method: &str, target: &str) -> Request {
    Request::new(method, target)
        .header("X-Request-Id", REQUEST_ID)
        .header("traceparent", &format!("00-{TRACE_ID}-00f067aa0ba902b7-01"))
}

fn pretty(answer: &Answer) -> String {
    answer.problem();
    let json: serde_json::Value = answer.json();
    serde_json::to_string_pretty(&json).unwrap()
}

#[test]
fn problems_read_well() {
    let world = World::new();
    let path = world.created("taken", 1);
    let ask = |request: Request| pretty(&world.send(request));
    let writer = &world.writer;
    insta::assert_snapshot!("unauthenticated", ask(request("GET", PATH)));
    insta::assert_snapshot!(
        "forbidden",
        ask(request("DELETE", &path).key(&world.reader))
    );
    insta::assert_snapshot!("not_found", ask(request("GET", "/api/v2/orders")));
    insta::assert_snapshot!("method_not_allowed", ask(request("PUT", PATH)));
    insta::assert_snapshot!(
        "unsupported_media_type",
        ask(request("POST", PATH)
            .key(writer)
            .header("Content-Type", "text/plain")
            .bytes("x"))
    );
    insta::assert_snapshot!(
        "not_acceptable",
        ask(request("GET", PATH)
            .key(writer)
            .header("Accept", "text/html"))
    );
    insta::assert_snapshot!(
        "invalid_parameters",
        ask(request("GET", &format!("{PATH}?limit=x&colour=red")).key(writer))
    );
    insta::assert_snapshot!(
        "malformed_body",
        ask(request("POST", PATH)
            .key(writer)
            .json("{\n  \"number\": nope\n}"))
    );
    insta::assert_snapshot!(
        "invalid_record",
        ask(request("POST", PATH)
            .key(writer)
            .json(r#"{"number":5,"quantity":0,"colour":"red"}"#))
    );
    insta::assert_snapshot!(
        "conflict",
        ask(request("POST", PATH).key(writer).json(order("taken", 1)))
    );
    insta::assert_snapshot!(
        "no_such_record",
        ask(request("GET", &format!("{PATH}/1")).key(writer))
    );
    insta::assert_snapshot!(
        "headers_too_large",
        ask(request("GET", "/").header("X", &"x".repeat(40_000)))
    );
}

#[test]
fn a_trace_is_continued_and_an_invalid_one_replaced() {
    let world = World::new();
    let answer = world.send(request("GET", "/nowhere"));
    assert_eq!(answer.json()["trace_id"], TRACE_ID);
    assert_eq!(answer.json()["instance"], format!("urn:uuid:{REQUEST_ID}"));
    let invalid = Request::new("GET", "/nowhere").header("traceparent", "00-0-0-0");
    let trace = world.send(invalid).json()["trace_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(trace.len(), 32);
    assert_ne!(trace, "0".repeat(32));
}

#[test]
fn a_panic_is_one_requests_alone() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::Panic);
    for answer in [
        world.ask("GET", &path),
        world.ask("GET", PATH),
        world.post(&order("n2", 1)),
        world.ask("DELETE", &path),
    ] {
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (500, "internal")
        );
        assert_eq!(answer.header("spec"), Some("0001; rev=3"));
    }
    world.mend();
    assert_eq!(world.ask("GET", &path).status, 200);
}

#[test]
fn a_failing_database_tells_nothing_of_itself() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::Failed);
    let answer = world.ask("GET", &path);
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (500, "internal")
    );
    assert!(!answer.text().contains("secret"), "{answer:?}");
}

#[test]
fn an_unknown_outcome_is_not_called_a_failure() {
    let world = World::new();
    world.break_with(Fault::OutcomeUnknown);
    let answer = world.post(&order("n1", 1));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "outcome-unknown")
    );
    assert_eq!(answer.json()["retryable"], false);
}

#[test]
fn a_store_that_hangs_does_not_hang_the_caller() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::Hang);
    let read = world.ask("GET", &path);
    assert_eq!((read.status, read.problem().as_str()), (503, "unavailable"));
    let written = world.post(&order("n2", 1));
    assert_eq!(
        (written.status, written.problem().as_str()),
        (503, "outcome-unknown")
    );
}

#[test]
fn a_check_of_the_database_is_a_violation() {
    let world = World::new();
    world.break_with(Fault::CheckBroken);
    let answer = world.post(&order("n1", 1));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (400, "invalid-record")
    );
    assert_eq!(
        answer.errors(),
        [("#/quantity".to_owned(), "rule_broken".to_owned())]
    );
    let json = answer.json();
    assert_eq!(
        json["errors"][0]["detail"],
        "must keep the check `orders_quantity_check`"
    );
    assert_eq!(json["spec"]["heading"], "Data Schema");
    assert_eq!(
        json["spec"]["path"],
        "docs/architecture/specs/0001-orders.md"
    );
}

#[test]
fn a_record_that_keeps_changing_is_tried_later() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::AlwaysStale);
    let answer = world.patch(&path, r#"{"quantity":2}"#);
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "unavailable")
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[test]
fn an_answer_of_many_violations_stays_below_two_megabytes() {
    let world = World::new();
    let members: Vec<String> = (0..60_000)
        .map(|at| format!("\"{at:05}\":{at:05}1"))
        .collect();
    let body = format!("{{{}}}", members.join(",").replace(":0", ":1"));
    assert!(body.len() < 1024 * 1024);
    let answer = world.post(&body);
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < 2_000_000, "{}", answer.body.len());
    assert!(answer.body.len() > 1_500_000, "{}", answer.body.len());
    assert!(answer.json()["errors_left_out"].as_u64().unwrap() > 0);
}
