//! The six operations.

use serde_json::{Value, json};

use crate::client::Request;
use crate::faults::Fault;
use crate::orders::{MEMBERS, PATH, endpoint, order, orders_spec};
use crate::world::World;
use specd_domain::endpoint::Operation;
use specd_testkit::sample::column_name;

#[test]
fn a_created_record_is_answered_as_the_document_says() {
    let world = World::new();
    let answer = world.post(&order("n1", 3));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let json = answer.json();
    let id = json["id"].as_str().unwrap();
    assert_eq!(
        answer.header("location"),
        Some(format!("{PATH}/{id}").as_str())
    );
    assert_eq!(answer.header("etag"), Some("\"3-1\""));
    assert_eq!(
        answer.text(),
        format!(
            r#"{{"id":"{id}","number":"n1","customer":"Ada","quantity":3,"price":12.50,"details":{{"color":"red","size":2}},"placed_at":"2025-01-01T10:00:00Z","created_at":"2025-01-01T00:00:00Z"}}"#
        )
    );
    let read = world.ask("GET", answer.header("location").unwrap());
    assert_eq!(read.text(), answer.text());
    assert_eq!(read.header("etag"), answer.header("etag"));
}

#[test]
fn head_is_get_without_the_body() {
    let world = World::new();
    let path = world.created("n1", 3);
    for target in [path.as_str(), PATH] {
        let get = world.ask("GET", target);
        let head = world.ask("HEAD", target);
        assert_eq!((head.status, head.body.len()), (200, 0));
        for name in ["content-type", "content-length", "etag", "spec"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {target}");
        }
    }
    let missing = world.ask("HEAD", &format!("{PATH}/x"));
    assert_eq!((missing.status, missing.body.len()), (404, 0));
}

#[test]
fn a_record_that_nobody_can_read_has_no_location() {
    let mut spec = orders_spec();
    spec.endpoints = vec![endpoint(Operation::Create)];
    let world = World::serving(vec![spec]);
    let answer = world.post(&order("n1", 3));
    assert_eq!((answer.status, answer.header("location")), (201, None));
    let answer = world.ask("GET", &format!("{PATH}/x"));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (404, "not-found")
    );
    let answer = world.ask("GET", PATH);
    assert_eq!(answer.header("allow"), Some("POST, OPTIONS"));
}

#[test]
fn success_codes_are_the_documents() {
    let mut spec = orders_spec();
    for endpoint in &mut spec.endpoints {
        endpoint.success = match endpoint.operation {
            Operation::Create => 202,
            Operation::Replace => 204,
            _ => 200,
        };
        endpoint.statuses.retain(|status| *status >= 300);
        endpoint.statuses.insert(0, endpoint.success);
        if endpoint.operation == Operation::Delete {
            endpoint.response = MEMBERS.map(column_name).into();
        }
    }
    let world = World::serving(vec![spec]);
    let created = world.post(&order("n1", 3));
    assert_eq!(created.status, 202);
    let path = created.header("location").unwrap();
    let replaced = world.put(path, &order("n1", 4));
    assert_eq!((replaced.status, replaced.body.len()), (204, 0));
    assert_eq!(replaced.header("etag"), Some("\"3-2\""));
    let deleted = world.ask("DELETE", path);
    assert_eq!((deleted.status, deleted.header("etag")), (200, None));
    assert_eq!(deleted.json()["quantity"], 4);
    assert_eq!(world.ask("GET", path).status, 404);
}

#[test]
fn a_replaced_record_keeps_what_is_the_servers() {
    let world = World::new();
    let path = world.created("n1", 3);
    let before = world.ask("GET", &path).json();
    world.advance(3600);
    let answer = world.put(&path, r#"{"number":"n2","quantity":9}"#);
    assert_eq!(answer.status, 200, "{answer:?}");
    let after = answer.json();
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["created_at"], before["created_at"]);
    assert_eq!(after["number"], "n2");
    assert_eq!(after["customer"], Value::Null);
    assert_eq!(after["details"], Value::Null);
    assert_eq!(answer.header("etag"), Some("\"3-2\""));
}

#[test]
fn a_replace_does_not_create() {
    let world = World::new();
    let missing = format!("{PATH}/00000000-0000-4000-8000-000000000000");
    let answer = world.put(&missing, &order("n1", 3));
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (404, "no-such-record")
    );
    assert_eq!(world.ask("GET", PATH).json()["items"], json!([]));
}

