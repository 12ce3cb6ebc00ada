//! The order of the checks (http-contract, section 1): each row is tried while every later row fails too.
//!
//! All rows are tried on one server: its rollout lets some callers in, its limits are used up by some, its places are all
//! taken, its database is away. Rows 12 to 14 ask the database, so that row 15 cannot fail beneath them.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use actix_web::rt::System;
use specd_app::keys::Token;
use specd_app::ports::limits::Quota;
use specd_app::ports::rollouts::{RolloutRepository as _, StoredStage};
use specd_domain::Spec;
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Method;
use specd_domain::limit::RateLimit;
use specd_domain::name::{FlagName, SpecNumber};
use specd_domain::rollout::is_in;
use specd_domain::source::Span;
use specd_testkit::CountingEntropy;
use specd_testkit::sample::{at, time};

use crate::client::{Answer, Request, read_answer};
use crate::faults::Fault;
use crate::orders::{PATH, order, orders_spec};
use crate::world::{World, key};

pub(crate) mod neighbours;

use neighbours::{LINES, PAST, lines_spec, past_spec};

/// No record has this id.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const FLAG: &str = "feature_orders_enabled";
/// Requests that a caller may send to the orders in a day.
const LIMIT: u32 = 320;
/// More writes than one caller is given places for.
const CROWD: usize = 200;

struct Row {
    name: &'static str,
    request: Request,
    status: u16,
    problem: &'static str,
    /// Place and code of each error.
    errors: &'static [(&'static str, &'static str)],
}

fn row(name: &'static str, request: Request, status: u16, problem: &'static str) -> Row {
    Row {
        name,
        request,
        status,
        problem,
        errors: &[],
    }
}

impl Row {
    fn errors(mut self, errors: &'static [(&'static str, &'static str)]) -> Self {
        self.errors = errors;
        self
    }

    #[track_caller]
    fn check(self, world: &World) -> Answer {
        let answer = world.send(self.request);
        let name = self.name;
        assert_eq!(answer.status, self.status, "row {name}: {answer:?}");
        if !self.problem.is_empty() {
            assert_eq!(answer.problem(), self.problem, "row {name}: {answer:?}");
        }
        if !self.errors.is_empty() {
            let mut errors = answer.errors();
            errors.sort();
            let expected = self.errors.iter();
            let expected = expected.map(|(place, code)| ((*place).to_owned(), (*code).to_owned()));
            assert_eq!(errors, expected.collect::<Vec<_>>(), "row {name}");
        }
        answer
    }
}

/// Everything from row 8 on is wrong: types, key, parameters, preconditions, body, and a record that is not there.
fn wrong_from_media_types(method: &str, target: &str) -> Request {
    Request::new(method, &format!("{target}?nonsense=1"))
        .header("Accept", "text/html")
        .header("Content-Type", "text/plain")
        .header("Idempotency-Key", "a b")
        .header("If-Match", "nonsense")
        .bytes("{not json")
}

/// The server and the callers of all rows.
struct Scene {
    world: World,
    /// In the rollout, and may do everything.
    inside: String,
    /// Not in the rollout, and may do everything.
    outside: String,
    /// Not in the rollout, and may only read.
    outside_reader: String,
    /// In the rollout, and its limit is used up.
    spent: String,
    /// In the rollout, may only read, and its limit is used up.
    spent_reader: String,
    /// A record that is there.
    other: String,
    /// A record to which another refers.
    referenced: String,
    /// A record that was changed under a key, and then deleted.
    deleted: String,
}

fn flagged_spec() -> Spec {
    let mut spec = orders_spec();
    spec.rollout.flag = Some(at(FlagName::new(FLAG).unwrap()));
    spec.rollout.stages = vec![at(1), at(100)];
    spec.if_match_required = vec![at(Method::Delete)];
    spec.limits = vec![RateLimit {
        requests: LIMIT,
        window_seconds: 86_400,
        burst: None,
        method: None,
        span: Span::default(),
    }];
    spec
}

