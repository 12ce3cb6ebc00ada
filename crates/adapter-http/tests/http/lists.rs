//! Lists: pages, filters, sort keys and cursors.

use serde_json::Value;

use crate::client::Answer;
use crate::orders::{PATH, endpoint, orders_spec, orders_table};
use crate::world::World;
use specd_domain::endpoint::Operation;

/// The numbers of the orders of a page, in order.
#[track_caller]
fn numbers(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| item["number"].as_str().unwrap().to_owned())
        .collect()
}

fn filled(count: i32) -> World {
    let world = World::new();
    for at in 1..=count {
        world.created(&format!("n{at:03}"), at);
        world.advance(1);
    }
    world
}

#[track_caller]
fn check(world: &World, query: &str, expected: &[&str]) {
    let answer = world.ask("GET", &format!("{PATH}?{query}"));
    assert_eq!(numbers(&answer), expected, "{query}");
}

#[test]
fn an_empty_collection_is_an_empty_page() {
    let world = World::new();
    let answer = world.ask("GET", PATH);
    assert_eq!(answer.text(), r#"{"items":[],"next":null}"#);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("link"), None);
}

#[test]
fn a_page_has_twenty_records_newest_first_unless_asked_otherwise() {
    let world = filled(105);
    let page = numbers(&world.ask("GET", PATH));
    assert_eq!(page.len(), 20);
    assert_eq!(&page[..2], ["n105", "n104"]);
    let count = |limit: &str| numbers(&world.ask("GET", &format!("{PATH}?limit={limit}"))).len();
    assert_eq!(count("1"), 1);
    assert_eq!(count("007"), 7);
    assert_eq!(count("100"), 100);
    assert_eq!(count("101"), 100);
    assert_eq!(count("99999999999999999999999"), 100);
}

#[test]
fn following_next_or_the_link_walks_through_everything_once() {
    let world = filled(23);
    for query in ["limit=5", "limit=5&sort=-quantity", "sort=customer&limit=4"] {
        let mut target = format!("{PATH}?{query}");
        let mut seen = Vec::new();
        loop {
            let answer = world.ask("GET", &target);
            seen.extend(numbers(&answer));
            let next = answer.json()["next"].clone();
            let Value::String(next) = next else {
                assert_eq!(answer.header("link"), None);
                break;
            };
            let by_hand = format!("{PATH}?{query}&cursor={next}");
            let link = answer.header("link").unwrap();
            assert_eq!(link, format!("<{by_hand}>; rel=\"next\""));
            target = by_hand;
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (23, 23), "{query}");
    }
}

#[test]
fn a_last_page_that_is_full_has_no_next() {
    let world = filled(4);
    let first = world.ask("GET", &format!("{PATH}?limit=2"));
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let last = world.ask("GET", &format!("{PATH}?limit=2&cursor={next}"));
    assert_eq!(numbers(&last), ["n002", "n001"]);
    assert_eq!(last.json()["next"], Value::Null);
}

#[test]
fn the_limit_may_change_from_page_to_page() {
    let world = filled(4);
    let first = world.ask("GET", &format!("{PATH}?limit=1"));
    let next = first.json()["next"].as_str().unwrap().to_owned();
    check(
        &world,
        &format!("limit=3&cursor={next}"),
        &["n003", "n002", "n001"],
    );
}

#[test]
fn filters_of_every_operator_hold_together() {
    let world = filled(5);
    check(&world, "quantity=3", &["n003"]);
    check(&world, "quantity[gt]=3", &["n005", "n004"]);
    check(&world, "quantity[gte]=3&quantity[lt]=5", &["n004", "n003"]);
    check(&world, "quantity%5Blte%5D=1", &["n001"]);
    check(
        &world,
        "quantity[ne]=3&sort=quantity",
        &["n001", "n002", "n004", "n005"],
    );
    check(&world, "number[in]=n001,n004,nothing", &["n004", "n001"]);
    check(&world, "price=12.5&limit=1", &["n005"]);
    check(&world, "placed_at=2025-01-01T10:00:00Z&limit=1", &["n005"]);
    check(&world, "placed_at[lt]=2025-01-01T12:00:00%2B02:00", &[]);
    check(&world, "customer=Ad+a", &[]);
    check(&world, "&&customer=%41da&&limit=1", &["n005"]);
}

#[test]
fn sort_keys_are_asked_for_one_by_one_or_together() {
    let world = filled(3);
    check(&world, "sort=number", &["n001", "n002", "n003"]);
    check(&world, "sort=-number", &["n003", "n002", "n001"]);
    check(
        &world,
        "sort=customer&sort=-quantity",
        &["n003", "n002", "n001"],
    );
    check(&world, "sort=customer,quantity", &["n001", "n002", "n003"]);
}

#[test]
fn every_wrong_parameter_is_named() {
    let world = World::new();
    let query = "limit=0&cursor=%21&sort=details&colour=red&number[like]=x&quantity=abc\
                 &number[eq]=a&price=1&price=2&dry_run=true&x=%ff&%zz=1&sort=number&sort=-number";
    let answer = world.ask("GET", &format!("{PATH}?{query}"));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (400, "invalid-parameters")
    );
    let names: Vec<String> = answer.errors().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "limit",
            "cursor",
            "sort",
            "colour",
            "number[like]",
            "quantity",
            "number[eq]",
            "price",
            "dry_run",
            "x",
            "%zz",
            "sort",
        ]
    );
    assert!(
        !answer.text().contains("abc"),
        "no value is echoed: {answer:?}"
    );
}

