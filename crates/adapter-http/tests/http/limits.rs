//! Rate limits as a client meets them: rows 3 and 7, and the fields of every answer (http-contract, section 5).

use specd_adapter_http::settings::AddressRange;
use specd_app::ports::limits::Quota;
use specd_domain::Spec;
use specd_domain::access::Authentication;
use specd_domain::endpoint::Method;
use specd_domain::limit::RateLimit;
use specd_domain::source::Span;
use specd_testkit::sample::at;

use crate::client::{Answer, Request};
use crate::orders::{PATH, order, orders_spec};
use crate::world::World;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

const fn quota(requests: u32, window_seconds: u32) -> Quota {
    Quota {
        requests,
        window_seconds,
        burst: None,
    }
}

fn limit(requests: u32, burst: Option<u32>, method: Option<Method>) -> RateLimit {
    RateLimit {
        requests,
        window_seconds: 60,
        burst,
        method,
        span: Span::default(),
    }
}

fn limited(limits: Vec<RateLimit>) -> Spec {
    let mut spec = orders_spec();
    spec.limits = limits;
    spec
}

/// A document that asks nobody who calls.
fn open(limits: Vec<RateLimit>) -> Spec {
    let mut spec = limited(limits);
    spec.access.authentication = vec![at(Authentication::None)];
    spec
}

#[track_caller]
fn says(answer: &Answer, status: u16, left: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("ratelimit"), Some(left), "{answer:?}");
}

#[track_caller]
fn is_refused(answer: &Answer, seconds: &str) {
    assert_eq!(answer.status, 429, "{answer:?}");
    assert_eq!(answer.problem(), "rate-limited");
    assert_eq!(answer.header("retry-after"), Some(seconds), "{answer:?}");
    assert_eq!(answer.json()["retryable"], true);
}

#[test]
fn every_answer_of_a_limited_endpoint_says_what_is_left() {
    let world = World::serving(vec![limited(vec![limit(3, None, None)])]);
    let policy = "\"default\";q=3;w=60";
    let first = world.post(&order("a", 1));
    says(&first, 201, "\"default\";r=2;t=60");
    assert_eq!(first.header("ratelimit-policy"), Some(policy));
    world.advance(20);
    // An error is an answer, too.
    let wrong = world.post("{not json");
    says(&wrong, 400, "\"default\";r=1;t=40");
    assert_eq!(wrong.header("ratelimit-policy"), Some(policy));
    says(&world.ask("GET", PATH), 200, "\"default\";r=0;t=40");
    let refused = world.ask("GET", PATH);
    says(&refused, 429, "\"default\";r=0;t=40");
    is_refused(&refused, "40");
    assert_eq!(refused.header("ratelimit-policy"), Some(policy));
    assert_eq!(refused.json()["spec"]["heading"], "Security");
    // Whoever waits as long as told is served.
    world.advance(40);
    says(&world.ask("GET", PATH), 200, "\"default\";r=0;t=20");
}

#[test]
fn a_head_and_a_refusal_without_rights_are_told_apart() {
    let world = World::serving(vec![limited(vec![limit(2, None, None)])]);
    says(&world.ask("HEAD", PATH), 200, "\"default\";r=1;t=60");
    // Row 6 comes before row 7: nothing is counted, nothing is told.
    let forbidden = world.send(Request::new("POST", PATH).key(&world.reader).json("{}"));
    assert_eq!(forbidden.status, 403);
    assert_eq!(forbidden.header("ratelimit"), None);
    assert_eq!(
        world.send(Request::new("GET", PATH)).header("ratelimit"),
        None
    );
    says(&world.ask("GET", PATH), 200, "\"default\";r=0;t=60");
}

#[test]
fn callers_are_counted_apart_whatever_their_address() {
    let world = World::serving(vec![limited(vec![limit(1, None, None)])]);
    says(&world.ask("GET", PATH), 200, "\"default\";r=0;t=60");
    is_refused(&world.ask("GET", PATH), "60");
    let other = world.send(Request::new("GET", PATH).key(&world.reader));
    says(&other, 200, "\"default\";r=0;t=60");
}

#[test]
fn a_limit_of_a_method_holds_beside_that_of_all() {
    let limits = vec![limit(10, None, None), limit(2, Some(1), Some(Method::Post))];
    let world = World::serving(vec![limited(limits)]);
    let first = world.post(&order("a", 1));
    says(&first, 201, "\"default\";r=9;t=60, \"post\";r=0;t=30");
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"default\";q=10;w=60, \"post\";q=2;w=60;specd-burst=1")
    );
    let refused = world.post(&order("b", 1));
    is_refused(&refused, "30");
    says(&refused, 429, "\"default\";r=9;t=60, \"post\";r=0;t=30");
    says(&world.ask("GET", PATH), 200, "\"default\";r=8;t=60");
}

