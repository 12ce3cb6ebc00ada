//! Rollouts: which callers a stage lets in, and what the others are told.

use actix_web::rt::System;
use specd_app::keys::Token;
use specd_app::ports::rollouts::{RolloutRepository, StoredStage};
use specd_domain::Spec;
use specd_domain::access::Authentication;
use specd_domain::access::caller::Caller;
use specd_domain::name::{FlagName, SpecNumber};
use specd_domain::rollout::is_in;
use specd_testkit::CountingEntropy;
use specd_testkit::sample::{at, time};

use crate::client::{Answer, Request};
use crate::orders::{PATH, order, orders_spec};
use crate::world::{World, key};

const FLAG: &str = "feature_orders_enabled";

fn flagged(stages: &[u8]) -> Spec {
    let mut spec = orders_spec();
    spec.rollout.flag = Some(at(FlagName::new(FLAG).unwrap()));
    spec.rollout.stages = stages.iter().map(|stage| at(*stage)).collect();
    spec
}

fn set(world: &World, flag: &str, percent: u8) {
    let stage = StoredStage {
        spec: SpecNumber(1),
        flag: flag.to_owned(),
        percent,
        since: time("2025-01-01T00:00:00Z"),
    };
    System::new().block_on(world.store.set(stage)).unwrap();
    // Whatever was seen before is older than a second now.
    world.advance(2);
}

fn keys(world: &World, count: usize, scopes: &[&str]) -> Vec<String> {
    let entropy = CountingEntropy::starting_at(1_000);
    let keys = (0..count).map(|_| key(&world.store, &world.clock, &entropy, scopes));
    keys.collect()
}

fn list(world: &World, key: &str) -> Answer {
    world.send(Request::new("GET", PATH).key(key))
}

fn caller_of(key: &str) -> Caller {
    Caller::Known {
        subject: Token::parse(key).unwrap().id().to_owned(),
        issuer: None,
        scopes: Vec::new(),
    }
}

/// All that tells two answers apart, but for the ids of their requests.
fn essence(answer: &Answer) -> (u16, Vec<(String, String)>, serde_json::Value) {
    let mut json = answer.json();
    for unique in ["instance", "trace_id"] {
        json.as_object_mut().unwrap().remove(unique);
    }
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"));
    (answer.status, headers, json)
}

#[test]
fn a_stage_lets_in_its_share_and_whoever_is_in_stays_in() {
    let world = World::serving(vec![flagged(&[5, 25, 50, 100])]);
    let keys = keys(&world, 200, &["orders:read"]);
    let flag = FlagName::new(FLAG).unwrap();
    let mut before: Vec<&String> = Vec::new();
    for percent in [5, 25, 50, 100] {
        if percent > 5 {
            set(&world, FLAG, percent);
        }
        let is_let_in = |key: &&String| match list(&world, key).status {
            200 => true,
            404 => false,
            other => panic!("{other}"),
        };
        let inside: Vec<&String> = keys.iter().filter(is_let_in).collect();
        let expected = keys
            .iter()
            .filter(|key| is_in(&flag, &caller_of(key), percent));
        assert_eq!(inside, expected.collect::<Vec<_>>(), "at {percent} %");
        assert!(before.iter().all(|key| inside.contains(key)));
        assert!(inside.len().abs_diff(2 * usize::from(percent)) <= 25);
        before = inside;
    }
    assert_eq!(before.len(), 200);
    set(&world, FLAG, 0);
    assert!(keys.iter().all(|key| list(&world, key).status == 404));
}

#[test]
fn a_caller_who_may_is_told_that_it_is_not_in_yet() {
    let world = World::serving(vec![flagged(&[1, 100])]);
    set(&world, FLAG, 0);
    let answer = list(&world, &world.reader);
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (404, "not-enabled")
    );
    assert_eq!(answer.header("spec"), Some("0001; rev=3"));
    assert_eq!(answer.json()["spec"]["heading"], "Rollout Plan");
    let head = world.send(Request::new("HEAD", PATH).key(&world.reader));
    assert_eq!((head.status, head.body.len()), (404, 0));
}

