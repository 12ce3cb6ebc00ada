//! A document's life: previews, deprecation, the end; swaps while requests are under way; the end of the server.

use std::io::Write;
use std::net::TcpStream;

use actix_web::rt::System;
use specd_app::catalog::{Catalog, ServedSpec};
use specd_domain::Spec;
use specd_domain::document::Status;
use specd_domain::endpoint::EndpointPath;
use specd_testkit::sample::{at, day, time};

use crate::client::{Request, read_answer};
use crate::orders::{PATH, order, orders_spec};
use crate::world::World;

fn with_status(status: Status) -> Spec {
    let mut spec = orders_spec();
    spec.status = status;
    spec
}

#[test]
fn a_preview_says_so() {
    for (status, name, words) in [
        (
            Status::Draft,
            "draft",
            "299 - \"SPEC 0001 is a draft and may change\"",
        ),
        (
            Status::Review,
            "review",
            "299 - \"SPEC 0001 is in review and may change\"",
        ),
    ] {
        let world = World::serving(vec![with_status(status)]);
        for answer in [
            world.ask("GET", PATH),
            world.send(Request::new("GET", PATH)),
        ] {
            assert_eq!(answer.header("spec-status"), Some(name));
            assert_eq!(answer.header("warning"), Some(words));
        }
    }
    let world = World::new();
    assert_eq!(world.ask("GET", PATH).header("warning"), None);
}

#[test]
fn a_deprecated_document_serves_until_its_sunset() {
    let mut spec = with_status(Status::Deprecated);
    spec.compatibility.deprecated = Some(at(day(2024, 12, 1)));
    spec.compatibility.sunset = Some(at(day(2025, 1, 2)));
    spec.compatibility.successor = Some(at(EndpointPath {
        version: 2,
        ..spec.collection_path()
    }));
    let world = World::serving(vec![spec]);
    world.clock.set(time("2025-01-01T23:59:59.999999Z"));
    let before = world.ask("GET", PATH);
    assert_eq!(before.status, 200);
    world.clock.set(time("2025-01-02T00:00:00Z"));
    // Gone for everybody, so that nobody needs a key to learn it.
    let after = world.send(Request::new("GET", PATH));
    assert_eq!((after.status, after.problem().as_str()), (410, "gone"));
    for answer in [before, after] {
        assert_eq!(answer.header("deprecation"), Some("@1733011200"));
        assert_eq!(
            answer.header("sunset"),
            Some("Thu, 02 Jan 2025 00:00:00 GMT")
        );
        assert_eq!(
            answer.headers_named("link"),
            [
                "</>; rel=\"deprecation\"",
                "</api/v2/orders>; rel=\"successor-version\""
            ]
        );
    }
}

#[test]
fn a_swap_is_seen_by_the_next_request_and_fails_none() {
    let world = World::new();
    world.created("n1", 1);
    let spec = std::sync::Arc::new(orders_spec());
    std::thread::scope(|scope| {
        let requests = scope.spawn(|| {
            for _ in 0..100 {
                assert_eq!(world.ask("GET", PATH).status, 200);
            }
        });
        let mut revision = 4;
        while !requests.is_finished() {
            let served = ServedSpec::new(std::sync::Arc::clone(&spec), revision);
            world.catalog.swap(Catalog::new([served]));
            revision += 1;
            std::thread::yield_now();
        }
        requests.join().unwrap();
    });
    world.catalog.swap(Catalog::new([ServedSpec::new(spec, 9)]));
    assert_eq!(world.ask("GET", PATH).header("spec"), Some("0001; rev=9"));
    world.catalog.swap(Catalog::default());
    assert_eq!(world.ask("GET", PATH).status, 404);
}

#[test]
fn a_status_that_the_document_does_not_list_is_counted() {
    let mut spec = orders_spec();
    for endpoint in &mut spec.endpoints {
        endpoint.statuses.retain(|status| *status != 401);
    }
    let mut world = World::serving(vec![spec]);
    assert_eq!(world.send(Request::new("GET", PATH)).status, 401);
    assert_eq!(world.ask("GET", PATH).status, 200);
    assert_eq!(world.ask("GET", "/nowhere").status, 404);
    world.unlisted_expected = 1;
}

#[test]
fn a_parameter_too_many_is_no_surprise_where_the_document_lists_no_400() {
    let mut spec = orders_spec();
    for endpoint in &mut spec.endpoints {
        endpoint.statuses.retain(|status| *status != 400);
    }
    let mut world = World::serving(vec![spec]);
    let id = "00000000-0000-4000-8000-000000000000";
    let read = format!("{PATH}/{id}?nonsense=1");
    assert_eq!(world.ask("GET", &read).status, 400);
    assert_eq!(world.ask("GET", &format!("{PATH}?nonsense=1")).status, 400);
    // Of a list the author is told that it may be 400.
    world.unlisted_expected = 1;
}

