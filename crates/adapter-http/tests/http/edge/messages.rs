//! What no handler saw is refused with one problem, and the connection ends.

use super::{Connection, Edge, HEALTH};
use crate::client::{Answer, read_answer};
use crate::orders::order;

#[test]
fn what_is_no_request_is_refused_as_a_problem() {
    let edge = Edge::new(|_| {});
    let get = "GET /healthz HTTP/1.1\r\n";
    let post = "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\n";
    let cases = [
        (
            "both lengths",
            format!("{post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
        (
            "two lengths",
            format!("{post}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{{}}"),
            400,
        ),
        (
            "a list of lengths",
            format!("{post}Content-Length: 2, 2\r\n\r\n{{}}"),
            400,
        ),
        (
            "two codings",
            format!(
                "{post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            400,
        ),
        (
            "a coding in disguise",
            format!("{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
        (
            "a coding behind a vertical tab",
            format!("{post}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
        (
            "a coding in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            400,
        ),
        (
            "a folded field",
            format!("{get}Host: x\r\nX: a\r\n b\r\n\r\n"),
            400,
        ),
        (
            "a NUL in a field",
            format!("{get}Host: x\r\nX: a\0b\r\n\r\n"),
            400,
        ),
        (
            "a blank before the colon",
            format!("{get}Host : x\r\n\r\n"),
            400,
        ),
        ("no Host", format!("{get}\r\n"), 400),
        ("two Hosts", format!("{get}Host: x\r\nHost: x\r\n\r\n"), 400),
        (
            "the preface of HTTP/2",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            400,
        ),
        (
            "the greeting of TLS",
            "\x16\x03\x01\x02\x00\x01\x00\x01\x7c\x03\x03".to_owned(),
            400,
        ),
        ("no HTTP at all", "{\"jsonrpc\": 2}".to_owned(), 400),
        (
            "another version",
            "GET / HTTP/3.0\r\nHost: x\r\n\r\n".to_owned(),
            400,
        ),
        (
            "a target of 9,000 bytes, unfinished",
            format!("GET /{}", "x".repeat(9_000)),
            414,
        ),
        (
            "a target of 100,000 bytes",
            format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(100_000)),
            414,
        ),
        (
            "a field of 100,000 bytes",
            format!("{get}Host: x\r\nX: {}\r\n\r\n", "x".repeat(100_000)),
            431,
        ),
        (
            "200 fields",
            format!("{get}Host: x\r\n{}\r\n", "X: y\r\n".repeat(200)),
            431,
        ),
    ];
    for (name, message, status) in cases {
        let mut connection = edge.connect();
        // The server may have said no before all is sent.
        let _ = std::io::Write::write_all(&mut connection.0, message.as_bytes());
        let answer = connection.answer();
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{name}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
        answer.problem();
        let problem = answer.json();
        for member in ["type", "title", "status", "detail", "instance", "code"] {
            assert!(!problem[member].is_null(), "{name}: {member} of {problem}");
        }
        assert_eq!(problem["retryable"], false, "{name}");
        let instance = answer.header("x-request-id").unwrap();
        assert_eq!(problem["instance"], format!("urn:uuid:{instance}"));
        connection.assert_ends();
    }
    edge.assert_serves();
}

#[test]
fn a_broken_body_has_one_answer() {
    let edge = Edge::new(|_| {});
    for broken in ["zz\r\n", "5\r\nhelloXX", "fffffffffffffffff\r\n"] {
        let head = edge.post("Transfer-Encoding: chunked");
        let mut connection = edge.saying(&format!("{head}{broken}"));
        connection.assert_refused("malformed-request");
    }
}

#[test]
fn requests_behind_one_another_are_answered_one_by_one() {
    let edge = Edge::new(|_| {});
    let one = order("n1", 1);
    let (begin, end) = one.split_at(20);
    let two = order("n2", 2);
    let text = format!(
        "{}{:x};x=y\r\n{begin}\r\n{:x}\r\n{end}\r\n0\r\n\r\n{}{two}{HEALTH}\r\n{HEALTH}",
        edge.post("Transfer-Encoding: chunked"),
        begin.len(),
        end.len(),
        edge.post(&format!("Content-Length: {}", two.len())),
    );
    // Whole, and in pieces that end anywhere.
    for size in [text.len(), 100, 7] {
        let mut connection = edge.connect();
        for piece in text.as_bytes().chunks(size) {
            std::io::Write::write_all(&mut connection.0, piece).unwrap();
        }
        connection.0.shutdown(std::net::Shutdown::Write).unwrap();
        let rest = connection.rest();
        let statuses: Vec<&str> = rest
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| &answer[..3])
            .collect();
        let stored = if size == text.len() { "201" } else { "409" };
        assert_eq!(statuses, [stored, stored, "200", "200"], "{size}: {rest}");
    }
}

#[track_caller]
fn answer_to(connection: &mut Connection, is_head: bool) -> Answer {
    read_answer(&mut connection.0, is_head).expect("an answer")
}

#[test]
fn nothing_of_a_request_is_left_for_the_next() {
    let edge = Edge::new(|_| {});
    let get =
        |target: &str, fields: &str| format!("GET {target} HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
    let chunked = edge.post("Transfer-Encoding: chunked");
    let asked = [
        get("/healthz", ""),
        "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        get("/nowhere", ""),
        "OPTIONS /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        format!("{}{{", edge.post("Content-Length: 1")),
        format!("{chunked}1\r\n{{\r\n0\r\nTrailer: x\r\n\r\n"),
        get(
            "/healthz",
            "Connection: keep-alive\r\nContent-Length: 0\r\n",
        ),
        edge.post("Content-Length: 0"),
        "GET /healthz HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n".to_owned(),
        format!("{chunked}0\r\n\r\n"),
        get("/docs", ""),
    ];
    let is_head = |text: &str| text.starts_with("HEAD");
    let alone: Vec<_> = asked
        .iter()
        .map(|text| answer_to(&mut edge.saying(text), is_head(text)).status)
        .collect();
    assert_eq!(
        alone,
        [200, 200, 404, 204, 400, 400, 200, 400, 200, 400, 200]
    );
    let mut connection = edge.connect();
    for round in 0..3 {
        for (text, expected) in asked.iter().zip(&alone) {
            connection.say(text);
            let answer = answer_to(&mut connection, is_head(text));
            assert_eq!(answer.status, *expected, "{round}: {text}");
        }
    }
    connection.say(HEALTH);
    assert_eq!(connection.answer().text(), "{\"status\":\"alive\"}");
}

#[test]
fn a_body_that_nobody_reads_is_never_taken_for_a_request() {
    let edge = Edge::new(|_| {});
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    for target in ["/healthz", "/nowhere", "/api/v1/orders"] {
        let mut connection = edge.saying(HEALTH);
        assert_eq!(connection.answer().status, 200);
        let length = smuggled.len();
        connection.say(&format!(
            "GET {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{smuggled}"
        ));
        connection.answer();
        connection.say("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let rest = connection.rest();
        assert!(!rest.contains("not-found"), "{target}: {rest}");
    }
}

#[test]
fn a_client_that_waits_to_be_told_to_continue_is_told() {
    let edge = Edge::new(|_| {});
    let body = order("n1", 1);
    let fields = format!("Content-Length: {}\r\nExpect: 100-continue", body.len());
    let mut connection = edge.saying(&edge.post(&fields));
    let mut told = [0; 25];
    std::io::Read::read_exact(&mut connection.0, &mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.say(&body);
    assert_eq!(connection.answer().status, 201);
    connection.say(HEALTH);
    assert_eq!(connection.answer().status, 200);
}

#[test]
fn http_1_0_has_one_answer_unless_it_asks_for_more() {
    let edge = Edge::new(|_| {});
    let mut once = edge.saying("GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n");
    assert_eq!(once.answer().status, 200);
    once.assert_ends();
    let more = "GET /healthz HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n";
    let mut kept = edge.saying(more);
    assert_eq!(kept.answer().status, 200);
    kept.say(more);
    assert_eq!(kept.answer().status, 200);
}

#[test]
fn a_tunnel_is_not_dug() {
    let edge = Edge::new(|_| {});
    let upgrade =
        "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    assert_eq!(edge.saying(upgrade).answer().status, 200);
    let fields = "Connection: Upgrade\r\nUpgrade: websocket";
    assert_eq!(edge.saying(&edge.post(fields)).answer().status, 400);
    let connect = "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(edge.saying(connect).answer().status, 404);
}

#[test]
fn a_head_request_has_no_body_and_the_connection_goes_on() {
    let edge = Edge::new(|_| {});
    let head = HEALTH.replace("GET", "HEAD");
    let mut connection = edge.saying(&format!("{head}{HEALTH}"));
    let answer = read_answer(&mut connection.0, true).unwrap();
    assert_eq!(answer.status, 200);
}