impl Scene {
    fn new() -> Self {
        let specs = vec![flagged_spec(), lines_spec(), past_spec()];
        let world = World::set_up(specs, |settings| {
            settings.store_deadline = Duration::from_mins(1);
            settings.peer_quota = Some(Quota {
                requests: 2_000,
                window_seconds: 3_600,
                burst: None,
            });
        });
        let stage = StoredStage {
            spec: SpecNumber(1),
            flag: FLAG.to_owned(),
            percent: 50,
            since: time("2025-01-01T00:00:00Z"),
        };
        System::new().block_on(world.store.set(stage)).unwrap();
        let entropy = CountingEntropy::starting_at(1_000);
        let caller = |is_inside: bool, scopes: &[&str]| loop {
            let key = key(&world.store, &world.clock, &entropy, scopes);
            if is_let_in(&key) == is_inside {
                return key;
            }
        };
        let all = &["orders:read", "orders:write"];
        let mut scene = Self {
            inside: caller(true, all),
            outside: caller(false, all),
            outside_reader: caller(false, &["orders:read"]),
            spent: caller(true, all),
            spent_reader: caller(true, &["orders:read"]),
            other: String::new(),
            referenced: String::new(),
            deleted: String::new(),
            world,
        };
        scene.use_up();
        scene.store();
        scene
    }

    /// From here on the keys are remembered, so that the database can be away.
    fn use_up(&self) {
        for key in [&self.spent, &self.spent_reader] {
            let mut answer = self.world.send(Request::new("GET", PATH).key(key));
            for _ in 0..LIMIT {
                answer = self.world.send(Request::new("GET", PATH).key(key));
            }
            assert_eq!(answer.status, 429);
        }
        for key in [&self.outside, &self.outside_reader] {
            let answer = self.world.send(Request::new("GET", PATH).key(key));
            assert_eq!(answer.status, 404);
        }
    }

    fn store(&mut self) {
        self.created("taken");
        self.other = self.created("other");
        self.referenced = self.created("referenced");
        let id = self.referenced.rsplit('/').next().unwrap();
        let line = self
            .request("POST", LINES)
            .json(format!("{{\"order_id\":\"{id}\"}}"));
        assert_eq!(self.world.send(line).status, 201);
        assert_eq!(self.world.send(self.used()).status, 201);
        self.deleted = self.created("deleted");
        assert_eq!(self.world.send(self.changed()).status, 200);
        let delete = self.request("DELETE", &self.deleted);
        let delete = self.world.send(delete.header("If-Match", "\"3-2\""));
        assert_eq!(delete.status, 204, "{delete:?}");
    }

    fn created(&self, number: &str) -> String {
        let answer = self.world.send(self.post(&order(number, 1)));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.header("location").unwrap().to_owned()
    }

    fn request(&self, method: &str, target: &str) -> Request {
        Request::new(method, target).key(&self.inside)
    }

    fn post(&self, body: &str) -> Request {
        self.request("POST", PATH).json(body)
    }

    /// A create under a key; sent again, its number is taken.
    fn used(&self) -> Request {
        let request = self.request("POST", PATH).header("Idempotency-Key", "used");
        request.json(order("used", 1))
    }

    /// A change under a key; sent again, its tag is stale and its record is gone.
    fn changed(&self) -> Request {
        let request = self.request("PATCH", &self.deleted);
        let request = request.header("Idempotency-Key", "changed");
        let request = request.header("If-Match", "\"3-1\"");
        request.merge_patch(r#"{"quantity":2}"#)
    }

    /// A create under a key that never ends.
    fn running(&self) -> Request {
        let request = self
            .request("POST", PATH)
            .header("Idempotency-Key", "running");
        request.json(order("running", 1))
    }

    /// Takes every place that the caller's writes may have, for as long as the connections live.
    fn crowd(&self) -> Vec<TcpStream> {
        self.world.break_with(Fault::Hang);
        let mut crowd = vec![self.sent(self.running())];
        crowd.extend((1..CROWD).map(|at| self.sent(self.post(&order(&format!("c{at}"), 1)))));
        let begun = Instant::now();
        while !crowd.iter_mut().any(has_overloaded_answer) {
            assert!(begun.elapsed() < Duration::from_secs(30), "places are left");
            std::thread::yield_now();
        }
        crowd
    }

    fn sent(&self, request: Request) -> TcpStream {
        let mut stream = TcpStream::connect(self.world.address).unwrap();
        stream.write_all(&request.into_bytes()).unwrap();
        stream
    }

    /// From here on no request of an unknown caller is let in.
    fn use_up_the_address(&self) {
        let begun = Instant::now();
        while self.world.send(Request::new("GET", PATH)).status != 429 {
            assert!(begun.elapsed() < Duration::from_mins(1));
        }
    }
}

fn is_let_in(key: &str) -> bool {
    let caller = Caller::Known {
        subject: Token::parse(key).unwrap().id().to_owned(),
        issuer: None,
        scopes: Vec::new(),
    };
    is_in(&FlagName::new(FLAG).unwrap(), &caller, 50)
}

/// Whether the connection was told that there is no place; the others wait.
fn has_overloaded_answer(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let has_answer = stream.peek(&mut [0]).is_ok();
    stream.set_nonblocking(false).unwrap();
    if !has_answer {
        return false;
    }
    let answer = read_answer(stream, false).expect("an answer");
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "overloaded")
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    true
}

