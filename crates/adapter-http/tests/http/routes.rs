//! Paths and methods (http-contract, section 1, row 2): what is there, what it takes, and what only looks like it.

use std::io::Write as _;
use std::net::TcpStream;

use specd_domain::endpoint::Operation;

use crate::client::{Answer, Request, read_answer, send_bytes};
use crate::orders::{PATH, orders_spec};
use crate::world::World;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The answer to a request line as it is given, with the key that may do everything.
#[track_caller]
fn raw(world: &World, line: &str) -> Answer {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
        world.writer
    );
    send_bytes(world.address, head.as_bytes(), line.starts_with("HEAD")).expect(line)
}

#[test]
fn options_tells_what_a_path_takes_without_a_key() {
    let world = World::new();
    for (target, allow) in [
        (PATH.to_owned(), "POST, GET, HEAD, OPTIONS"),
        (format!("{PATH}?nonsense=1"), "POST, GET, HEAD, OPTIONS"),
        (
            format!("{PATH}/{NOBODY}"),
            "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
        ),
        (
            format!("{PATH}/anything"),
            "GET, HEAD, PUT, PATCH, DELETE, OPTIONS",
        ),
        ("/".to_owned(), "GET, HEAD, OPTIONS"),
        ("/healthz".to_owned(), "GET, HEAD, OPTIONS"),
        ("/readyz".to_owned(), "GET, HEAD, OPTIONS"),
        ("/problems/not-found".to_owned(), "GET, HEAD, OPTIONS"),
        (
            "*".to_owned(),
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ),
    ] {
        let answer = world.send(Request::new("OPTIONS", &target));
        assert_eq!(
            (answer.status, answer.header("allow")),
            (204, Some(allow)),
            "{target}"
        );
        assert!(answer.body.is_empty());
        assert!(answer.header("x-request-id").is_some(), "{target}");
    }
    let answer = world.send(Request::new("OPTIONS", "/api/v1/nothing"));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (404, "not-found")
    );
}

#[test]
fn only_declared_methods_are_allowed() {
    let mut spec = orders_spec();
    spec.endpoints
        .retain(|endpoint| matches!(endpoint.operation, Operation::Create | Operation::Delete));
    let world = World::serving(vec![spec]);
    let one = format!("{PATH}/{NOBODY}");
    for (method, target, allow) in [
        ("GET", PATH, "POST, OPTIONS"),
        ("HEAD", PATH, "POST, OPTIONS"),
        ("DELETE", PATH, "POST, OPTIONS"),
        ("PATCH", one.as_str(), "DELETE, OPTIONS"),
        ("POST", one.as_str(), "DELETE, OPTIONS"),
        ("TRACE", PATH, "POST, OPTIONS"),
        ("BREW", PATH, "POST, OPTIONS"),
        ("get", PATH, "POST, OPTIONS"),
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("DELETE", "/healthz", "GET, HEAD, OPTIONS"),
        ("PUT", "/problems/gone", "GET, HEAD, OPTIONS"),
    ] {
        let answer = world.send(Request::new(method, target));
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some(allow)),
            "{method} {target}"
        );
        if method != "HEAD" {
            assert_eq!(answer.problem(), "method-not-allowed");
        }
    }
}

#[test]
fn a_collection_without_endpoints_of_its_own_is_not_there() {
    let mut spec = orders_spec();
    spec.endpoints
        .retain(|endpoint| endpoint.operation == Operation::Create);
    let world = World::serving(vec![spec]);
    for method in ["GET", "OPTIONS", "DELETE"] {
        let answer = world.ask(method, &format!("{PATH}/{NOBODY}"));
        assert_eq!(answer.status, 404, "{method}");
    }
}

