//! As many connections as there are places for, as much memory as there is, and a stop that keeps nobody waiting.

use std::time::{Duration, Instant};

use actix_web::rt::System;

use super::{Edge, HEALTH, eventually};
use crate::orders::PATH;

#[test]
fn the_connection_that_was_idle_for_longest_gives_way() {
    let edge = Edge::new(|settings| settings.connections_per_worker = 4);
    let mut idle: Vec<_> = (0..4)
        .map(|_| {
            let mut connection = edge.saying(HEALTH);
            assert_eq!(connection.answer().status, 200);
            connection
        })
        .collect();
    edge.assert_serves();
    let mut youngest = idle.pop().unwrap();
    idle[0].assert_ends();
    youngest.say(HEALTH);
    assert_eq!(youngest.answer().status, 200);
}

#[test]
fn without_a_place_the_answer_is_503_at_once() {
    let edge = Edge::new(|settings| settings.connections_per_worker = 4);
    let mut busy = Vec::new();
    eventually("every place is taken", || {
        let answer = edge.saying(HEALTH).answer();
        if answer.status == 200 {
            busy.push(edge.saying("GET /"));
            return false;
        }
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (503, "overloaded")
        );
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(answer.json()["retryable"], true);
        true
    });
    drop(busy);
    eventually("there are places again", || {
        edge.saying(HEALTH).answer().status == 200
    });
}

#[test]
fn memory_is_shed_before_it_is_used_up() {
    let edge = Edge::new(|settings| settings.memory_budget = Some(100_000_000));
    let list = format!(
        "GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        edge.world.reader
    );
    let ask = |text: &str| edge.saying(text).answer();
    edge.state.note_resident_bytes(50_000_000);
    assert_eq!(ask(&list).header("connection"), None);

    edge.state.note_resident_bytes(85_000_000);
    let answer = ask(&list);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("connection"), Some("close"));

    let mut sending = edge.saying(&edge.post("Content-Length: 100"));
    edge.state.note_resident_bytes(95_000_000);
    let answer = ask(&list);
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "overloaded")
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(ask(HEALTH).status, 200);
    let ready = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";
    assert_eq!(ask(ready).status, 200);
    // A body that is under way is not taken in, either.
    sending.say(" ");
    let answer = sending.answer();
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "overloaded")
    );

    edge.state.note_resident_bytes(50_000_000);
    assert_eq!(ask(&list).status, 200);
}

#[test]
fn idle_connections_end_when_the_server_stops_and_late_requests_are_the_last() {
    let edge = Edge::new(|_| {});
    let mut idle = edge.saying(HEALTH);
    assert_eq!(idle.answer().status, 200);
    let mut fresh = edge.connect();
    let mut begun = edge.saying("GET /healthz HTTP/1.1\r\nHost: x\r\n");
    edge.assert_serves();
    let stopper = edge.stopper.clone();
    let since = Instant::now();
    let stopping = std::thread::spawn(move || System::new().block_on(stopper.stop()));
    idle.assert_ends();
    fresh.assert_ends();
    begun.say("\r\n");
    let answer = begun.answer();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("connection"), Some("close"));
    begun.assert_ends();
    stopping.join().unwrap();
    assert!(
        since.elapsed() < Duration::from_secs(4),
        "it waited for nobody"
    );
}