#[test]
fn each_row_answers_while_all_later_rows_fail_too() {
    let scene = Scene::new();
    for row in rows_of_the_database(&scene) {
        row.check(&scene.world);
    }
    judged_by_the_database(&scene);
    let crowd = scene.crowd();
    for row in rows_of_keys(&scene) {
        let is_replay = row.name.contains("replay");
        let answer = row.check(&scene.world);
        assert_eq!(answer.header("idempotent-replayed").is_some(), is_replay);
    }
    scene.world.store.set_away(true);
    for row in rows_of_a_caller(&scene) {
        row.check(&scene.world);
    }
    scene.use_up_the_address();
    for row in rows_of_anybody(&scene) {
        row.check(&scene.world);
    }
    drop(crowd);
    scene.world.store.set_away(false);
}

/// Rows 1 to 3, and what is not counted in row 3.
fn rows_of_anybody(scene: &Scene) -> Vec<Row> {
    let one = format!("{PATH}/{NOBODY}");
    let long = format!("/nowhere/{}", "x".repeat(9_000));
    let huge = "x".repeat(40_000);
    vec![
        row(
            "1 URI",
            wrong_from_media_types("BREW", &long).header("X-Huge", &huge),
            414,
            "uri-too-long",
        ),
        row(
            "1 headers",
            Request::new("BREW", "/nowhere")
                .header("X-Huge", &huge)
                .header("Content-Length", "2000000"),
            431,
            "headers-too-large",
        ),
        row(
            "1 body",
            Request::new("BREW", "/nowhere")
                .header("Accept", "text/html")
                .header("Content-Length", "2000000"),
            413,
            "body-too-large",
        ),
        row(
            "2 path",
            wrong_from_media_types("BREW", "/nowhere"),
            404,
            "not-found",
        ),
        row(
            "2 method",
            wrong_from_media_types("BREW", &one),
            405,
            "method-not-allowed",
        ),
        row(
            "2 OPTIONS",
            wrong_from_media_types("OPTIONS", &one),
            204,
            "",
        ),
        row(
            "2 sunset",
            wrong_from_media_types("POST", PAST),
            410,
            "gone",
        ),
        row(
            "3 address, nobody",
            wrong_from_media_types("PUT", &one),
            429,
            "rate-limited",
        ),
        row(
            "3 address, a wrong key",
            wrong_from_media_types("PUT", &one).key("specd_a_b_c"),
            429,
            "rate-limited",
        ),
        row(
            "3 address, a good key",
            scene.post(&order("new", 1)),
            429,
            "rate-limited",
        ),
        row(
            "3 address, a page",
            Request::new("GET", "/problems/gone"),
            429,
            "rate-limited",
        ),
        row(
            "3 address, health",
            Request::new("GET", "/healthz"),
            200,
            "",
        ),
    ]
}

