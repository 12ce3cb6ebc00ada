//! No value of a field that holds personal data is repeated, whatever is wrong with it (http-contract, section 2).

use specd_domain::Spec;
use specd_testkit::sample::{at, column_name};

use crate::client::{Answer, Request};
use crate::faults::Fault;
use crate::orders::{PATH, order, orders_spec};
use crate::world::World;

/// What must not come back.
const CANARY: &str = "canary-4711";

/// Orders whose every field is somebody's own.
fn personal_spec() -> Spec {
    let mut spec = orders_spec();
    spec.compliance.pii = [
        "number",
        "customer",
        "quantity",
        "price",
        "details",
        "placed_at",
    ]
    .map(|name| at(column_name(name)))
    .into();
    spec
}

/// What may be wrong with the value of a field.
fn wrong_values() -> Vec<String> {
    let long = CANARY.repeat(50);
    let deep = format!("{}\"{CANARY}\"{}", "[".repeat(70), "]".repeat(70));
    vec![
        format!("\"{CANARY}\""),
        format!("\"{long}\""),
        format!("\"{CANARY}\\u0000\""),
        format!("\"{CANARY}\\ud800\""),
        format!("\"{CANARY}\n\""),
        format!("\"{CANARY}"),
        format!("[\"{CANARY}\"]"),
        format!("{{\"{CANARY}\":\"{CANARY}\"}}"),
        format!("{{\"color\":\"{CANARY}\"}}"),
        format!("{{\"color\":\"red\",\"size\":\"{CANARY}\"}}"),
        format!("{{\"color\":\"red\",\"size\":1,\"{CANARY}\":1}}"),
        format!("{{\"color\":\"red\",\"color\":\"{CANARY}\",\"size\":1}}"),
        format!("{{\"color\":\"{CANARY}\\u0000\",\"size\":1}}"),
        deep,
        "4711471147114711471147114711".to_owned(),
        "-4711".to_owned(),
        "4711.4711".to_owned(),
        "4711e4711".to_owned(),
        "true".to_owned(),
        "null".to_owned(),
    ]
}

#[track_caller]
fn check(what: &str, answer: &Answer) {
    if answer.status < 400 {
        // The record itself is what was asked for.
        return;
    }
    let headers = format!("{:?}", answer.headers);
    // Ids and lengths may hold digits that look alike; what was sent does not stand there.
    for text in [answer.text(), &headers] {
        assert!(!text.contains("canary"), "{what}: {answer:?}");
        assert!(!text.contains("47114711"), "{what}: {answer:?}");
        assert!(
            !text.contains("4711.4711") && !text.contains("4711e4711"),
            "{what}: {answer:?}"
        );
    }
}

#[test]
fn wrong_bodies_are_not_repeated() {
    let world = World::serving(vec![personal_spec()]);
    let path = world.created("n1", 1);
    let mut refused = 0;
    for field in [
        "number",
        "customer",
        "quantity",
        "price",
        "details",
        "placed_at",
    ] {
        for value in wrong_values() {
            let body = format!("{{\"{field}\":{value}}}");
            let whole = format!(
                "{{{},\"{field}\":{value}}}",
                order("n2", 1).trim_matches(['{', '}'])
            );
            let what = format!("2 Errors, no value of a PII field: {field}: {value:.80}");
            for answer in [
                world.post(&body),
                world.put(&path, &body),
                world.patch(&path, &body),
                world.post(&whole),
            ] {
                check(&what, &answer);
                refused += usize::from(answer.status == 400);
            }
        }
    }
    assert!(refused > 300, "{refused}");
}

#[test]
fn names_below_a_field_of_personal_data_are_its_value_too() {
    let world = World::serving(vec![personal_spec()]);
    let body = order("n", 1).replace("\"color\"", &format!("\"{CANARY}\":1,\"color\""));
    let answer = world.post(&body);
    assert_eq!(
        answer.errors(),
        [("#/details".to_owned(), "unknown_field".to_owned())]
    );
    let answer = world.post(&order("n", 1).replace("\"red\"", "7"));
    assert_eq!(
        answer.errors(),
        [("#/details/color".to_owned(), "wrong_type".to_owned())],
        "what the document declares is told"
    );
    let plain = World::new();
    let answer = plain.post(&body);
    assert_eq!(
        answer.errors()[0].0,
        format!("#/details/{CANARY}"),
        "what is nobody's own is told"
    );
}

#[test]
fn what_the_database_refuses_is_not_repeated() {
    let world = World::serving(vec![personal_spec()]);
    let taken = order(CANARY, 1);
    assert_eq!(world.post(&taken).status, 201);
    let other = world.created("other", 1);
    for (answer, status) in [
        (world.post(&taken), 409),
        (world.put(&other, &taken), 409),
        (
            world.patch(&other, &format!("{{\"number\":\"{CANARY}\"}}")),
            409,
        ),
    ] {
        assert_eq!(answer.status, status);
        check(
            "2 Errors, no value of a PII field: what must be unique",
            &answer,
        );
    }
    for fault in [
        Fault::CheckBroken,
        Fault::OutOfRange,
        Fault::Failed,
        Fault::OutcomeUnknown,
        Fault::AlwaysStale,
        Fault::Panic,
        Fault::Hang,
    ] {
        world.break_with(fault);
        let body = order("n", 1).replace("Ada", CANARY);
        for answer in [world.post(&body), world.put(&other, &body)] {
            assert!(answer.status >= 400, "{fault:?}: {answer:?}");
            check(
                "2 Errors, no value of a PII field: a database that fails",
                &answer,
            );
        }
    }
}

#[test]
fn queries_paths_and_fields_are_not_repeated() {
    let world = World::serving(vec![personal_spec()]);
    let path = world.created("n1", 1);
    for query in [
        "number[like]=canary-4711",
        "quantity=canary-4711",
        "price=canary-4711",
        "placed_at=canary-4711",
        "quantity[in]=1,canary-4711",
        "sort=canary-4711",
        "cursor=canary-4711",
        "limit=canary-4711",
        "customer=canary-4711%00",
        "customer=%ffcanary-4711",
        "number=1&number=canary-4711",
        "id=canary-4711",
        "placed_at[gt]=canary-4711",
        "price=4711e4711",
        "quantity=47114711471147114711",
    ] {
        let answer = world.ask("GET", &format!("{PATH}?{query}"));
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        check(query, &answer);
    }
    for target in [
        format!("{PATH}/canary-4711"),
        "/canary-4711".to_owned(),
        format!("{path}/canary-4711"),
    ] {
        let answer = world.ask("GET", &target);
        assert_eq!(answer.status, 404, "{target}");
        check(&target, &answer);
    }
    for (name, value) in [
        ("Authorization", "Bearer canary-4711"),
        ("If-Match", "canary-4711"),
        ("If-Match", "\"canary-4711\""),
        ("Accept", "canary/4711"),
        ("Content-Type", "canary/4711"),
        ("Content-Encoding", "canary-4711"),
        ("Idempotency-Key", "canary-4711 x"),
        ("X-Request-Id", "canary-4711"),
        ("traceparent", "canary-4711"),
        ("Host", "canary-4711@x"),
    ] {
        let request = Request::new("PATCH", &path).header(name, value);
        let request = if name == "Authorization" {
            request
        } else {
            request.key(&world.writer)
        };
        let answer = world.send(request.bytes("{canary-4711"));
        assert!(answer.status >= 400, "{name}: {answer:?}");
        check(name, &answer);
    }
}
