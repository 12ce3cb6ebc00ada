//! Bad input (http-contract, section 9): each has its 4xx, nothing is stored, and the server goes on.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use crate::client::{Request, read_answer, send_bytes};
use crate::faults::Fault;
use crate::orders::{PATH, order};
use crate::world::World;

/// A body sent as JSON, and the problem that answers it.
#[track_caller]
fn check_body(world: &World, name: &str, body: &[u8], problem: &str) {
    let answer = world.send(Request::new("POST", PATH).key(&world.writer).json(body));
    assert_eq!(answer.status, 400, "{name}: {answer:?}");
    assert_eq!(answer.problem(), problem, "{name}: {answer:?}");
}

fn nested(depth: usize) -> String {
    format!(
        "{{\"details\":{}1{}}}",
        "[".repeat(depth),
        "]".repeat(depth)
    )
}

fn with(member: &str) -> String {
    let rest = order("n", 1);
    format!("{{{member},{}", &rest[1..])
}

#[test]
fn hostile_bodies_are_refused() {
    let world = World::new();
    let malformed: [(&str, Vec<u8>); 36] = [
        ("nothing", b"".to_vec()),
        ("blanks", b" \n\t ".to_vec()),
        ("a NUL", b"\0".to_vec()),
        ("an open object", b"{".to_vec()),
        ("an open string", b"{\"number".to_vec()),
        ("an open array", b"{\"number\":[".to_vec()),
        ("two texts", b"{} {}".to_vec()),
        ("a trailing comma", br#"{"number":"n",}"#.to_vec()),
        ("a trailing text", br#"{"number":"n"}x"#.to_vec()),
        ("single quotes", b"{'number':'n'}".to_vec()),
        ("a bare name", b"{number:1}".to_vec()),
        ("a comment", b"{/* */}".to_vec()),
        ("NaN", br#"{"price":NaN}"#.to_vec()),
        ("Infinity", br#"{"price":Infinity}"#.to_vec()),
        ("minus infinity", br#"{"price":-Infinity}"#.to_vec()),
        ("a plus", br#"{"price":+1}"#.to_vec()),
        ("a leading zero", br#"{"price":01}"#.to_vec()),
        ("a hexadecimal", br#"{"price":0x10}"#.to_vec()),
        ("a bare point", br#"{"price":1.}"#.to_vec()),
        ("a bare fraction", br#"{"price":.5}"#.to_vec()),
        ("a bare exponent", br#"{"price":1e}"#.to_vec()),
        ("a capital true", br#"{"price":True}"#.to_vec()),
        ("a control character", b"{\"number\":\"a\x01b\"}".to_vec()),
        ("a raw line end", b"{\"number\":\"a\nb\"}".to_vec()),
        ("a wrong escape", br#"{"number":"\q"}"#.to_vec()),
        ("a short escape", br#"{"number":"\u12"}"#.to_vec()),
        (
            "bytes that are no UTF-8",
            b"{\"number\":\"\xff\xfe\"}".to_vec(),
        ),
        ("overlong UTF-8", b"{\"number\":\"\xc0\x80\"}".to_vec()),
        (
            "a surrogate in UTF-8",
            b"{\"number\":\"\xed\xa0\x80\"}".to_vec(),
        ),
        ("cut UTF-8", b"{\"number\":\"\xe2\x82\"}".to_vec()),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec()),
        ("a missing colon", br#"{"number" "n"}"#.to_vec()),
        (
            "a missing comma",
            br#"{"number":"n" "quantity":1}"#.to_vec(),
        ),
        ("a lone surrogate", order("\\ud800", 1).into()),
        (
            "a surrogate pair turned round",
            order("\\udc00\\ud800", 1).into(),
        ),
        ("the wrong bracket", br#"{"number":["n"}"#.to_vec()),
    ];
    for (name, body) in malformed {
        check_body(&world, name, &body, "malformed-body");
    }
    let invalid = [
        ("null", "null".to_owned()),
        ("a number", "1".to_owned()),
        ("a text", "\"x\"".to_owned()),
        ("an array", "[]".to_owned()),
        ("an array of orders", format!("[{}]", order("n", 1))),
        ("an empty object", "{}".to_owned()),
        ("a duplicate member", with(r#""number":"m""#)),
        ("a duplicate by escapes", with(r#""\u006eumber":"m""#)),
        ("an unknown member", with(r#""__proto__":{}"#)),
        ("an empty name", with(r#""":1"#)),
        ("a case apart", with(r#""Number":"n""#)),
        (
            "the server's id",
            with(r#""id":"00000000-0000-4000-8000-000000000000""#),
        ),
        (
            "the server's time",
            with(r#""created_at":"2025-01-01T00:00:00Z""#),
        ),
        ("a NUL in a text", order("a\\u0000", 1)),
        ("21 characters", order("123456789012345678901", 1)),
        (
            "a number beyond the column",
            order("n", 1).replace(":1,", ":2147483648,"),
        ),
        (
            "a number beyond 64 bits",
            order("n", 1).replace(":1,", ":9223372036854775808,"),
        ),
        (
            "a huge exponent",
            order("n", 1).replace(":1,", ":1e999999999,"),
        ),
        (
            "a huge decimal exponent",
            order("n", 1).replace("12.50", "1e400000"),
        ),
        (
            "a tiny exponent",
            order("n", 1).replace("12.50", "1e-999999999"),
        ),
        (
            "a fraction for an integer",
            order("n", 1).replace(":1,", ":1.5,"),
        ),
        (
            "a text for an integer",
            order("n", 1).replace(":1,", ":\"1\","),
        ),
        (
            "a boolean for an integer",
            order("n", 1).replace(":1,", ":true,"),
        ),
        (
            "money as a text",
            order("n", 1).replace("12.50", "\"12.50\""),
        ),
        (
            "an object for a text",
            with(r#""x":1"#).replace("\"n\"", "{}"),
        ),
        (
            "a time without an offset",
            order("n", 1).replace("+02:00", ""),
        ),
        (
            "a time that is none",
            order("n", 1).replace("2025-01-01T", "2025-02-30T"),
        ),
        ("nesting of 65", nested(65)),
        ("nesting of 10,000", nested(10_000)),
        ("nesting of 500,000", nested(250_000)),
        (
            "digits without end",
            order("n", 1).replace("12.50", &"9".repeat(500_000)),
        ),
        (
            "a name without end",
            with(&format!("\"{}\":1", "x".repeat(500_000))),
        ),
    ];
    for (name, body) in invalid {
        check_body(&world, name, body.as_bytes(), "invalid-record");
    }
    assert_eq!(
        world.ask("GET", PATH).json()["items"],
        json!([]),
        "nothing is stored"
    );
}

#[test]
fn what_looks_hostile_and_is_fine_is_stored() {
    let world = World::new();
    for (at, customer) in [
        "'; DROP TABLE orders;--",
        "\u{202e}evil",
        "😀",
        "<script>",
        "%s%n",
        "\\u0001",
    ]
    .into_iter()
    .enumerate()
    {
        let body = order(&format!("n{at}"), 1).replace("Ada", customer);
        let answer = world.post(&body);
        assert_eq!(answer.status, 201, "{customer}: {answer:?}");
    }
    let whole = order("whole", 1).replace(":1,", ":1e2,");
    assert_eq!(world.post(&whole).json()["quantity"], 100);
}

/// Labels of bodies.
#[test]
fn hostile_labels_are_refused() {
    let world = World::new();
    let labels = [
        "text/plain",
        "application/json; charset=latin1",
        "application/json; charset=utf-16",
        "application/json; charset",
        "application/ld+json",
        "application/vnd.api+json",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "json",
        "*/*",
        ";",
        "application/json, application/json",
    ];
    for label in labels {
        let request = Request::new("POST", PATH).key(&world.writer);
        let answer = world.send(request.header("Content-Type", label).bytes(order("n", 1)));
        assert_eq!(answer.status, 415, "{label}: {answer:?}");
        assert_eq!(answer.header("accept-post"), Some("application/json"));
    }
    let post = || Request::new("POST", PATH).key(&world.writer);
    assert_eq!(
        world.send(post().bytes(order("n", 1))).status,
        415,
        "a body without a type"
    );
    let twice = post()
        .header("Content-Type", "application/json")
        .json(order("n", 1));
    assert_eq!(world.send(twice).status, 415, "two types");
    for coding in ["gzip", "br", "gzip, identity", "x"] {
        let answer = world.send(
            post()
                .header("Content-Encoding", coding)
                .json(order("n", 1)),
        );
        assert_eq!(answer.status, 415, "{coding}");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
    }
    let empty = world.send(post());
    assert_eq!(
        (empty.status, empty.problem().as_str()),
        (400, "malformed-body")
    );
    let patch = Request::new("PATCH", &format!("{PATH}/x"))
        .key(&world.writer)
        .json("{}");
    let answer = world.send(patch);
    assert_eq!(answer.status, 415);
    assert_eq!(
        answer.header("accept-patch"),
        Some("application/merge-patch+json")
    );
}

#[test]
fn hostile_targets_are_refused() {
    let world = World::new();
    let not_found = [
        "/api/v1/orders/",
        "/api/v1/orders//",
        "/api/v1//orders",
        "//api/v1/orders",
        "/api/v1/orders/x/y",
        "/api/v1/Orders",
        "/api/v01/orders",
        "/api/v+1/orders",
        "/api/v0/orders",
        "/api/v99999999999999999999/orders",
        "/api/v/orders",
        "/api/v1",
        "/api/v1/",
        "/api/v1/%ff",
        "/api/v1/%zz",
        "/api/v1/orders%00",
        "/api/v1/../v1/orders",
        "/%ff",
        "/%",
        "/healthz/",
        "/healthz%00",
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/problems/..",
        "/problems/%2e%2e",
        "/index.php?x=%3Cscript%3E",
    ];
    for target in not_found {
        let answer = world.ask("GET", target);
        assert_eq!(answer.status, 404, "{target}: {answer:?}");
        assert_eq!(answer.problem(), "not-found", "{target}");
    }
    assert_eq!(
        world.ask("GET", "/api/v1/%6frders").status,
        200,
        "an escape is its letter"
    );
    assert_eq!(
        world.ask("GET", "http://elsewhere/api/v1/orders").status,
        200
    );
}

/// What the HTTP library reads: sent as bytes, `KEY` standing for a key.
#[test]
fn hostile_messages_are_refused() {
    let world = World::new();
    let get = "GET /api/v1/orders HTTP/1.1\r\n";
    let post = "POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\n";
    let long = "x".repeat(9_000);
    let larger = "x".repeat(200_000);
    let fields: String = (0..200).map(|at| format!("X-{at}: 1\r\n")).collect();
    let cases = [
        ("no Host", format!("{get}\r\n"), 400),
        ("two Hosts", format!("{get}Host: x\r\nHost: y\r\n\r\n"), 400),
        (
            "a Host that is none",
            format!("{get}Host: a b\r\n\r\n"),
            400,
        ),
        ("a Host with a user", format!("{get}Host: a@b\r\n\r\n"), 400),
        ("no version", "GET /\r\nHost: x\r\n\r\n".to_owned(), 400),
        (
            "another version",
            "GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_owned(),
            400,
        ),
        (
            "not HTTP",
            "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n".to_owned(),
            400,
        ),
        (
            "a blank in the target",
            "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            400,
        ),
        (
            "a target with brackets",
            "GET /?x=<script> HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            400,
        ),
        ("a folded field", format!("{get}Host: x\r\n y\r\n\r\n"), 400),
        (
            "a field without a name",
            format!("{get}Host: x\r\n: y\r\n\r\n"),
            400,
        ),
        (
            "a blank before the colon",
            format!("{get}Host: x\r\nX : y\r\n\r\n"),
            400,
        ),
        (
            "a NUL in a field",
            format!("{get}Host: x\r\nX: a\0b\r\n\r\n"),
            400,
        ),
        (
            "a length that is none",
            format!("{post}Content-Length: x\r\n\r\n"),
            400,
        ),
        (
            "a negative length",
            format!("{post}Content-Length: -1\r\n\r\n"),
            400,
        ),
        (
            "a length with a plus",
            format!("{post}Content-Length: +1\r\n\r\nx"),
            400,
        ),
        (
            "two lengths",
            format!("{post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}x"),
            400,
        ),
        (
            "a length beyond 64 bits",
            format!("{post}Content-Length: 99999999999999999999\r\n\r\n"),
            400,
        ),
        (
            "length and chunks",
            format!("{post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
        (
            "an unknown coding",
            format!("{post}Transfer-Encoding: gzip\r\n\r\n"),
            400,
        ),
        (
            "two codings",
            format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
            400,
        ),
        (
            "a chunk that is none",
            format!("{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            400,
        ),
        (
            "an endless chunk size",
            format!("{post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
            400,
        ),
        (
            "a body cut short",
            format!("{post}Content-Length: 100\r\n\r\n{{"),
            400,
        ),
        (
            "chunks cut short",
            format!("{post}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"),
            400,
        ),
        (
            "an announced megabyte too many",
            format!("{post}Content-Length: 1048577\r\n\r\n"),
            413,
        ),
        (
            "an announced terabyte",
            format!("{post}Content-Length: 1099511627776\r\n\r\n"),
            413,
        ),
        (
            "a long target",
            format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
            414,
        ),
        (
            "a long query",
            format!("GET /api/v1/orders?{long} HTTP/1.1\r\nHost: x\r\n\r\n"),
            414,
        ),
        (
            "a long field",
            format!("{get}Host: x\r\nX: {larger}\r\n\r\n"),
            431,
        ),
        (
            "many long fields",
            format!("{get}Host: x\r\n{}\r\n", format!("X: {long}\r\n").repeat(4)),
            431,
        ),
        ("200 fields", format!("{get}Host: x\r\n{fields}\r\n"), 431),
        (
            "CONNECT",
            "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
            404,
        ),
    ];
    for (name, message, status) in cases {
        let message = message.replace("KEY", &world.writer);
        let answer = send_bytes(world.address, message.as_bytes(), false);
        let answer = answer.unwrap_or_else(|| panic!("{name}: no answer"));
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        let is_ours = answer.header("x-request-id").is_some();
        assert!(is_ours || status != 404, "{name}: {answer:?}");
    }
    let items = world.ask("GET", PATH).json()["items"].clone();
    assert_eq!(items, json!([]), "nothing is stored");
}

#[test]
fn a_body_of_chunks_is_read_whole_or_refused_when_it_grows_too_large() {
    let world = World::new();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        world.writer
    );
    let body = order("n", 1);
    let (one, two) = body.split_at(10);
    let message = format!("{head}a\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", two.len());
    let answer = send_bytes(world.address, message.as_bytes(), false).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let message = format!("{head}{}0\r\n\r\n", chunk.repeat(17));
    let answer = send_bytes(world.address, message.as_bytes(), false).unwrap();
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (413, "body-too-large")
    );
}

#[test]
fn a_broken_body_does_not_silence_the_answer() {
    let world = World::new();
    let path = world.created("n", 1);
    world.break_with(Fault::Hang);
    for broken in ["zz\r\n", "1;a\nb\r\n", "2\r\n{}xx0\r\n\r\n", "-1\r\n"] {
        // It waits for the database when the body turns out to be none.
        let message = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\n{broken}",
            world.writer
        );
        let answer = send_bytes(world.address, message.as_bytes(), false);
        let answer = answer.unwrap_or_else(|| panic!("{broken:?}: no answer"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (503, "unavailable"),
            "{broken:?}"
        );
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

#[test]
fn a_body_of_exactly_one_mebibyte_is_read() {
    let world = World::new();
    let body = order("n", 1);
    let blanks = " ".repeat(1024 * 1024 - body.len());
    let answer = world.post(&format!("{body}{blanks}"));
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[test]
fn a_body_that_does_not_arrive_is_not_waited_for() {
    let world = World::new();
    let mut stream = TcpStream::connect(world.address).unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        world.writer
    );
    stream.write_all(head.as_bytes()).unwrap();
    let answer = read_answer(&mut stream, false).expect("an answer");
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (400, "malformed-request")
    );
}

#[test]
fn requests_on_one_connection_are_answered_in_order() {
    let world = World::new();
    let mut stream = TcpStream::connect(world.address).unwrap();
    let one = format!(
        "GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        world.reader
    );
    let other = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
    stream
        .write_all(format!("{one}{other}").as_bytes())
        .unwrap();
    let mut read = Vec::new();
    for _ in 0..2 {
        read.push(read_one(&mut stream));
    }
    assert_eq!(read, [200, 404]);
}

/// The status of the next answer, read to its last byte and no further.
fn read_one(stream: &mut TcpStream) -> u16 {
    use std::io::Read as _;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    head.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_refusal_arrives_although_the_body_was_not_read() {
    let world = World::new();
    let body = format!("\"{}\"", "x".repeat(1_000_000));
    for _ in 0..5 {
        let answer = world.send(Request::new("POST", PATH).json(body.clone()));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (401, "unauthenticated")
        );
        let answer = world.send(Request::new("POST", "/nowhere").json(body.clone()));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "not-found")
        );
    }
    let larger = "x".repeat(3_000_000);
    let answer = world.send(Request::new("POST", PATH).json(larger));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (413, "body-too-large")
    );
}