#[test]
fn a_request_under_way_is_answered_before_the_server_stops() {
    let world = World::new();
    let body = order("n1", 1);
    let mut stream = TcpStream::connect(world.address).unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        world.writer,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A second connection makes sure that the first was taken up.
    assert_eq!(world.ask("GET", PATH).status, 200);
    let stopper = world.stopper.clone();
    let stopping = std::thread::spawn(move || System::new().block_on(stopper.stop()));
    while !world.state.is_draining() {
        std::thread::yield_now();
    }
    stream.write_all(body.as_bytes()).unwrap();
    let answer = read_answer(&mut stream, false).expect("an answer");
    assert_eq!(answer.status, 201, "{answer:?}");
    stopping.join().unwrap();
}

#[test]
fn a_port_that_is_taken_is_an_error_with_its_address() {
    let world = World::new();
    let settings = specd_adapter_http::HttpSettings::new(world.address);
    let refused = System::new()
        .block_on(async { specd_adapter_http::start(settings, world.ports.clone()).err() });
    let text = refused.expect("a refusal").to_string();
    assert_eq!(text, format!("could not listen on `{}`", world.address));
}

/// A document that is deprecated, with all that can be said of it.
fn deprecated() -> Spec {
    let mut spec = with_status(Status::Deprecated);
    spec.compatibility.deprecated = Some(at(day(2024, 12, 1)));
    spec.compatibility.sunset = Some(at(day(2025, 1, 2)));
    spec.compatibility.successor = Some(at(EndpointPath {
        version: 2,
        ..spec.collection_path()
    }));
    spec
}

#[test]
fn every_answer_of_a_deprecated_document_says_so() {
    let world = World::serving(vec![deprecated()]);
    let path = world.created("a", 1);
    let tag = world.ask("GET", &path).header("etag").unwrap().to_owned();
    let key = |request: Request| request.key(&world.writer);
    let answers = [
        (200, world.ask("GET", &path)),
        (200, world.ask("HEAD", &path)),
        (
            304,
            world.send(key(Request::new("GET", &path)).header("If-None-Match", &tag)),
        ),
        (204, world.send(Request::new("OPTIONS", &path))),
        (400, world.ask("GET", &format!("{PATH}?nonsense=1"))),
        (400, world.post("{")),
        (401, world.send(Request::new("GET", &path))),
        (
            403,
            world.send(Request::new("DELETE", &path).key(&world.reader)),
        ),
        (404, world.ask("GET", &format!("{PATH}/x"))),
        (405, world.ask("POST", &path)),
        (
            406,
            world.send(key(Request::new("GET", &path)).header("Accept", "text/html")),
        ),
        (409, world.post(&order("a", 1))),
        (
            412,
            world.send(key(Request::new("DELETE", &path)).header("If-Match", "\"0\"")),
        ),
        (415, world.send(key(Request::new("POST", PATH)).bytes("{}"))),
        (204, world.ask("DELETE", &path)),
    ];
    for (status, answer) in answers {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("spec"), Some("0001; rev=3"), "{status}");
        assert_eq!(
            answer.header("deprecation"),
            Some("@1733011200"),
            "{status}"
        );
        assert_eq!(
            answer.header("sunset"),
            Some("Thu, 02 Jan 2025 00:00:00 GMT"),
            "{status}"
        );
        let links = answer.headers_named("link");
        assert!(
            links.contains(&"</api/v2/orders>; rel=\"successor-version\""),
            "{status}"
        );
        let explained = links
            .iter()
            .find(|link| link.ends_with("rel=\"deprecation\""));
        let page = explained.unwrap().split(['<', '>']).nth(1).unwrap();
        assert_eq!(world.ask("GET", page).status, 200, "{page}");
        assert!(answer.header("x-request-id").is_some());
    }
}

#[test]
fn a_deprecated_document_without_a_sunset_goes_on() {
    let mut spec = deprecated();
    spec.compatibility.sunset = None;
    spec.compatibility.successor = None;
    let world = World::serving(vec![spec]);
    world.clock.set(time("2999-01-01T00:00:00Z"));
    let answer = world.ask("GET", PATH);
    assert_eq!((answer.status, answer.header("sunset")), (200, None));
    assert_eq!(answer.header("deprecation"), Some("@1733011200"));
    assert_eq!(answer.headers_named("link").len(), 1);
}

