//! The server's own pages, and its life.

use crate::client::Request;
use crate::world::World;

#[test]
fn what_is_served_is_listed() {
    let world = World::new();
    let answer = world.send(Request::new("GET", "/"));
    assert_eq!(answer.status, 200);
    let spec = &answer.json()["specs"][0];
    assert_eq!(spec["spec"], "0001");
    assert_eq!(spec["revision"], 3);
    assert_eq!(spec["endpoints"][0], "POST /api/v1/orders");
    assert_eq!(spec["endpoints"][5], "DELETE /api/v1/orders/{id}");
}

#[test]
fn readiness_follows_the_database_and_liveness_does_not() {
    let world = World::new();
    let ask = |path: &str| world.send(Request::new("GET", path));
    assert_eq!(ask("/healthz").text(), r#"{"status":"alive"}"#);
    assert_eq!(
        ask("/readyz").text(),
        r#"{"status":"ready","database":"ready","specs":1}"#
    );
    world.store.set_away(true);
    assert_eq!(ask("/healthz").status, 200);
    let away = ask("/readyz");
    assert_eq!((away.status, away.problem().as_str()), (503, "unavailable"));
    world.store.set_away(false);
    assert_eq!(ask("/readyz").status, 200);
    world.catalog.swap(specd_app::catalog::Catalog::default());
    assert_eq!(ask("/readyz").status, 503);
}

#[test]
fn the_type_of_every_problem_has_a_page() {
    let world = World::new();
    let types = [
        "uri-too-long",
        "headers-too-large",
        "body-too-large",
        "malformed-request",
        "not-found",
        "method-not-allowed",
        "gone",
        "unauthenticated",
        "forbidden",
        "unsupported-media-type",
        "not-acceptable",
        "invalid-parameters",
        "malformed-body",
        "invalid-record",
        "no-such-record",
        "conflict",
        "still-referenced",
        "unavailable",
        "outcome-unknown",
        "internal",
    ];
    for name in types {
        let answer = world.send(Request::new("GET", &format!("/problems/{name}")));
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'none'")
        );
    }
    assert_eq!(world.send(Request::new("GET", "/problems/x")).status, 404);
    assert_eq!(world.send(Request::new("GET", "/problems/")).status, 404);
}

#[test]
fn pages_take_get_and_head_alone() {
    let world = World::new();
    for path in ["/", "/healthz", "/readyz", "/problems/gone"] {
        let head = world.send(Request::new("HEAD", path));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        let post = world.send(Request::new("POST", path));
        assert_eq!(post.status, 405, "{path}");
        assert_eq!(post.header("allow"), Some("GET, HEAD, OPTIONS"));
        let options = world.send(Request::new("OPTIONS", path));
        assert_eq!(options.status, 204, "{path}");
    }
}