#[test]
fn a_document_without_a_limit_has_that_of_the_server() {
    let specs = || vec![limited(vec![limit(5, None, Some(Method::Post))])];
    let world = World::set_up(specs(), |settings| {
        settings.default_quota = Some(quota(2, 3600));
    });
    says(&world.post(&order("a", 1)), 201, "\"post\";r=4;t=60");
    let answer = world.ask("GET", PATH);
    says(&answer, 200, "\"default\";r=1;t=3600");
    assert_eq!(
        answer.header("ratelimit-policy"),
        Some("\"default\";q=2;w=3600")
    );
    world.ask("GET", PATH);
    let refused = world.ask("GET", PATH);
    is_refused(&refused, "3600");
    // The document does not ask for it.
    assert!(refused.json().get("spec").is_none());
    let unlimited = World::set_up(specs(), |settings| settings.default_quota = None);
    assert_eq!(unlimited.ask("GET", PATH).header("ratelimit"), None);
}

#[test]
fn callers_without_a_name_go_by_their_address() {
    let proxy: AddressRange = "127.0.0.0/8".parse().unwrap();
    let from = |world: &World, address: &str| {
        world.send(Request::new("GET", PATH).header("X-Forwarded-For", address))
    };
    let trusting = World::set_up(vec![open(vec![limit(1, None, None)])], |settings| {
        settings.trusted_proxies = vec![proxy];
    });
    says(
        &from(&trusting, "198.51.100.1"),
        200,
        "\"default\";r=0;t=60",
    );
    is_refused(&from(&trusting, "203.0.113.7, 198.51.100.1"), "60");
    says(
        &from(&trusting, "198.51.100.2"),
        200,
        "\"default\";r=0;t=60",
    );
    says(&from(&trusting, "2001:db8::1"), 200, "\"default\";r=0;t=60");
    is_refused(&from(&trusting, "2001:db8::2"), "60");
    says(&from(&trusting, "nonsense"), 200, "\"default\";r=0;t=60");
    is_refused(&from(&trusting, "other nonsense"), "60");
    let plain = World::serving(vec![open(vec![limit(1, None, None)])]);
    says(&from(&plain, "198.51.100.1"), 200, "\"default\";r=0;t=60");
    is_refused(&from(&plain, "198.51.100.2"), "60");
}

#[test]
fn a_peer_that_asks_too_often_is_refused_before_anybody_asks_who_it_is() {
    let world = World::set_up(vec![orders_spec()], |settings| {
        settings.peer_quota = Some(quota(3, 60));
    });
    assert_eq!(world.send(Request::new("GET", PATH)).status, 401);
    assert_eq!(world.send(Request::new("GET", PATH).key("x")).status, 401);
    assert_eq!(world.ask("GET", "/").status, 200);
    // Row 3, while every later row fails, too.
    let wrong = || {
        Request::new("PUT", &format!("{PATH}/{NOBODY}?nonsense=1"))
            .header("Accept", "text/html")
            .header("Content-Type", "text/plain")
            .bytes("{not json")
    };
    world.store.set_away(true);
    let refused = world.send(wrong());
    is_refused(&refused, "60");
    assert!(refused.json().get("spec").is_none());
    assert_eq!(refused.header("ratelimit"), None);
    world.store.set_away(false);
    is_refused(&world.ask("GET", "/"), "60");
    is_refused(&world.ask("GET", "/problems/not-found"), "60");
    // Row 2 comes first, and what watches the server is never refused.
    assert_eq!(world.ask("GET", "/nowhere").status, 404);
    assert_eq!(world.ask("BREW", PATH).status, 405);
    assert_eq!(world.ask("OPTIONS", PATH).status, 204);
    for _ in 0..10 {
        assert_eq!(world.ask("GET", "/healthz").status, 200);
        assert_eq!(world.ask("GET", "/readyz").status, 200);
    }
    world.advance(60);
    assert_eq!(world.ask("GET", PATH).status, 200);
}

#[test]
fn a_caller_that_asks_too_often_is_refused_before_its_request_is_read() {
    let world = World::serving(vec![limited(vec![limit(1, None, None)])]);
    world.ask("GET", PATH);
    world.store.set_away(true);
    let one = format!("{PATH}/{NOBODY}?nonsense=1");
    let wrong = Request::new("PUT", &one)
        .header("Accept", "text/html")
        .header("Content-Type", "text/plain")
        .header("Idempotency-Key", "\"")
        .bytes("{not json");
    is_refused(&world.send(wrong.key(&world.writer)), "60");
    world.store.set_away(false);
    // Rows 4 and 6 come first.
    assert_eq!(world.send(Request::new("PUT", &one)).status, 401);
    let reader = Request::new("PUT", &one).key(&world.reader);
    assert_eq!(world.send(reader).status, 403);
}

#[test]
fn a_clock_that_is_put_back_locks_nobody_out() {
    let world = World::serving(vec![limited(vec![limit(1, None, None)])]);
    world.ask("GET", PATH);
    world.advance(-3600);
    is_refused(&world.ask("GET", PATH), "60");
    world.advance(60);
    says(&world.ask("GET", PATH), 200, "\"default\";r=0;t=60");
}