#[test]
fn an_approved_document_with_dates_is_not_deprecated() {
    let mut spec = deprecated();
    spec.status = Status::Approved;
    let world = World::serving(vec![spec]);
    world.clock.set(time("2025-06-01T00:00:00Z"));
    let answer = world.ask("GET", PATH);
    assert_eq!((answer.status, answer.header("deprecation")), (200, None));
}

#[test]
fn what_is_gone_is_gone_for_every_method_and_still_tells_its_successor() {
    let world = World::serving(vec![deprecated()]);
    let path = world.created("a", 1);
    world.clock.set(time("2025-01-02T00:00:00Z"));
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let answer = world.ask(method, &path);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (410, "gone"),
            "{method}"
        );
        assert_eq!(answer.headers_named("link").len(), 2, "{method}");
    }
    assert_eq!(world.ask("HEAD", &path).status, 410);
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The trace id of the problem that answers a request with these headers.
fn trace_of(world: &World, headers: &[(&str, &str)]) -> String {
    let request = Request::new("GET", "/nowhere");
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    });
    let answer = world.send(request);
    assert_eq!(answer.status, 404, "{answer:?}");
    answer.json()["trace_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_valid_traceparent_is_continued_and_any_other_begins_anew() {
    let world = World::new();
    let parent = |version: &str| format!("{version}-{TRACE}-00f067aa0ba902b7-01");
    let huge = format!("vendor={}", "x".repeat(20_000));
    for (headers, is_continued) in [
        (vec![("traceparent", parent("00"))], true),
        (vec![("Traceparent", parent("00"))], true),
        (vec![("traceparent", format!("  {}\t", parent("00")))], true),
        (vec![("traceparent", parent("01"))], true),
        (
            vec![("traceparent", parent("cc") + "-what-comes-later")],
            true,
        ),
        (
            vec![
                ("traceparent", parent("00")),
                ("tracestate", "a=1,b=2".to_owned()),
            ],
            true,
        ),
        // What vendors say of a trace is nobody's business here: too much or too wrong of it takes nothing away.
        (
            vec![("traceparent", parent("00")), ("tracestate", huge)],
            true,
        ),
        (
            vec![
                ("traceparent", parent("00")),
                ("tracestate", "=,,=".to_owned()),
            ],
            true,
        ),
        (vec![("tracestate", "a=1".to_owned())], false),
        (vec![("traceparent", parent("ff"))], false),
        (vec![("traceparent", parent("00") + "-more")], false),
        (
            vec![("traceparent", parent("00")), ("traceparent", parent("00"))],
            false,
        ),
        (vec![("traceparent", parent("00").to_uppercase())], false),
        (
            vec![(
                "traceparent",
                format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            )],
            false,
        ),
        (
            vec![("traceparent", format!("00-{TRACE}-{}-01", "0".repeat(16)))],
            false,
        ),
        (
            vec![("traceparent", format!("00-{TRACE}-00f067aa0ba902b7"))],
            false,
        ),
        (vec![("traceparent", String::new())], false),
        (vec![("traceparent", "\u{e9}".to_owned())], false),
    ] {
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let trace = trace_of(&world, &headers);
        assert_eq!(trace == TRACE, is_continued, "{headers:?}");
        assert!(trace.len() == 32 && trace != "0".repeat(32), "{trace}");
    }
    assert_ne!(trace_of(&world, &[]), trace_of(&world, &[]));
}

#[test]
fn the_id_of_a_request_is_the_client_s_where_it_is_a_uuid() {
    let world = World::new();
    let id = "0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    let ask = |values: &[&str]| {
        let request = Request::new("GET", "/nowhere");
        let request = values.iter().fold(request, |request, value| {
            request.header("X-Request-Id", value)
        });
        world.send(request)
    };
    let answer = ask(&[id]);
    let lower = id.to_lowercase();
    assert_eq!(answer.header("x-request-id"), Some(lower.as_str()));
    assert_eq!(answer.json()["instance"], format!("urn:uuid:{lower}"));
    for values in [
        vec!["x"],
        vec![""],
        vec!["0190a1b2c3d47e5f8a9b0c1d2e3f4a5b"],
        vec!["{0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b}"],
        vec!["urn:uuid:0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"],
        vec![id, id],
    ] {
        let fresh = ask(&values);
        let fresh = fresh.header("x-request-id").unwrap();
        assert!(fresh.len() == 36 && fresh != lower, "{values:?}: {fresh}");
    }
}