#[test]
fn a_caller_who_may_not_sees_the_answer_of_an_unknown_path() {
    let world = World::serving(vec![flagged(&[1, 100])]);
    set(&world, FLAG, 0);
    let stranger = &keys(&world, 1, &["invoices:read"])[0];
    let send = |method: &str, target: &str, key: &str| {
        let request = Request::new(method, target).key(key);
        world.send(match method {
            "POST" => request.json(order("a", 1)),
            _ => request,
        })
    };
    let nowhere = |method: &str| essence(&send(method, "/api/v1/nothing", stranger));
    assert_eq!(
        (nowhere("GET").0, &nowhere("GET").2["code"]),
        (404, &"not_found".into())
    );
    for (method, target, key) in [
        ("GET", PATH.to_owned(), stranger),
        ("POST", PATH.to_owned(), stranger),
        ("GET", format!("{PATH}/x?nonsense=1"), stranger),
        // It may read, so that what it may not is the only thing it is not told of.
        ("POST", PATH.to_owned(), &world.reader),
    ] {
        let answer = send(method, &target, key);
        assert_eq!(essence(&answer), nowhere(method), "{method} {target}");
    }
    set(&world, FLAG, 100);
    assert_eq!(send("GET", PATH, stranger).status, 403);
}

#[test]
fn a_stage_of_another_flag_counts_for_nothing() {
    let world = World::serving(vec![flagged(&[100])]);
    set(&world, "feature_of_before", 0);
    assert_eq!(list(&world, &world.reader).status, 200);
    set(&world, FLAG, 0);
    assert_eq!(list(&world, &world.reader).status, 404);
}

#[test]
fn without_a_flag_or_without_stages_everybody_is_in() {
    let mut unflagged = flagged(&[5]);
    unflagged.rollout.flag = None;
    for spec in [unflagged, flagged(&[])] {
        let world = World::serving(vec![spec]);
        let inside = |key: &String| list(&world, key).status == 200;
        assert!(keys(&world, 20, &["orders:read"]).iter().all(inside));
    }
}

#[test]
fn callers_who_say_nothing_of_themselves_are_in_with_everybody() {
    let mut spec = flagged(&[99, 100]);
    spec.access.authentication = vec![at(Authentication::None)];
    let world = World::serving(vec![spec]);
    let ask = || world.send(Request::new("GET", PATH));
    assert_eq!(ask().problem(), "not-enabled");
    set(&world, FLAG, 100);
    assert_eq!(ask().status, 200);
}

#[test]
fn a_stage_is_seen_within_a_second_and_not_asked_for_in_between() {
    let world = World::serving(vec![flagged(&[100])]);
    assert_eq!(list(&world, &world.reader).status, 200);
    let stage = StoredStage {
        spec: SpecNumber(1),
        flag: FLAG.to_owned(),
        percent: 0,
        since: time("2025-01-01T00:00:00Z"),
    };
    System::new().block_on(world.store.set(stage)).unwrap();
    assert_eq!(list(&world, &world.reader).status, 200);
    world.advance(1);
    assert_eq!(list(&world, &world.reader).status, 404);
}

#[test]
fn where_nobody_knows_who_is_in_nobody_is_told_that_it_is_not() {
    let mut spec = flagged(&[100]);
    spec.access.authentication = vec![at(Authentication::None)];
    let world = World::serving(vec![spec]);
    world.store.set_away(true);
    let answer = world.send(Request::new("GET", PATH));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (503, "unavailable")
    );
    world.store.set_away(false);
    assert_eq!(world.send(Request::new("GET", PATH)).status, 200);
    // From now on the last that was seen holds: the request gets as far as its record.
    world.store.set_away(true);
    world.advance(5);
    let answer = world.send(Request::new("GET", &format!("{PATH}/x")));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (404, "no-such-record")
    );
    world.store.set_away(false);
}
