//! Whoever makes no progress is given up, in each step; whoever is slow and makes some is not.

use std::io::{ErrorKind, Write};
use std::time::{Duration, Instant};

use super::{Edge, HEALTH, SHORT};
use crate::orders::order;

/// Says a letter after the other, until the server says something or ends the connection.
fn drip(connection: &mut super::Connection, text: &str) {
    for byte in text.bytes() {
        let is_sent = connection.0.write_all(&[byte]).is_ok();
        if !is_sent || !connection.is_silent(Duration::from_millis(20)) {
            return;
        }
    }
}

#[test]
fn a_head_that_drips_is_given_up() {
    let edge = Edge::new(|settings| settings.deadlines.head = SHORT);
    let mut slow = edge.connect();
    drip(
        &mut slow,
        &format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(5_000)),
    );
    slow.assert_refused("malformed-request");
    edge.assert_serves();
}

#[test]
fn each_later_head_of_a_connection_has_the_deadline_of_the_first() {
    let edge = Edge::new(|settings| settings.deadlines.head = SHORT);
    for beginning in ["G", "GET /healthz HTTP/1.1\r\nHost: x\r\n"] {
        let mut connection = edge.saying(HEALTH);
        assert_eq!(connection.answer().status, 200);
        connection.say(HEALTH);
        assert_eq!(connection.answer().status, 200);
        connection.say(beginning);
        connection.assert_refused("malformed-request");
    }
    // The beginning of the next head comes together with a request.
    let mut connection = edge.saying(&format!("{HEALTH}G"));
    assert_eq!(connection.answer().status, 200);
    connection.assert_refused("malformed-request");
}

#[test]
fn an_idle_connection_ends_without_a_word() {
    let edge = Edge::new(|settings| settings.deadlines.idle = SHORT);
    edge.connect().assert_ends();
    let mut kept = edge.saying(HEALTH);
    assert_eq!(kept.answer().status, 200);
    kept.assert_ends();
    // Empty lines before a request are no request.
    edge.saying("\r\n\r\n\n").assert_ends();
}

#[test]
fn a_head_may_take_its_time() {
    let edge = Edge::new(|settings| {
        settings.deadlines.head = Duration::from_secs(20);
        settings.deadlines.idle = SHORT;
    });
    let mut slow = edge.connect();
    drip(&mut slow, HEALTH);
    assert_eq!(slow.answer().status, 200);
}

#[test]
fn a_body_that_drips_is_given_up() {
    let edge = Edge::new(|settings| settings.deadlines.body_grace = SHORT);
    for fields in ["Content-Length: 5000", "Transfer-Encoding: chunked"] {
        let mut slow = edge.saying(&edge.post(fields));
        if fields.ends_with("chunked") {
            slow.say("1000\r\n");
        }
        drip(&mut slow, &" ".repeat(5_000));
        slow.assert_refused("malformed-request");
    }
    edge.assert_serves();
}

#[test]
fn a_body_that_stalls_is_given_up_however_fast_it_was() {
    let edge = Edge::new(|settings| settings.deadlines.body_stall = SHORT);
    let mut stalled = edge.saying(&edge.post("Content-Length: 500000"));
    stalled.say(&" ".repeat(400_000));
    stalled.assert_refused("malformed-request");
    edge.assert_serves();
}

#[test]
fn a_slow_body_that_keeps_its_rate_is_read() {
    let edge = Edge::new(|settings| {
        settings.deadlines.body_grace = Duration::from_secs(2);
        settings.deadlines.body_bytes_per_second = 100;
        settings.deadlines.body_stall = Duration::from_secs(2);
        settings.store_deadline = Duration::from_secs(1);
    });
    let body = format!("{}{}", " ".repeat(1_000), order("n1", 1));
    let mut slow = edge.saying(&edge.post(&format!("Content-Length: {}", body.len())));
    let since = Instant::now();
    for piece in body.as_bytes().chunks(20) {
        slow.0.write_all(piece).unwrap();
        assert!(
            slow.is_silent(Duration::from_millis(50)) || since.elapsed() > Duration::from_secs(2)
        );
    }
    // Longer than the grace, and longer than a request may take in the store.
    assert!(since.elapsed() > Duration::from_secs(2));
    assert_eq!(slow.answer().status, 201);
    // And the connection is kept.
    slow.say(HEALTH);
    assert_eq!(slow.answer().status, 200);
}

#[test]
fn a_reader_that_never_reads_is_given_up() {
    let edge = Edge::new(|settings| settings.deadlines.write_stall = SHORT);
    let text = "x".repeat(900_000);
    let body = order("n1", 1).replace("Ada", &text);
    let mut connection = edge.saying(&edge.post(&format!("Content-Length: {}", body.len())));
    connection.say(&body);
    let answer = connection.answer();
    assert_eq!(answer.status, 201, "{answer:?}");
    let get = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        answer.header("location").unwrap(),
        edge.world.writer
    );
    connection.say(&get.repeat(40));
    let since = Instant::now();
    connection.0.set_nonblocking(true).unwrap();
    let gone = loop {
        match connection.0.write(b"GET") {
            Err(error) if error.kind() != ErrorKind::WouldBlock => break error,
            _ => assert!(
                since.elapsed() < Duration::from_secs(20),
                "it is still there"
            ),
        }
        std::thread::yield_now();
    };
    assert!(
        matches!(
            gone.kind(),
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
        ),
        "{gone}"
    );
    edge.assert_serves();
}

#[test]
fn a_reader_that_is_slow_gets_everything() {
    let edge = Edge::new(|settings| settings.deadlines.write_stall = Duration::from_secs(2));
    let mut connection = edge.saying(&HEALTH.repeat(200));
    for _ in 0..200 {
        let mut head = Vec::new();
        while !head.ends_with(b"alive\"}") {
            let mut byte = [0; 16];
            let read = std::io::Read::read(&mut connection.0, &mut byte).unwrap();
            assert!(read > 0, "it ended early");
            head.extend_from_slice(&byte[..read]);
            if head.windows(7).any(|window| window == b"alive\"}") {
                break;
            }
        }
    }
}

#[test]
fn a_body_that_no_handler_reads_does_not_keep_the_connection() {
    let edge = Edge::new(|settings| settings.deadlines.linger = SHORT);
    for fields in [
        "Content-Length: 1000000",
        "Transfer-Encoding: chunked",
        "Content-Length: 1048577",
    ] {
        let head = format!("POST /nowhere HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\n");
        let mut connection = edge.saying(&head);
        let answer = connection.answer();
        assert!(matches!(answer.status, 404 | 413), "{answer:?}");
        connection.assert_ends();
    }
}
