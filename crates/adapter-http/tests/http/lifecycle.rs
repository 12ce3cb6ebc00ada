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