#[test]
fn what_only_looks_like_a_path_is_not_found() {
    let world = World::new();
    for target in [
        "/api/v1/orders/",
        "/api/v1/orders//",
        "//api/v1/orders",
        "/api//v1/orders",
        "/api/v1//orders",
        "/api/v1/Orders",
        "/API/v1/orders",
        "/api/V1/orders",
        "/api/v01/orders",
        "/api/v+1/orders",
        "/api/v1.0/orders",
        "/api/v99999999999999999999/orders",
        "/api/v/orders",
        "/api/v1",
        "/api/v1/",
        "/api/v1/orders/x/y",
        "/api/v1/orders;a=b",
        "/api/v1/./orders",
        "/api/v1/../v1/orders",
        "/api/v1/%2e%2e/orders",
        "/api/v1/%2e%2e%2forders",
        "/api/v1%2forders",
        "/%61pi/v1/orders",
        "/api/v1/%ff",
        "/api/v1/%00",
        "/api/v1/orders%00",
        "/api/v1/orders%20",
        "/api/v1/orders%2f",
        "/api/v1/%zz",
        "/api/v1/%",
        "/%ff",
        "/%00",
        "/..",
        "/healthz/",
        "/Healthz",
        "/problems/nothing",
        "/problems/../healthz",
        "/problems/%2e%2e",
        "/.env",
        "/index.html",
    ] {
        let answer = raw(&world, &format!("GET {target}"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "not-found"),
            "{target}"
        );
        assert_eq!(answer.header("spec"), None, "{target}");
        let head = raw(&world, &format!("HEAD {target}"));
        assert_eq!((head.status, head.body.len()), (404, 0), "{target}");
    }
}

#[test]
fn an_escape_that_was_not_needed_means_what_it_stands_for() {
    let world = World::new();
    let path = world.created("a", 1);
    assert_eq!(raw(&world, "GET /api/v1/%6Frders").status, 200);
    let id = path.rsplit('/').next().unwrap();
    let escaped = format!("%{:02x}{}", id.as_bytes()[0], &id[1..]);
    assert_eq!(raw(&world, &format!("GET {PATH}/{escaped}")).status, 200);
}

#[test]
fn an_id_that_names_no_record_is_not_there_once_the_caller_may_ask() {
    let world = World::new();
    for id in [
        "x",
        "%00",
        "%ff",
        "%",
        "%zz",
        "%2e%2e",
        "..",
        ".",
        "%F0%9F%98%80",
        "1e999",
        "-0",
        "*",
        "'",
        "%27%3B--",
        "00000000-0000-4000-8000-00000000000g",
        "{00000000-0000-4000-8000-000000000000}",
    ] {
        let target = format!("{PATH}/{id}");
        let answer = raw(&world, &format!("GET {target}"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "no-such-record"),
            "{id}"
        );
        let unknown = world.send(Request::new("GET", &target));
        assert_eq!(unknown.status, 401, "{id}");
    }
    let long = "a".repeat(7_000);
    assert_eq!(
        raw(&world, &format!("GET {PATH}/{long}")).problem(),
        "no-such-record"
    );
}

#[test]
fn a_target_in_absolute_form_is_its_path() {
    let world = World::new();
    assert_eq!(
        raw(&world, &format!("GET http://localhost{PATH}")).status,
        200
    );
    assert_eq!(
        raw(&world, "GET http://elsewhere.example/healthz").status,
        200
    );
}

#[test]
fn a_get_and_its_head_have_the_same_headers() {
    let world = World::new();
    let path = world.created("a", 1);
    for target in [
        path.as_str(),
        PATH,
        "/",
        "/healthz",
        "/api/v1/orders?nonsense=1",
        "/nowhere",
    ] {
        let get = world.ask("GET", target);
        let head = world.ask("HEAD", target);
        let essence = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers.retain(|(name, _)| {
                !matches!(name.as_str(), "x-request-id" | "date" | "ratelimit")
            });
            (answer.status, headers)
        };
        assert_eq!(essence(&get), essence(&head), "{target}");
        assert!(head.body.is_empty() && !get.body.is_empty(), "{target}");
    }
}

#[test]
fn every_request_names_one_host() {
    let world = World::new();
    for (hosts, status) in [
        ("Host: localhost\r\n", 200),
        ("Host: localhost:8080\r\n", 200),
        ("Host: [::1]:80\r\n", 200),
        ("", 400),
        ("Host: a\r\nHost: a\r\n", 400),
        ("Host: a\r\nHost: b\r\n", 400),
        ("Host: a b\r\n", 400),
        ("Host: user@a\r\n", 400),
        ("Host: a/b\r\n", 400),
    ] {
        let mut stream = TcpStream::connect(world.address).unwrap();
        let head = format!("GET /healthz HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let answer = read_answer(&mut stream, false).expect(hosts);
        assert_eq!(answer.status, status, "{hosts:?}: {answer:?}");
    }
}
