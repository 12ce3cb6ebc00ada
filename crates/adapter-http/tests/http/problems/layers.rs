//! One problem for every layer that may refuse a request (http-contract, section 2): every member, every time.

use std::collections::BTreeSet;

use specd_app::ports::limits::Quota;
use specd_domain::Spec;
use specd_domain::endpoint::Method;
use specd_domain::limit::RateLimit;
use specd_domain::name::FlagName;
use specd_domain::source::Span;
use specd_testkit::sample::at;

use super::{REQUEST_ID, TRACE_ID};
use crate::client::{Answer, Request, send_bytes};
use crate::faults::Fault;
use crate::order::neighbours::{PAST, past_spec};
use crate::orders::{PATH, order, orders_spec};
use crate::world::World;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
/// The members, in their order; those in brackets may be left out.
const MEMBERS: [&str; 11] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "trace_id",
    "retryable",
    "[spec]",
    "[errors]",
    "[errors_left_out]",
];
/// What a caller has no business to know: SQL, types, files and libraries of ours.
const OURS: [&str; 22] = [
    "SELECT",
    "INSERT",
    "UPDATE ",
    "DELETE FROM",
    "WHERE",
    "sqlite",
    "SQLite",
    "postgres",
    "diesel",
    "actix",
    "serde",
    "hyper",
    "tokio",
    "specd_app",
    "specd_domain",
    "::",
    ".rs:",
    "Error(",
    "Some(",
    "panicked",
    "src/",
    "secret",
];

struct Row {
    layer: &'static str,
    answer: Answer,
    problem: &'static str,
    is_retryable: bool,
    /// The heading of the rule's place, where a document has it.
    heading: Option<&'static str>,
    /// Whether the ids of the request are those that it brought.
    has_ids: bool,
}

fn row(
    layer: &'static str,
    answer: Answer,
    problem: &'static str,
    heading: Option<&'static str>,
) -> Row {
    Row {
        layer,
        answer,
        problem,
        is_retryable: false,
        heading,
        has_ids: true,
    }
}

impl Row {
    fn retryable(mut self) -> Self {
        self.is_retryable = true;
        self
    }

    /// No request was read that could have brought ids.
    fn unread(mut self) -> Self {
        self.has_ids = false;
        self
    }

    #[track_caller]
    fn check(&self) {
        let Self { layer, answer, .. } = self;
        let name = format!("2 Errors: {layer}");
        assert_eq!(answer.problem(), self.problem, "{name}: {answer:?}");
        let json = answer.json();
        assert_eq!(json["status"], answer.status, "{name}");
        let code = self.problem.replace('-', "_");
        assert_eq!(json["code"], code.as_str(), "{name}");
        assert_eq!(json["retryable"], self.is_retryable, "{name}");
        let id = answer.header("x-request-id").expect("an id");
        assert_eq!(json["instance"], format!("urn:uuid:{id}"), "{name}");
        let trace = json["trace_id"].as_str().expect("a trace id");
        assert!(
            trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{name}"
        );
        if self.has_ids {
            assert_eq!((id, trace), (REQUEST_ID, TRACE_ID), "{name}");
        }
        let place = json.get("spec").map(|spec| {
            (
                spec["path"].as_str().unwrap_or_default().to_owned(),
                spec["heading"].as_str().unwrap_or_default().to_owned(),
            )
        });
        let path = place.as_ref().map(|(path, _)| path.as_str());
        let heading = place.as_ref().map(|(_, heading)| heading.as_str());
        assert_eq!(heading, self.heading, "{name}: {answer:?}");
        assert!(
            path.is_none_or(|path| path.starts_with("docs/architecture/specs/000")),
            "{name}: {path:?}"
        );
        self.check_members(&name);
        self.check_wording(&name);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{name}"
        );
        let must_wait = self.is_retryable || self.problem == "outcome-unknown";
        assert_eq!(
            answer.header("retry-after").is_some(),
            must_wait,
            "{name}: {answer:?}"
        );
    }

    /// No member is missing, and there is no other; in the text they stand in one order.
    #[track_caller]
    fn check_members(&self, name: &str) {
        let json = self.answer.json();
        let found = json.as_object().expect("an object");
        let mut last = 0;
        for member in MEMBERS {
            let plain = member.trim_matches(['[', ']']);
            assert!(
                found.contains_key(plain) || plain != member,
                "{name}: no `{plain}`"
            );
            let Some(position) = self.answer.text().find(&format!("\"{plain}\":")) else {
                continue;
            };
            assert!(
                position >= last || plain == "errors_left_out",
                "{name}: `{plain}` stands elsewhere"
            );
            last = position;
        }
        for member in found.keys() {
            let is_known = MEMBERS
                .iter()
                .any(|known| known.trim_matches(['[', ']']) == member);
            assert!(is_known, "{name}: `{member}`");
        }
    }

    #[track_caller]
    fn check_wording(&self, name: &str) {
        let json = self.answer.json();
        let mut details = vec![json["detail"].as_str().unwrap_or_default().to_owned()];
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        details.extend(
            errors
                .iter()
                .map(|error| error["detail"].as_str().unwrap_or_default().to_owned()),
        );
        for detail in details {
            let begins = detail.chars().next().expect("a detail");
            assert!(begins.is_lowercase() || begins == '`', "{name}: {detail}");
            assert!(!detail.ends_with('.'), "{name}: {detail}");
        }
        let text = self.answer.text();
        let ours = OURS.iter().find(|word| text.contains(**word));
        // The name of a scheme of ours is no secret: `Bearer specd_…` is what a caller sends.
        assert_eq!(ours, None, "{name}: {text}");
    }
}