#[test]
fn bad_limits_are_refused() {
    let world = World::new();
    for limit in [
        "", "0", "000", "-1", "+1", "1.5", "1e1", "ten", "0x10", "1%00",
    ] {
        let answer = world.ask("GET", &format!("{PATH}?limit={limit}"));
        assert_eq!(answer.status, 400, "{limit}");
    }
}

#[test]
fn requests_that_are_no_lists_take_no_parameters_of_lists() {
    let world = World::new();
    let path = world.created("a", 1);
    for (method, target) in [
        ("GET", format!("{path}?limit=1")),
        ("GET", format!("{path}?dry_run=true")),
        ("DELETE", format!("{path}?limit=1")),
        ("GET", format!("{path}?x")),
    ] {
        let answer = world.ask(method, &target);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (400, "invalid-parameters")
        );
    }
    assert_eq!(world.ask("GET", &format!("{path}?")).status, 200);
}

#[test]
fn a_cursor_belongs_to_its_query() {
    let world = filled(3);
    let first = world.ask("GET", &format!("{PATH}?limit=1&quantity[gt]=0"));
    let next = first.json()["next"].as_str().unwrap().to_owned();
    check(
        &world,
        &format!("quantity[gt]=0&cursor={next}"),
        &["n002", "n001"],
    );
    let mut changed = next.clone();
    let last = changed.pop().unwrap();
    changed.push(if last == 'A' { 'E' } else { 'A' });
    for query in [
        format!("cursor={next}"),
        format!("quantity[gt]=1&cursor={next}"),
        format!("quantity[gte]=0&cursor={next}"),
        format!("quantity[gt]=0&sort=number&cursor={next}"),
        format!("quantity[gt]=0&cursor={next}AAAA"),
        format!("quantity[gt]=0&cursor={}", &next[..next.len() - 4]),
        format!("quantity[gt]=0&cursor={changed}"),
        "cursor=".to_owned(),
        "cursor=AAAA".to_owned(),
        format!("cursor={}", "A".repeat(4_000)),
    ] {
        let answer = world.ask("GET", &format!("{PATH}?{query}"));
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        assert_eq!(answer.errors()[0].0, "cursor");
    }
}

#[test]
fn a_cursor_of_another_document_is_refused() {
    let mut other = orders_spec();
    other.number = specd_domain::name::SpecNumber(2);
    let mut table = orders_table();
    table.name.value = specd_domain::name::TableName::new("invoices").unwrap();
    other.table = std::sync::Arc::new(table);
    other.collection = specd_domain::name::CollectionName::new("invoices").unwrap();
    let world = World::serving(vec![orders_spec(), other]);
    world.created("a", 1);
    world.created("b", 1);
    let first = world.ask("GET", &format!("{PATH}?limit=1"));
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let answer = world.ask("GET", &format!("/api/v1/invoices?cursor={next}"));
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[test]
fn without_created_at_a_list_is_ordered_by_key_falling() {
    let mut spec = orders_spec();
    let mut table = orders_table();
    table
        .columns
        .retain(|column| column.name.value != "created_at");
    spec.table = std::sync::Arc::new(table);
    spec.endpoints = vec![endpoint(Operation::Create), endpoint(Operation::List)];
    let world = World::serving(vec![spec]);
    for number in ["a", "b", "c"] {
        let answer = world.post(&crate::orders::order(number, 1));
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let answer = world.ask("GET", PATH);
    let items = answer.json()["items"].as_array().unwrap().clone();
    let ids: Vec<&str> = items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    let mut sorted = ids.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(ids, sorted);
}