#[test]
fn a_change_touches_updated_at() {
    let mut spec = orders_spec();
    for endpoint in &mut spec.endpoints {
        if endpoint.operation != Operation::Delete {
            endpoint.response.push(column_name("updated_at"));
        }
    }
    let world = World::serving(vec![spec]);
    let path = world.created("n1", 3);
    world.advance(3600);
    let replaced = world.put(&path, &order("n1", 4)).json();
    assert_eq!(replaced["updated_at"], "2025-01-01T01:00:00Z");
    world.advance(3600);
    let patched = world.patch(&path, "{}").json();
    assert_eq!(patched["updated_at"], "2025-01-01T02:00:00Z");
    assert_eq!(patched["created_at"], "2025-01-01T00:00:00Z");
}

#[test]
fn a_patch_changes_what_it_carries() {
    let world = World::new();
    let path = world.created("n1", 3);
    let answer = world.patch(&path, r#"{"quantity":5,"customer":null}"#);
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    assert_eq!(
        (&json["quantity"], &json["customer"]),
        (&json!(5), &Value::Null)
    );
    assert_eq!(
        (&json["number"], &json["price"]),
        (&json!("n1"), &json!(12.5))
    );
    assert_eq!(answer.header("etag"), Some("\"3-2\""));
}

#[test]
fn a_patch_is_merged_below_a_json_column() {
    let world = World::new();
    let path = world.created("n1", 3);
    let answer = world.patch(&path, r#"{"details":{"size":9007199254740993}}"#);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer
            .text()
            .contains(r#""details":{"color":"red","size":9007199254740993}"#)
            || answer
                .text()
                .contains(r#""details":{"size":9007199254740993,"color":"red"}"#),
        "{answer:?}"
    );
    let cleared = world.patch(&path, r#"{"details":null}"#);
    assert_eq!(cleared.json()["details"], Value::Null);
    let again = world.patch(&path, r#"{"details":{"color":"blue","size":1}}"#);
    assert_eq!(again.json()["details"], json!({"color": "blue", "size": 1}));
}

#[test]
fn what_a_merge_makes_must_have_the_shape_of_the_field() {
    let world = World::new();
    let path = world.created("n1", 3);
    world.patch(&path, r#"{"details":null}"#);
    let cases = [
        (
            r#"{"details":{"color":"red"}}"#,
            "#/details/size",
            "required",
        ),
        (
            r#"{"details":{"colour":"red","size":1,"color":"x"}}"#,
            "#/details/colour",
            "unknown_field",
        ),
        (
            r#"{"details":{"color":1,"size":1}}"#,
            "#/details/color",
            "wrong_type",
        ),
        (r#"{"details":[]}"#, "#/details", "wrong_type"),
    ];
    for (body, pointer, code) in cases {
        let answer = world.patch(&path, body);
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        assert_eq!(
            answer.errors(),
            [(pointer.to_owned(), code.to_owned())],
            "{body}"
        );
    }
    world.patch(&path, r#"{"details":{"color":"blue","size":1}}"#);
    let answer = world.patch(&path, r#"{"details":{"size":null}}"#);
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.errors()[0].0, "#/details/size");
}

#[test]
fn a_patch_is_judged_by_the_rules_with_what_is_stored() {
    let world = World::new();
    let path = world.created("n1", 3);
    let answer = world.patch(
        &path,
        r#"{"quantity":0,"number":"123456789012345678901","x":1}"#,
    );
    assert_eq!(answer.status, 400);
    let mut errors = answer.errors();
    errors.sort();
    let expected = [
        ("#/number", "too_long"),
        ("#/quantity", "rule_broken"),
        ("#/x", "unknown_field"),
    ];
    assert_eq!(errors, expected.map(|(p, c)| (p.to_owned(), c.to_owned())));
    assert_eq!(world.ask("GET", &path).json()["quantity"], 3);
}

#[test]
fn null_is_refused_where_the_column_takes_none() {
    let world = World::new();
    let path = world.created("n1", 3);
    let answer = world.patch(&path, r#"{"quantity":null}"#);
    assert_eq!(
        answer.errors(),
        [("#/quantity".to_owned(), "not_nullable".to_owned())]
    );
}

#[test]
fn every_violation_of_a_body_is_reported_at_once() {
    let world = World::new();
    let answer = world.post(
        r#"{"number":"123456789012345678901","quantity":-1,"price":1.005,"details":{"color":7,"shape":"round"},"placed_at":"yesterday","colour":"red","customer":"a\u0000b"}"#,
    );
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (400, "invalid-record")
    );
    let mut errors = answer.errors();
    errors.sort();
    let expected = [
        ("#/colour", "unknown_field"),
        ("#/customer", "nul_character"),
        ("#/details/color", "wrong_type"),
        ("#/details/shape", "unknown_field"),
        ("#/details/size", "required"),
        ("#/number", "too_long"),
        ("#/placed_at", "wrong_format"),
        ("#/price", "too_many_decimals"),
        ("#/quantity", "rule_broken"),
    ];
    assert_eq!(errors, expected.map(|(p, c)| (p.to_owned(), c.to_owned())));
    assert_eq!(
        world.ask("GET", PATH).json()["items"],
        json!([]),
        "nothing is stored"
    );
}

#[test]
fn what_must_be_unique_is_named_when_it_is_not() {
    let world = World::new();
    world.created("n1", 3);
    let second = world.created("n2", 3);
    for answer in [
        world.post(&order("n1", 1)),
        world.put(&second, &order("n1", 1)),
        world.patch(&second, r#"{"number":"n1"}"#),
    ] {
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (409, "conflict")
        );
        assert_eq!(
            answer.json()["detail"],
            "another record has the same `number`"
        );
    }
}

#[test]
fn a_deleted_record_is_gone() {
    let world = World::new();
    let path = world.created("n1", 3);
    let answer = world.ask("DELETE", &path);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(answer.header("content-type"), None);
    for method in ["GET", "DELETE"] {
        let answer = world.ask(method, &path);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "no-such-record")
        );
    }
    assert_eq!(world.put(&path, &order("n1", 3)).status, 404);
}

#[test]
fn an_id_that_is_no_key_names_no_record() {
    let world = World::new();
    let path = world.created("n1", 3);
    let id = path.rsplit('/').next().unwrap();
    for id in [
        "1",
        "x",
        "%ff",
        "%zz",
        "%",
        "%00",
        "..",
        "null",
        &format!("{{{id}}}"),
        &id.replace('-', ""),
    ] {
        for method in ["GET", "DELETE"] {
            let answer = world.ask(method, &format!("{PATH}/{id}"));
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (404, "no-such-record"),
                "{id}"
            );
        }
    }
    assert_eq!(
        world
            .ask("GET", &path.to_uppercase().replace("/API/V1/ORDERS", PATH))
            .status,
        200
    );
}

#[test]
fn parallel_patches_of_one_record_are_all_kept() {
    let world = World::new();
    let path = world.created("n1", 1);
    let fields = ["customer", "quantity", "price", "placed_at"];
    let bodies = [r#""Bo""#, "7", "1.25", r#""2030-01-01T00:00:00Z""#];
    std::thread::scope(|scope| {
        for (field, value) in fields.iter().zip(bodies) {
            let (world, path) = (&world, &path);
            scope.spawn(move || {
                let answer = world.patch(path, &format!("{{\"{field}\":{value}}}"));
                assert_eq!(answer.status, 200, "{answer:?}");
            });
        }
    });
    let json = world.ask("GET", &path).json();
    assert_eq!(json["customer"], "Bo");
    assert_eq!(json["quantity"], 7);
    assert_eq!(json["price"], 1.25);
    assert_eq!(json["placed_at"], "2030-01-01T00:00:00Z");
}

#[test]
fn every_answer_has_the_headers_of_an_answer() {
    let world = World::new();
    let path = world.created("n1", 1);
    for (target, cache) in [
        (path.as_str(), "no-store"),
        (PATH, "no-store"),
        ("/nowhere", "no-store"),
        ("/", "no-cache"),
        ("/healthz", "no-store"),
        ("/problems/gone", "no-store"),
    ] {
        let answer = world.ask("GET", target);
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{target}"
        );
        assert_eq!(answer.header("cache-control"), Some(cache), "{target}");
        let id = answer.header("x-request-id").unwrap();
        assert!(uuid::Uuid::try_parse(id).is_ok(), "{target}");
        let is_resource = target.starts_with(PATH);
        assert_eq!(
            answer.header("spec"),
            is_resource.then_some("0001; rev=3"),
            "{target}"
        );
    }
}

#[test]
fn a_request_id_is_taken_from_the_client_only_where_it_is_one() {
    let world = World::new();
    let ask = |id: &str| {
        let request = Request::new("GET", PATH)
            .key(&world.reader)
            .header("X-Request-Id", id);
        world
            .send(request)
            .header("x-request-id")
            .unwrap()
            .to_owned()
    };
    let id = "7f3c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11";
    assert_eq!(ask(id), id);
    for other in [
        "1",
        "'; DROP TABLE x;--",
        "7f3c1f0e3f0a4a529d1e2c5f7a0b9c11",
        "",
    ] {
        assert_ne!(ask(other), other);
    }
}

#[test]
fn a_patch_that_was_overtaken_is_made_again_of_what_is_there_now() {
    let world = World::new();
    let path = world.created("n1", 1);
    world.break_with(Fault::Overtaken);
    let answer = world.patch(&path, r#"{"quantity":2}"#);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["quantity"], 2);
    assert_eq!(
        answer.json()["customer"],
        Value::Null,
        "the other change is kept"
    );
    assert_eq!(answer.header("etag"), Some("\"3-3\""));
}