/// Rows 4 to 8, 10 and 11, and the places of row 15.
fn rows_of_a_caller(scene: &Scene) -> Vec<Row> {
    let one = format!("{PATH}/{NOBODY}");
    let wrong = |method: &str| wrong_from_media_types(method, &one);
    let put = |target: &str| scene.request("PUT", target);
    vec![
        row("4 no key", wrong("PUT"), 401, "unauthenticated"),
        row(
            "4 wrong key",
            wrong("PUT").key("specd_a_b_c"),
            401,
            "unauthenticated",
        ),
        row(
            "4 two keys",
            wrong("PUT").key(&scene.outside).key(&scene.outside),
            401,
            "unauthenticated",
        ),
        row(
            "4 another scheme",
            wrong("PUT").header("Authorization", "Basic eDp5"),
            401,
            "unauthenticated",
        ),
        row(
            "5 outside",
            wrong("PUT").key(&scene.outside),
            404,
            "not-enabled",
        ),
        // Who may not is not told that there is anything.
        row(
            "5 outside, and may not",
            wrong("PUT").key(&scene.outside_reader),
            404,
            "not-found",
        ),
        row(
            "6 scope",
            wrong("PUT").key(&scene.spent_reader),
            403,
            "forbidden",
        ),
        row(
            "6 scope, the record is there",
            wrong_from_media_types("DELETE", &scene.referenced).key(&scene.spent_reader),
            403,
            "forbidden",
        ),
        row(
            "7 limit",
            wrong("PUT").key(&scene.spent),
            429,
            "rate-limited",
        ),
        row(
            "7 limit of a list",
            wrong_from_media_types("GET", PATH).key(&scene.spent),
            429,
            "rate-limited",
        ),
        row(
            "8 sent type",
            wrong("PATCH").key(&scene.inside),
            415,
            "unsupported-media-type",
        ),
        row(
            "8 wanted type",
            scene
                .request("PATCH", &format!("{one}?nonsense=1"))
                .header("Accept", "text/html")
                .header("Idempotency-Key", "a b")
                .header("If-Match", "nonsense")
                .merge_patch("{not json"),
            406,
            "not-acceptable",
        ),
        row(
            "9 malformed key",
            scene
                .request("PATCH", &format!("{one}?nonsense=1"))
                .header("Idempotency-Key", "a b")
                .header("If-Match", "nonsense")
                .merge_patch("{not json"),
            400,
            "invalid-idempotency-key",
        ),
        row(
            "10 parameters",
            put(&format!("{one}?nonsense=1"))
                .header("If-Match", "nonsense")
                .json("{not json"),
            400,
            "invalid-parameters",
        )
        .errors(&[("nonsense", "invalid_parameter")]),
        row(
            "10 parameters of a list",
            scene.request("GET", &format!("{PATH}?limit=0&x=1")),
            400,
            "invalid-parameters",
        )
        .errors(&[("limit", "invalid_parameter"), ("x", "invalid_parameter")]),
        row(
            "10 preconditions that cannot be read",
            put(&one).header("If-Match", "nonsense").json("{not json"),
            400,
            "malformed-request",
        ),
        row(
            "10 no body",
            put(&one).header("If-Match", "\"0-0\""),
            400,
            "malformed-body",
        ),
        row(
            "10 JSON",
            put(&one).header("If-Match", "\"0-0\"").json("{not json"),
            400,
            "malformed-body",
        ),
        row(
            "10 and 11 replace",
            put(&one)
                .header("If-Match", "\"0-0\"")
                .json(r#"{"number":"taken","quantity":0,"x":1}"#),
            400,
            "invalid-record",
        )
        .errors(&[("#/quantity", "rule_broken"), ("#/x", "unknown_field")]),
        row(
            "10 and 11 create",
            scene.post(r#"{"number":7,"quantity":0,"quantity":0}"#),
            400,
            "invalid-record",
        )
        .errors(&[
            ("#/number", "wrong_type"),
            ("#/quantity", "duplicate_field"),
        ]),
        row(
            "10 and 11 create, several fields",
            scene.post(r#"{"number":7,"quantity":0,"x":1}"#),
            400,
            "invalid-record",
        )
        .errors(&[
            ("#/number", "wrong_type"),
            ("#/quantity", "rule_broken"),
            ("#/x", "unknown_field"),
        ]),
        row(
            "11 create",
            scene.post(&order("taken", 0)),
            400,
            "invalid-record",
        )
        .errors(&[("#/quantity", "rule_broken")]),
        row("15 places", scene.post(&order("new", 1)), 503, "overloaded"),
    ]
}

/// Row 9 where its answer is in the database, while the records are out of reach and all places are taken.
fn rows_of_keys(scene: &Scene) -> Vec<Row> {
    vec![
        row("9 replay of a create", scene.used(), 201, ""),
        row("9 replay of a change", scene.changed(), 200, ""),
        row(
            "9 key of another request",
            scene
                .request("POST", &format!("{PATH}?nonsense=1"))
                .header("Idempotency-Key", "used")
                .json("{not json"),
            422,
            "idempotency-key-reused",
        ),
        row(
            "9 key of a request that runs",
            scene.running(),
            409,
            "idempotency-key-in-use",
        ),
        row(
            "9 key of a request that runs, and of another",
            scene
                .request("POST", &format!("{PATH}?nonsense=1"))
                .header("Idempotency-Key", "running")
                .json("{not json"),
            409,
            "idempotency-key-in-use",
        ),
    ]
}

/// Rows 12 to 14.
fn rows_of_the_database(scene: &Scene) -> Vec<Row> {
    let one = format!("{PATH}/{NOBODY}");
    let stale = |request: Request| request.header("If-Match", "\"0-0\"");
    let taken = || order("taken", 1);
    vec![
        row(
            "11 patch",
            stale(scene.request("PATCH", &scene.other))
                .merge_patch(r#"{"number":"taken","quantity":0}"#),
            400,
            "invalid-record",
        )
        .errors(&[("#/quantity", "rule_broken")]),
        row(
            "11 replace",
            stale(scene.request("PUT", &one)).json(order("taken", 0)),
            400,
            "invalid-record",
        ),
        row(
            "12 replace",
            stale(scene.request("PUT", &one)).json(taken()),
            404,
            "no-such-record",
        ),
        row(
            "12 patch",
            stale(scene.request("PATCH", &one)).merge_patch(r#"{"number":"taken"}"#),
            404,
            "no-such-record",
        ),
        row(
            "12 read",
            scene.request("GET", &one).header("If-None-Match", "*"),
            404,
            "no-such-record",
        ),
        row(
            "12 delete, which needs a tag",
            scene.request("DELETE", &one),
            404,
            "no-such-record",
        ),
        row(
            "12 an id that is none",
            stale(scene.request("DELETE", &format!("{PATH}/x"))),
            404,
            "no-such-record",
        ),
        row(
            "13 stale replace",
            stale(scene.request("PUT", &scene.other)).json(taken()),
            412,
            "precondition-failed",
        ),
        row(
            "13 stale patch",
            stale(scene.request("PATCH", &scene.other)).merge_patch(r#"{"number":"taken"}"#),
            412,
            "precondition-failed",
        ),
        row(
            "13 stale delete",
            stale(scene.request("DELETE", &scene.referenced)),
            412,
            "precondition-failed",
        ),
        row(
            "13 no tag where one is required",
            scene.request("DELETE", &scene.referenced),
            428,
            "precondition-required",
        ),
        row(
            "13 known",
            scene
                .request("GET", &scene.other)
                .header("If-None-Match", "\"3-1\""),
            304,
            "",
        ),
        row("14 unique, create", scene.post(&taken()), 409, "conflict"),
        row(
            "14 unique, replace",
            scene
                .request("PUT", &scene.other)
                .header("If-Match", "\"3-1\"")
                .json(taken()),
            409,
            "conflict",
        ),
        row(
            "14 unique, patch",
            scene
                .request("PATCH", &scene.other)
                .merge_patch(r#"{"number":"taken"}"#),
            409,
            "conflict",
        ),
        row(
            "14 referenced",
            scene
                .request("DELETE", &scene.referenced)
                .header("If-Match", "*"),
            409,
            "still-referenced",
        ),
        row(
            "14 missing reference",
            scene
                .request("POST", LINES)
                .json(format!("{{\"order_id\":\"{NOBODY}\"}}")),
            400,
            "invalid-record",
        )
        .errors(&[("#/order_id", "missing_reference")]),
    ]
}

/// The rest of row 14, and row 15.
fn judged_by_the_database(scene: &Scene) {
    let world = &scene.world;
    for (fault, errors) in [
        (Fault::CheckBroken, &[("#/quantity", "rule_broken")]),
        (Fault::OutOfRange, &[("#", "out_of_range")]),
    ] {
        world.break_with(fault);
        let refused = row(
            "14 check, range",
            scene.post(&order("new", 1)),
            400,
            "invalid-record",
        );
        refused.errors(errors).check(world);
    }
    world.mend();
    world.store.set_away(true);
    for (name, request) in [
        ("15 create", scene.post(&order("new", 1))),
        ("15 read", scene.request("GET", &scene.other)),
        ("15 list", scene.request("GET", PATH)),
        (
            "15 delete",
            scene
                .request("DELETE", &scene.other)
                .header("If-Match", "*"),
        ),
        (
            "15 a key that may be new",
            scene
                .post(&order("new", 1))
                .header("Idempotency-Key", "new"),
        ),
    ] {
        let answer = row(name, request, 503, "unavailable").check(world);
        assert_eq!(answer.header("retry-after"), Some("1"), "{name}");
    }
    world.store.set_away(false);
}
