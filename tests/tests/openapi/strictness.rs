//! A schema takes what the server takes, and refuses what the server refuses as far as JSON Schema can say it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use specd_domain::Spec;
use specd_domain::endpoint::Operation;
use specd_domain::spec::records::{RecordValidator, Rejection};
use specd_domain::validate::Stamp;
use specd_e2e::Documents;
use specd_testkit::sample::time;

use crate::{OBSERVATORY, RESOURCE, generated};

/// Values of every kind, at the edges of what columns take.
#[expect(clippy::too_many_lines, reason = "a table of values")]
fn values() -> Vec<Value> {
    let texts = [
        "",
        " ",
        "a",
        "A",
        "ab",
        "é",
        "abc",
        "abcd",
        "LON-1",
        "lon-1",
        "land",
        "sea",
        "x\u{0}",
        "x\nx",
        "\u{a0}",
        "\u{feff}",
        "\u{85}",
        "GB",
        "GBR",
        "a@b.example",
        "a@b",
        "a b@c.example",
        "https://example.org",
        "example.org",
        "ftp://x/",
        "uuid",
        "6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11",
        "6F1C1F0E-3F0A-4A52-9D1E-2C5F7A0B9C11",
        "{6f1c1f0e-3f0a-4a52-9d1e-2c5f7a0b9c11}",
        "6f1c1f0e3f0a4a529d1e2c5f7a0b9c11",
        "2025-01-01",
        "2025-02-30",
        "1850-01-01",
        "2999-01-01",
        "0000-01-01",
        "2025-1-1",
        "20250101",
        "2025-01-01T00:00:00Z",
        "2025-01-01t00:00:00z",
        "2025-01-01T00:00:00.1234567+02:00",
        "2025-01-01T00:00:00",
        "2025-01-01 00:00:00Z",
        "2025-01-01T25:00:00Z",
        "12:30:00",
        "12:30:00.5",
        "12:30",
        "24:00:00",
        "12:30:60",
        "AAEC",
        "AAE",
        "AA==",
        "AB==",
        "AA=",
        "A A=",
        "=",
        "c3BlY2Q=",
        "c3BlY2R=",
    ];
    let numbers = [
        "0",
        "-0",
        "1",
        "-1",
        "2",
        "9",
        "1.0",
        "1e2",
        "0.5",
        "0.1",
        "0.01",
        "0.001",
        "0.125",
        "12.5",
        "12.55",
        "99.9",
        "100",
        "39999",
        "32767",
        "32768",
        "-32768",
        "-32769",
        "2147483647",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "99999",
        "99999.9",
        "100000",
        "-1000",
        "-1001",
        "9999999999",
        "9999999999.99",
        "10000000000",
        "1e40",
        "1.1e40",
        "-1e40",
        "3.4e38",
        "3.5e38",
        "1e-45",
        "1e-46",
        "5e-324",
        "1e308",
        "0.07",
        "19.99",
        "0.57",
    ];
    let mut values: Vec<Value> = texts.iter().map(|text| json!(text)).collect();
    values.extend(
        numbers
            .iter()
            .filter_map(|number| serde_json::from_str::<Value>(number).ok()),
    );
    for length in [3, 4, 5, 10, 11, 12, 13, 20, 40, 41, 255, 256, 2000, 2001] {
        values.push(json!("b".repeat(length)));
        values.push(json!("é".repeat(length)));
    }
    let several: Vec<Value> = values.iter().step_by(3).cloned().collect();
    values.extend(several.iter().map(|value| json!([value])));
    values.extend([
        json!(null), json!(true), json!(false), json!([]), json!({}), json!([null]), json!([1, 2]), json!(["a", "b", "c", "d", "e", "f"]),
        json!([[1]]), json!([{}]), json!({"nested": "object"}), json!({"nested": 1}), json!({"nested": "x", "more": 1}), json!({"nested": null}),
        json!({"owner": {"name": "Ada", "age": 36}, "ports": [], "free": {}, "list": [], "any": null}),
        json!({"owner": {"name": "Ada", "age": 1.5}, "ports": [], "free": {}, "list": [], "any": 1}),
        json!({"owner": {"name": "Ada", "age": 36}, "ports": [{"port": 1, "open": true, "x": 1}], "free": {}, "list": [], "any": []}),
        json!({"owner": {"name": "Ada"}, "ports": [{"port": 1, "open": true}], "free": {"a": 1}, "list": [1, "a"], "any": {}}),
        json!({"owner": null, "ports": [], "free": {}, "list": [], "any": null}),
        json!({"owner": {"name": "Ada", "age": 36}, "ports": [], "free": [], "list": {}, "any": null}),
    ]);
    values
}

