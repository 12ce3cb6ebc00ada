//! The order of the checks (http-contract, section 1): each row is tried while every later row fails too.

use crate::client::Request;
use crate::orders::{PATH, order};
use crate::world::World;

/// No record has this id.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

struct Row {
    name: &'static str,
    request: Request,
    status: u16,
    problem: &'static str,
}

fn row(name: &'static str, request: Request, status: u16, problem: &'static str) -> Row {
    Row {
        name,
        request,
        status,
        problem,
    }
}

/// Everything from row 8 on is wrong: types, parameters, body, and a record that is not there.
fn wrong_from_media_types(method: &str, target: &str) -> Request {
    Request::new(method, &format!("{target}?nonsense=1"))
        .header("Accept", "text/html")
        .header("Content-Type", "text/plain")
        .bytes("{not json")
}

#[test]
fn each_row_answers_while_all_later_rows_fail_too() {
    let world = World::new();
    // The keys are remembered from here on, so that the database can be away for every row but the store's own.
    let path = world.created("taken", 1);
    assert_eq!(
        world
            .send(Request::new("GET", &path).key(&world.reader))
            .status,
        200
    );
    let one = format!("{PATH}/{NOBODY}");
    let long = format!("/nowhere/{}", "x".repeat(9_000));
    let huge = "x".repeat(40_000);
    let rows = [
        row(
            "1 URI",
            wrong_from_media_types("BREW", &long).header("X-Huge", &huge),
            414,
            "uri-too-long",
        ),
        row(
            "1 headers",
            Request::new("BREW", "/nowhere")
                .header("X-Huge", &huge)
                .header("Content-Length", "2000000"),
            431,
            "headers-too-large",
        ),
        row(
            "1 body",
            Request::new("BREW", "/nowhere").header("Content-Length", "2000000"),
            413,
            "body-too-large",
        ),
        row(
            "2 path",
            wrong_from_media_types("BREW", "/nowhere"),
            404,
            "not-found",
        ),
        row(
            "2 method",
            wrong_from_media_types("BREW", &one),
            405,
            "method-not-allowed",
        ),
        row(
            "4 no key",
            wrong_from_media_types("PUT", &one),
            401,
            "unauthenticated",
        ),
        row(
            "4 wrong key",
            wrong_from_media_types("PUT", &one).key("specd_a_b_c"),
            401,
            "unauthenticated",
        ),
        row(
            "6 scope",
            wrong_from_media_types("PUT", &one).key(&world.reader),
            403,
            "forbidden",
        ),
        row(
            "8 sent type",
            wrong_from_media_types("PUT", &one).key(&world.writer),
            415,
            "unsupported-media-type",
        ),
        row(
            "8 wanted type",
            Request::new("PUT", &format!("{one}?nonsense=1"))
                .key(&world.writer)
                .header("Accept", "text/html")
                .json("{not json"),
            406,
            "not-acceptable",
        ),
        row(
            "9 malformed key",
            Request::new("PATCH", &format!("{one}?nonsense=1"))
                .key(&world.writer)
                .header("Idempotency-Key", "a b")
                .header("If-Match", "nonsense")
                .merge_patch("{not json"),
            400,
            "invalid-idempotency-key",
        ),
        row(
            "10 parameters",
            Request::new("PUT", &format!("{one}?nonsense=1"))
                .key(&world.writer)
                .header("If-Match", "nonsense")
                .json("{not json"),
            400,
            "invalid-parameters",
        ),
        row(
            "10 preconditions that cannot be read",
            Request::new("PUT", &one)
                .key(&world.writer)
                .header("If-Match", "nonsense")
                .json("{not json"),
            400,
            "malformed-request",
        ),
        row(
            "10 JSON",
            Request::new("PUT", &one)
                .key(&world.writer)
                .json("{not json"),
            400,
            "malformed-body",
        ),
        row(
            "10 and 11 replace",
            Request::new("PUT", &one)
                .key(&world.writer)
                .json(order("taken", 0)),
            400,
            "invalid-record",
        ),
        row(
            "10 and 11 patch",
            Request::new("PATCH", &one)
                .key(&world.writer)
                .merge_patch(r#"{"number":"taken","quantity":0}"#),
            400,
            "invalid-record",
        ),
        row(
            "10 and 11 create",
            Request::new("POST", PATH)
                .key(&world.writer)
                .json(order("taken", 0)),
            400,
            "invalid-record",
        ),
    ];
    world.store.set_away(true);
    for row in rows {
        let answer = world.send(row.request);
        assert_eq!(answer.status, row.status, "row {}: {answer:?}", row.name);
        assert_eq!(answer.problem(), row.problem, "row {}", row.name);
    }
    world.store.set_away(false);
    let other = world.created("other", 1);
    let used = Request::new("POST", PATH)
        .key(&world.writer)
        .header("Idempotency-Key", "used")
        .json(order("used", 1));
    assert_eq!(world.send(used).status, 201);
    let stored = [
        row(
            "9 key of another request",
            Request::new("POST", &format!("{PATH}?nonsense=1"))
                .key(&world.writer)
                .header("Idempotency-Key", "used")
                .json("{not json"),
            422,
            "idempotency-key-reused",
        ),
        row(
            "12 existence",
            Request::new("PUT", &one)
                .key(&world.writer)
                .header("If-Match", "\"0-0\"")
                .json(order("taken", 1)),
            404,
            "no-such-record",
        ),
        row(
            "13 preconditions",
            Request::new("PUT", &other)
                .key(&world.writer)
                .header("If-Match", "\"0-0\"")
                .json(order("taken", 1)),
            412,
            "precondition-failed",
        ),
        row(
            "14 constraints",
            Request::new("POST", PATH)
                .key(&world.writer)
                .json(order("taken", 1)),
            409,
            "conflict",
        ),
    ];
    for row in stored {
        let answer = world.send(row.request);
        assert_eq!(answer.status, row.status, "row {}: {answer:?}", row.name);
        assert_eq!(answer.problem(), row.problem, "row {}", row.name);
    }
    world.store.set_away(true);
    let answer = world.post(&order("new", 1));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "unavailable")
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    world.store.set_away(false);
}

#[test]
fn options_says_what_a_path_takes_to_anybody() {
    let world = World::new();
    let collection = world.send(Request::new("OPTIONS", PATH));
    assert_eq!(collection.status, 204);
    assert_eq!(collection.header("allow"), Some("POST, GET, HEAD, OPTIONS"));
    assert_eq!(collection.header("spec"), Some("0001; rev=3"));
    let one = world.send(Request::new("OPTIONS", &format!("{PATH}/{NOBODY}")));
    assert_eq!(
        one.header("allow"),
        Some("GET, HEAD, PUT, PATCH, DELETE, OPTIONS")
    );
    assert_eq!(world.send(Request::new("OPTIONS", "/nowhere")).status, 404);
    assert_eq!(world.send(Request::new("OPTIONS", "*")).status, 204);
}

#[test]
fn a_method_that_is_not_declared_is_refused_with_those_that_are() {
    let world = World::new();
    for method in ["PUT", "PATCH", "DELETE", "TRACE", "BREW", "get"] {
        let answer = world.ask(method, PATH);
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("POST, GET, HEAD, OPTIONS"));
    }
    assert_eq!(world.ask("POST", &format!("{PATH}/{NOBODY}")).status, 405);
}
