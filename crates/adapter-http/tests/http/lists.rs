//! Lists: pages, filters, sort keys and cursors.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use specd_domain::endpoint::Operation;
use specd_domain::source::Span;
use specd_testkit::CountingEntropy;

use crate::client::{Answer, Request};
use crate::orders::{PATH, endpoint, order, orders_spec, orders_table};
use crate::world::{World, key};

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
fn filters_are_one_query_in_whatever_order_they_are_written() {
    let world = filled(3);
    let first = world.ask(
        "GET",
        &format!("{PATH}?limit=1&quantity[gt]=0&quantity[lt]=9"),
    );
    let next = first.json()["next"].as_str().unwrap().to_owned();
    check(
        &world,
        &format!("quantity[lt]=9&quantity[gt]=0&cursor={next}"),
        &["n002", "n001"],
    );
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
        let answer = world.post(&order(number, 1));
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

/// The `next` of a page.
#[track_caller]
fn next_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    let next = answer.json()["next"].as_str().map(str::to_owned);
    next.expect("a next page")
}

/// Expects that a cursor is refused, and named.
#[track_caller]
fn refused(answer: &Answer, why: &str) {
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (400, "invalid-parameters"),
        "{why}: {answer:?}"
    );
    assert_eq!(answer.errors()[0].0, "cursor", "{why}");
}

/// An order of a customer with this name.
fn order_of(number: &str, customer: &str) -> String {
    order(number, 1).replace("Ada", customer)
}

#[test]
fn no_changed_bit_of_a_cursor_goes_unnoticed() {
    let world = filled(2);
    let next = next_of(&world.ask("GET", &format!("{PATH}?limit=1&sort=quantity")));
    let bytes = URL_SAFE_NO_PAD.decode(&next).unwrap();
    let ask = |bytes: &[u8]| {
        let cursor = URL_SAFE_NO_PAD.encode(bytes);
        world.ask("GET", &format!("{PATH}?sort=quantity&cursor={cursor}"))
    };
    assert_eq!(numbers(&ask(&bytes)), ["n002"]);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        refused(&ask(&changed), &format!("a bit of byte {at}"));
    }
    for length in [0, 1, 20, 25, 40, bytes.len() - 1] {
        refused(&ask(&bytes[..length]), "cut");
    }
    let mut older = bytes.clone();
    older[0] -= 1;
    refused(&ask(&older), "the form of before");
}

#[test]
fn a_cursor_shows_nothing_of_what_it_names() {
    let world = World::new();
    for number in ["a", "b"] {
        let answer = world.post(&order_of(number, "Grace Hopper of 1 Secret Street"));
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let page = format!("{PATH}?limit=1&sort=customer");
    let (one, two) = (
        next_of(&world.ask("GET", &page)),
        next_of(&world.ask("GET", &page)),
    );
    let bytes = URL_SAFE_NO_PAD.decode(&one).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("Secret"));
    assert_ne!(one, two, "equal places would show as equal cursors");
}

#[test]
fn a_cursor_belongs_to_the_server_s_secret() {
    let (ours, theirs) = (filled(2), filled(2));
    let next = next_of(&ours.ask("GET", &format!("{PATH}?limit=1")));
    check(&ours, &format!("cursor={next}"), &["n001"]);
    // The same records, the same query, another database.
    let secret = specd_app::ports::secrets::SecretRepository::secret(
        &*theirs.store,
        "cursors",
        [7; 32].into(),
    );
    actix_web::rt::System::new().block_on(secret).unwrap();
    refused(
        &theirs.ask("GET", &format!("{PATH}?cursor={next}")),
        "foreign",
    );
}

#[test]
fn where_owners_see_their_own_a_cursor_is_its_caller_s() {
    let mut spec = orders_spec();
    spec.access.owners_only = Some(Span::default());
    let world = World::serving(vec![spec]);
    let entropy = CountingEntropy::starting_at(900);
    let other = key(
        &world.store,
        &world.clock,
        &entropy,
        &["orders:read", "orders:write"],
    );
    for number in ["a", "b", "c"] {
        assert_eq!(world.post(&order(number, 1)).status, 201);
        let theirs = Request::new("POST", PATH).key(&other);
        let answer = world.send(theirs.json(order(&format!("x{number}"), 1)));
        assert_eq!(answer.status, 201, "{answer:?}");
        world.advance(1);
    }
    let page = world.ask("GET", &format!("{PATH}?limit=1"));
    assert_eq!(numbers(&page), ["c"]);
    let rest = format!("{PATH}?cursor={}", next_of(&page));
    assert_eq!(numbers(&world.ask("GET", &rest)), ["b", "a"]);
    refused(
        &world.send(Request::new("GET", &rest).key(&other)),
        "another owner's",
    );
}

#[test]
fn without_owners_a_cursor_may_be_passed_on() {
    let world = filled(2);
    let next = next_of(&world.ask("GET", &format!("{PATH}?limit=1")));
    let rest = Request::new("GET", &format!("{PATH}?cursor={next}")).key(&world.reader);
    assert_eq!(numbers(&world.send(rest)), ["n001"]);
}