/// The whole example with one member changed or left out; and each value by itself.
fn bodies(example: &Map<String, Value>) -> Vec<Value> {
    let mut bodies = vec![Value::Object(example.clone()), json!({})];
    for name in example.keys() {
        let mut without = example.clone();
        without.remove(name);
        bodies.push(Value::Object(without));
        for value in values() {
            let mut changed = example.clone();
            changed.insert(name.clone(), value);
            bodies.push(Value::Object(changed));
        }
    }
    let mut more = example.clone();
    more.insert("nobody".to_owned(), json!(1));
    bodies.push(Value::Object(more));
    bodies.extend(values());
    bodies
}

/// What only words can say: rules over several fields or over the time, the grammar of addresses, and the year 0, which a
/// date may have and no database keeps.
const BEYOND_SCHEMAS: [&str; 9] = [
    "must be an email address",
    "must be at least 0, and must be at least `low`, or `low` must be null",
    "must be at most `high`",
    "must be from 0001-01-01 to 9999-12-31",
    "must be greater than `opened`",
    "must be in the past",
    "must be null or at most 2100-12-31",
    "must satisfy the rule `small_adds` of the document",
    "must satisfy the rule `small_adds` of the document, but a number in it becomes too large",
];

#[test]
fn a_schema_is_as_strict_as_the_server() -> anyhow::Result<()> {
    let mut stricter = Vec::new();
    let mut looser = BTreeSet::new();
    let mut count = 0;
    for files in [&OBSERVATORY[..], &RESOURCE] {
        let documents = Documents::of(files)?;
        let description = generated(&documents)?;
        for (name, _) in files {
            let spec = model(&documents, name)?;
            let path = spec.collection_path().to_string();
            let content = &description.0["paths"][&path]["post"]["requestBody"]["content"]["application/json"];
            let schema = description.validator(&content["schema"])?;
            let example = content["example"].as_object().cloned().unwrap_or_default();
            let server = RecordValidator::new(&spec)?;
            for body in bodies(&example) {
                count += 1;
                let outcome = server.validate_json(
                    Operation::Create,
                    body.to_string().as_bytes(),
                    &mut stamp(),
                );
                match (outcome, schema.is_valid(&body)) {
                    (Ok(_), true) | (Err(_), false) => {}
                    (Ok(_), false) => {
                        let errors: Vec<_> = schema
                            .iter_errors(&body)
                            .map(|error| format!("{}: {error:.200}", error.instance_path()))
                            .collect();
                        stricter.push(format!("{name}: {errors:?}"));
                    }
                    (Err(Rejection::Violations(violations)), true) => {
                        looser.extend(violations.into_iter().map(|violation| violation.detail));
                    }
                    (Err(other), true) => {
                        looser.insert(other.to_string());
                    }
                }
            }
        }
    }
    assert!(count > 10_000, "only {count} bodies");
    assert!(
        stricter.is_empty(),
        "stricter than the server: {stricter:#?}"
    );
    let looser: Vec<&str> = looser.iter().map(String::as_str).collect();
    assert_eq!(looser, BEYOND_SCHEMAS, "looser than the server");
    Ok(())
}

fn model(documents: &Documents, name: &str) -> anyhow::Result<Spec> {
    let output = specd_e2e::binary::command()?
        .args(["generate", "model"])
        .arg(documents.path().join(name))
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn stamp() -> Stamp<'static> {
    Stamp {
        now: time("2025-11-24T16:00:00Z"),
        random: Box::leak(Box::new(|| [7; 16])),
    }
}

#[test]
fn what_schemas_leave_to_words_is_told() -> anyhow::Result<()> {
    let description = generated(&Documents::of(&OBSERVATORY)?)?;
    let schemas = &description.0["components"]["schemas"];
    let words = |schema: &str, field: &str| {
        let words = &schemas[schema]["properties"][field]["description"];
        words.as_str().unwrap_or_default().to_owned()
    };
    for (schema, field, told) in [
        ("StationsV1Create", "code", "must be unique"),
        ("StationsV1Create", "email", "must be an email address"),
        (
            "StationsV1Create",
            "homepage",
            "must be an absolute URL with a host",
        ),
        ("StationsV1Create", "opened", "must be in the past"),
        (
            "StationsV1Create",
            "closed",
            "must be greater than `opened`",
        ),
        (
            "StationsV1Create",
            "country",
            "must be unique together: `country`, `town`",
        ),
        (
            "ReadingsV1Create",
            "station_id",
            "must refer to a record of `stations`",
        ),
        (
            "ReadingsV1Create",
            "small",
            "must satisfy the rule `small_adds`",
        ),
        (
            "ReadingsV1Create",
            "created_at",
            "by default the time of the request",
        ),
        ("ReadingsV1Patch", "low", "must be at most `high`"),
    ] {
        let words = words(schema, field);
        assert!(words.contains(told), "{schema}.{field}: {words}");
    }
    Ok(())
}
