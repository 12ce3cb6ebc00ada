//! The model as JSON: what `specd generate model` writes is what another service reads.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod order;

use chrono::DateTime;
use specd_domain::Spec;
use specd_domain::endpoint::Operation;
use specd_domain::record::write_json;
use specd_domain::spec::records::{RecordValidator, Rejection};
use specd_domain::validate::Stamp;

const MODEL: &str = include_str!("../../examples/order.json");

/// Judges a create at noon of the first of February 2025.
fn create(json: &str) -> Result<String, Vec<String>> {
    let spec = order::spec();
    let validator = RecordValidator::new(&spec).unwrap();
    let mut stamp = Stamp {
        now: DateTime::parse_from_rfc3339("2025-02-01T12:00:00Z")
            .unwrap()
            .to_utc(),
        random: &mut || [7; 16],
    };
    match validator.validate_json(Operation::Create, json.as_bytes(), &mut stamp) {
        Ok(row) => {
            let mut out = String::new();
            write_json(&mut out, &spec.table, &spec.endpoints[0].response, &row);
            Ok(out)
        }
        Err(Rejection::Violations(violations)) => Err(violations
            .iter()
            .map(|violation| format!("{} {}", violation.pointer.to_fragment(), violation.detail))
            .collect()),
        Err(other) => Err(vec![other.to_string()]),
    }
}

#[test]
fn a_spec_survives_json() {
    let spec = order::spec();
    let json = serde_json::to_string(&spec).unwrap();
    let read: Spec = serde_json::from_str(&json).unwrap();
    assert_eq!(read, spec);
    assert_eq!(serde_json::to_string(&read).unwrap(), json);
}

/// Refresh with `SPECD_REFRESH=1 cargo test -p specd-domain --test model`.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the snapshot is refreshed on request"
)]
fn the_example_model_is_fresh() {
    let fresh = serde_json::to_string_pretty(&order::spec()).unwrap() + "\n";
    if std::env::var_os("SPECD_REFRESH").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/order.json");
        std::fs::write(path, &fresh).unwrap();
    } else {
        assert!(
            fresh == MODEL,
            "examples/order.json is stale: see the comment above this test"
        );
    }
}

#[test]
fn a_record_is_completed_and_shown() {
    let record = r#"{
        "reference": "A-1", "quantity": 2.0, "unit_price": 12.5, "tags": ["new"],
        "address": {"street": "Main 1", "city": {"name": "Paris", "code": 75001}}
    }"#;
    let shown = create(record).unwrap();
    assert_eq!(
        shown,
        concat!(
            r#"{"id":"0194c161-ce00-7000-8707-070707070707","reference":"A-1","quantity":2,"unit_price":12.50,"#,
            r#""discount":0.00,"contact":null,"due":null,"tags":["new"],"#,
            r#""address":{"street":"Main 1","city":{"name":"Paris","code":75001}},"created_at":"2025-02-01T12:00:00Z"}"#
        )
    );
}

#[test]
fn violations_of_form_and_of_rules_come_together() {
    let record = r#"{"reference": "A-1", "quantity": 0, "unit_price": 12.505, "contact": "nobody", "colour": 1}"#;
    assert_eq!(
        create(record).unwrap_err(),
        [
            "#/unit_price must have at most 2 decimals",
            "#/colour must be left out, there is no such field",
            "#/quantity must be greater than 0",
            "#/contact must be an email address",
        ]
    );
}

#[test]
fn a_rule_over_a_refused_field_is_not_judged() {
    let record = r#"{"reference": "A-1", "quantity": 1, "unit_price": "1", "discount": 5}"#;
    assert_eq!(
        create(record).unwrap_err(),
        ["#/unit_price must be a number"]
    );
    let record = r#"{"reference": "A-1", "quantity": 1, "unit_price": 1, "discount": 5}"#;
    assert_eq!(create(record).unwrap_err().len(), 1);
}

#[test]
fn only_declared_operations_take_records() {
    let spec = order::spec();
    let mut stamp = Stamp {
        now: DateTime::UNIX_EPOCH,
        random: &mut || [0; 16],
    };
    for operation in [Operation::Patch, Operation::Replace, Operation::List] {
        let rejected = spec.validate_json(operation, b"{}", &mut stamp);
        assert_eq!(rejected, Err(Rejection::NotDeclared));
    }
    let rejected = spec.validate_json(Operation::Create, b"{", &mut stamp);
    assert!(matches!(rejected, Err(Rejection::Malformed(_))));
}