#[test]
fn values_of_any_length_are_paged_by_cursors_that_fit_a_uri() {
    let world = World::new();
    for (at, number) in ["a", "b", "c", "d"].iter().enumerate() {
        let customer = "\u{1F600}".repeat(5_000) + &at.to_string();
        let answer = world.post(&order_of(number, &customer));
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let mut target = format!("{PATH}?limit=1&sort=customer");
    let mut seen = Vec::new();
    loop {
        let answer = world.ask("GET", &target);
        seen.extend(numbers(&answer));
        let Some(link) = answer.header("link") else {
            break;
        };
        let next = link.split(['<', '>']).nth(1).unwrap();
        assert!(next.len() < 400, "{} bytes", next.len());
        target = next.to_owned();
    }
    assert_eq!(seen, ["a", "b", "c", "d"]);
}

#[test]
fn a_long_place_is_lost_with_its_record_and_a_short_one_is_not() {
    for (customer, is_lost) in [("x".repeat(5_000), true), ("x".repeat(500), false)] {
        let world = World::new();
        let mut paths = BTreeMap::new();
        for number in ["a", "b", "c"] {
            let answer = world.post(&order_of(number, &format!("{customer}{number}")));
            paths.insert(number, answer.header("location").unwrap().to_owned());
        }
        let next = next_of(&world.ask("GET", &format!("{PATH}?limit=1&sort=customer")));
        let rest = format!("{PATH}?sort=customer&cursor={next}");
        assert_eq!(numbers(&world.ask("GET", &rest)), ["b", "c"]);
        let changed = world.patch(&paths["a"], r#"{"quantity":9}"#);
        assert_eq!(changed.status, 200, "{changed:?}");
        assert_eq!(numbers(&world.ask("GET", &rest)), ["b", "c"]);
        let moved = world.patch(&paths["a"], r#"{"customer":"z"}"#);
        assert_eq!(moved.status, 200, "{moved:?}");
        let after_change = world.ask("GET", &rest);
        assert_eq!(world.ask("DELETE", &paths["a"]).status, 204);
        let after_deletion = world.ask("GET", &rest);
        if is_lost {
            for answer in [after_change, after_deletion] {
                refused(&answer, "lost");
                assert!(answer.text().contains("begin again without it"));
            }
        } else {
            // Moved behind the place, the record comes again: it is where it is.
            assert_eq!(numbers(&after_change), ["b", "c", "a"]);
            assert_eq!(numbers(&after_deletion), ["b", "c"]);
        }
    }
}

#[test]
fn ties_are_never_lost_or_repeated_while_records_are_added() {
    for query in [
        "sort=customer",
        "sort=-customer",
        "sort=price&sort=-customer",
        "customer=Ada",
    ] {
        let world = World::new();
        let first: Vec<String> = (0..20).map(|at| format!("n{at:03}")).collect();
        for number in &first {
            world.created(number, 1);
        }
        let mut target = format!("{PATH}?limit=3&{query}");
        let mut seen = Vec::new();
        let mut added = 0;
        loop {
            let answer = world.ask("GET", &target);
            seen.extend(numbers(&answer));
            let Some(link) = answer.header("link") else {
                break;
            };
            target = link.split(['<', '>']).nth(1).unwrap().to_owned();
            // Equal in every sort key: their keys put them anywhere among the others.
            if added < 30 {
                for _ in 0..5 {
                    world.created(&format!("x{added:03}"), 1);
                    added += 1;
                }
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(count, seen.len(), "{query}: repeated");
        seen.retain(|number| number.starts_with('n'));
        assert_eq!(seen, first, "{query}: lost");
    }
}

#[test]
fn the_link_keeps_the_query_and_changes_the_cursor_alone() {
    let world = filled(5);
    let query =
        "limit=1&quantity%5Bgt%5D=0&&number[in]=n001,n002,n003&sort=-quantity&customer=%41da";
    let page = world.ask("GET", &format!("{PATH}?{query}"));
    let first = next_of(&page);
    let link = page.header("link").unwrap();
    let kept = query.replace("&&", "&");
    assert_eq!(
        link,
        format!("<{PATH}?{kept}&cursor={first}>; rel=\"next\"")
    );
    let target = link.split(['<', '>']).nth(1).unwrap();
    let page = world.ask("GET", target);
    assert_eq!(numbers(&page), ["n002"]);
    let second = next_of(&page);
    assert_eq!(
        page.header("link"),
        Some(format!("<{PATH}?{kept}&cursor={second}>; rel=\"next\"").as_str())
    );
    let head = world.ask("HEAD", target);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(head.header("link").is_some());
}

#[test]
fn parameters_that_stand_twice_are_refused_but_for_sort() {
    let world = filled(2);
    for query in [
        "limit=1&limit=1",
        "cursor=a&cursor=a",
        "number=a&number=a",
        "number[in]=a&number%5Bin%5D=a",
    ] {
        let answer = world.ask("GET", &format!("{PATH}?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(
            answer.text().contains("must be given once"),
            "{query}: {answer:?}"
        );
    }
    check(&world, "number[gte]=n001&number[lte]=n001", &["n001"]);
}