/// A request with ids of its own.
fn ask(world: &World, method: &str, target: &str) -> Request {
    super::request(method, target).key(&world.writer)
}

fn limited(quota: u32) -> RateLimit {
    RateLimit {
        requests: quota,
        window_seconds: 60,
        burst: None,
        method: None,
        span: Span::default(),
    }
}

fn with(change: impl FnOnce(&mut Spec)) -> World {
    let mut spec = orders_spec();
    change(&mut spec);
    World::serving(vec![spec])
}

#[test]
fn every_layer_answers_with_every_member() {
    let mut rows = of_requests();
    rows.extend(of_records());
    rows.extend(of_databases());
    rows.extend(of_limits());
    rows.extend(of_connections());
    for row in &rows {
        row.check();
    }
    let world = World::new();
    let index = world.send(Request::new("GET", "/problems/"));
    let mut all: BTreeSet<&str> = index
        .text()
        .split("\"/problems/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|slug| !slug.is_empty())
        .collect();
    for row in &rows {
        all.remove(row.problem);
        let page = world.send(Request::new("GET", &format!("/problems/{}", row.problem)));
        assert_eq!(page.status, 200, "the type of {}", row.layer);
        // The title is the type's, whatever the request.
        let title = row.answer.json()["title"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(page.text().contains(&title), "{title}: {}", row.layer);
    }
    assert!(all.is_empty(), "problems without a row: {all:?}");
}

/// Routing, extraction, authentication, media types.
fn of_requests() -> Vec<Row> {
    let world = World::serving(vec![orders_spec(), past_spec()]);
    let path = world.created("taken", 1);
    let send = |request| world.send(request);
    let long = format!("/{}", "x".repeat(9_000));
    let json = || ask(&world, "POST", PATH);
    let keyed = |key: &str| json().header("Idempotency-Key", key);
    assert_eq!(send(keyed("k").json(order("first", 1))).status, 201);
    vec![
        row(
            "the size of the target",
            send(ask(&world, "GET", &long)),
            "uri-too-long",
            None,
        ),
        row(
            "the size of the fields",
            send(ask(&world, "GET", PATH).header("X", &"x".repeat(40_000))),
            "headers-too-large",
            None,
        ),
        row(
            "the announced size of the body",
            send(json().header("Content-Length", "2000000")),
            "body-too-large",
            None,
        ),
        row(
            "the Host",
            send(ask(&world, "GET", PATH).header("Host", "a@b")),
            "malformed-request",
            None,
        )
        .unread(),
        row(
            "a path",
            send(ask(&world, "GET", "/nowhere")),
            "not-found",
            None,
        ),
        row(
            "a path that cannot be decoded",
            send(ask(&world, "GET", "/api/v1/%ff")),
            "not-found",
            None,
        ),
        row(
            "a method",
            send(ask(&world, "BREW", PATH)),
            "method-not-allowed",
            None,
        ),
        row(
            "a sunset",
            send(ask(&world, "GET", PAST)),
            "gone",
            Some("Backwards Compatibility"),
        ),
        row(
            "nobody",
            send(super::request("GET", PATH)),
            "unauthenticated",
            Some("Security"),
        ),
        row(
            "a wrong key",
            send(super::request("GET", PATH).key("specd_a_b_c")),
            "unauthenticated",
            Some("Security"),
        ),
        row(
            "a scope",
            send(super::request("DELETE", &path).key(&world.reader)),
            "forbidden",
            Some("Security"),
        ),
        row(
            "the type of a body",
            send(json().header("Content-Type", "text/plain").bytes("x")),
            "unsupported-media-type",
            None,
        ),
        row(
            "the type of an answer",
            send(ask(&world, "GET", PATH).header("Accept", "text/html")),
            "not-acceptable",
            None,
        ),
        row(
            "a malformed key of a request",
            send(keyed("a b").json("{}")),
            "invalid-idempotency-key",
            None,
        ),
        row(
            "a used key of a request",
            send(keyed("k").json("{}")),
            "idempotency-key-reused",
            None,
        ),
        row(
            "a query",
            send(ask(&world, "GET", &format!("{PATH}?limit=x&colour=red"))),
            "invalid-parameters",
            Some("API Design"),
        ),
        row(
            "a cursor",
            send(ask(&world, "GET", &format!("{PATH}?cursor=AAAA"))),
            "invalid-parameters",
            None,
        ),
        row(
            "a precondition that cannot be read",
            send(ask(&world, "GET", &path).header("If-Match", "x")),
            "malformed-request",
            None,
        ),
        row("no body", send(json()), "malformed-body", None),
        row(
            "a body that is no JSON",
            send(json().json("{not json")),
            "malformed-body",
            None,
        ),
    ]
}

/// Fields, rules, existence, preconditions, constraints.
fn of_records() -> Vec<Row> {
    let world = with(|spec| spec.if_match_required = vec![at(Method::Delete)]);
    let path = world.created("taken", 1);
    let other = world.created("other", 1);
    let send = |request| world.send(request);
    let post = |body: &str| ask(&world, "POST", PATH).json(body);
    let mut rows = vec![
        row(
            "a field",
            send(post(r#"{"number":5,"quantity":1,"x":1}"#)),
            "invalid-record",
            Some("API Design"),
        ),
        row(
            "a rule",
            send(post(&order("n", 0))),
            "invalid-record",
            Some("Data Schema"),
        ),
        row(
            "existence",
            send(ask(&world, "GET", &format!("{PATH}/{NOBODY}"))),
            "no-such-record",
            None,
        ),
        row(
            "a precondition",
            send(ask(&world, "GET", &path).header("If-Match", "\"x\"")),
            "precondition-failed",
            None,
        ),
        row(
            "a precondition that is missing",
            send(ask(&world, "DELETE", &path)),
            "precondition-required",
            Some("Security"),
        ),
        row(
            "what must be unique",
            send(post(&order("taken", 1))),
            "conflict",
            Some("Data Schema"),
        ),
        row(
            "what must be unique, in a change",
            send(ask(&world, "PATCH", &other).merge_patch(r#"{"number":"taken"}"#)),
            "conflict",
            Some("Data Schema"),
        ),
    ];
    world.break_with(Fault::StillReferenced);
    let deleted = send(ask(&world, "DELETE", &path).header("If-Match", "*"));
    rows.push(row(
        "what others refer to",
        deleted,
        "still-referenced",
        Some("Data Schema"),
    ));
    rows
}

/// Panics, and a database that fails in each way.
fn of_databases() -> Vec<Row> {
    let world = World::new();
    let path = world.created("n", 1);
    let read = || world.send(ask(&world, "GET", &path));
    let write = || world.send(ask(&world, "POST", PATH).json(order("m", 1)));
    let broken = |fault| world.break_with(fault);
    let mut rows = Vec::new();
    broken(Fault::Panic);
    rows.push(row("a panic in a read", read(), "internal", None));
    rows.push(row("a panic in a write", write(), "internal", None));
    broken(Fault::Failed);
    rows.push(row("a database that fails", read(), "internal", None));
    rows.push(row(
        "a database that fails in a write",
        write(),
        "internal",
        None,
    ));
    broken(Fault::OutcomeUnknown);
    rows.push(row("an unknown outcome", write(), "outcome-unknown", None));
    broken(Fault::CheckBroken);
    rows.push(row(
        "a check of the database",
        write(),
        "invalid-record",
        Some("Data Schema"),
    ));
    broken(Fault::OutOfRange);
    rows.push(row(
        "a range of the database",
        write(),
        "invalid-record",
        Some("API Design"),
    ));
    broken(Fault::Hang);
    rows.push(row("a database that hangs", read(), "unavailable", None).retryable());
    rows.push(row(
        "a database that hangs in a write",
        write(),
        "outcome-unknown",
        None,
    ));
    world.mend();
    world.store.set_away(true);
    rows.push(row("a database that is away", read(), "unavailable", None).retryable());
    rows.push(
        row(
            "a database that is away, to be ready",
            world.send(ask(&world, "GET", "/readyz")),
            "unavailable",
            None,
        )
        .retryable(),
    );
    world.store.set_away(false);
    rows
}

/// Rollouts, rate limits, keys in use, overload.
fn of_limits() -> Vec<Row> {
    let mut rows = Vec::new();
    let world = with(|spec| {
        spec.rollout.flag = Some(at(FlagName::new("feature_orders_enabled").unwrap()));
        spec.rollout.stages = vec![at(0)];
    });
    let outside = world.send(ask(&world, "GET", PATH));
    rows.push(row(
        "a rollout",
        outside,
        "not-enabled",
        Some("Rollout Plan"),
    ));
    let world = with(|spec| spec.limits = vec![limited(1)]);
    assert_eq!(world.ask("GET", PATH).status, 200);
    let refused = world.send(ask(&world, "GET", PATH));
    rows.push(
        row(
            "the limit of a document",
            refused,
            "rate-limited",
            Some("Security"),
        )
        .retryable(),
    );
    let world = World::set_up(vec![orders_spec()], |settings| {
        settings.peer_quota = Some(Quota {
            requests: 1,
            window_seconds: 60,
            burst: None,
        });
        settings.memory_budget = Some(1_000);
    });
    assert_eq!(world.ask("GET", PATH).status, 200);
    let refused = world.send(ask(&world, "GET", PATH));
    rows.push(row("the limit of an address", refused, "rate-limited", None).retryable());
    world.state.note_resident_bytes(1_000);
    let refused = world.send(ask(&world, "GET", "/nowhere"));
    rows.push(row("the memory", refused, "overloaded", None).retryable());
    let world = World::new();
    world.break_with(Fault::Held);
    let keyed = || {
        ask(&world, "POST", PATH)
            .header("Idempotency-Key", "k")
            .json(order("n", 1))
    };
    let late = world.send(keyed());
    rows.push(row("a write that is late", late, "outcome-unknown", None));
    rows.push(
        row(
            "a key in use",
            world.send(keyed()),
            "idempotency-key-in-use",
            None,
        )
        .retryable(),
    );
    world.mend();
    rows
}

/// What no handler has seen, and bodies that do not arrive.
fn of_connections() -> Vec<Row> {
    let world = World::new();
    let send = |bytes: &[u8]| send_bytes(world.address, bytes, false).expect("an answer");
    let ids =
        format!("X-Request-Id: {REQUEST_ID}\r\ntraceparent: 00-{TRACE_ID}-00f067aa0ba902b7-01\r\n");
    let post = format!(
        "POST {PATH} HTTP/1.1\r\nHost: x\r\n{ids}Authorization: Bearer {}\r\nContent-Type: application/json\r\n",
        world.writer
    );
    let large = "x".repeat(1 << 20);
    let large = format!(
        "{post}Transfer-Encoding: chunked\r\n\r\n100000\r\n{large}\r\n10\r\n{}\r\n0\r\n\r\n",
        &large[..16]
    );
    vec![
        row(
            "a line that is none",
            send(b"GET\r\n\r\n"),
            "malformed-request",
            None,
        )
        .unread(),
        row(
            "another version",
            send(b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
            "malformed-request",
            None,
        )
        .unread(),
        row(
            "a field that is none",
            send(b"GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n"),
            "malformed-request",
            None,
        )
        .unread(),
        row(
            "a length that is none",
            send(format!("{post}Content-Length: x\r\n\r\n").as_bytes()),
            "malformed-request",
            None,
        )
        .unread(),
        row(
            "TLS",
            send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
            "malformed-request",
            None,
        )
        .unread(),
        row(
            "a target that does not end",
            send(format!("GET /{}", "x".repeat(20_000)).as_bytes()),
            "uri-too-long",
            None,
        )
        .unread(),
        row(
            "fields that do not end",
            send(format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(70_000)).as_bytes()),
            "headers-too-large",
            None,
        )
        .unread(),
        row(
            "a chunk that is none",
            send(format!("{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n").as_bytes()),
            "malformed-request",
            None,
        ),
        row(
            "a body that does not arrive",
            send(format!("{post}Content-Length: 100\r\n\r\n{{").as_bytes()),
            "malformed-request",
            None,
        ),
        row(
            "a body that grows too large",
            send(large.as_bytes()),
            "body-too-large",
            None,
        ),
    ]
}
