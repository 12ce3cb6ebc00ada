//! Hostile bodies: deep, large, and such as would grow.

use std::fmt::Write as _;

use specd_domain::body::{self, Completeness, MAX_VIOLATION_BYTES};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::{Field, Shape};

use crate::fixture::{column, field, lines, numeric, one, one_json, outcome, read, table};

const MEBIBYTE: usize = 1 << 20;

#[test]
fn sixty_four_levels_are_taken_and_one_more_is_not() {
    // The body's object is the first level.
    let arrays = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let objects = |levels: usize| "{\"a\":".repeat(levels) + "1" + &"}".repeat(levels);
    let any = one_json(Shape::Any);
    assert!(outcome(&any, &arrays(63)).is_ok());
    assert!(outcome(&any, &objects(63)).is_ok());
    for deep in [arrays(64), objects(64), arrays(400_000), objects(100_000)] {
        let lines = outcome(&any, &deep).unwrap_err();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].ends_with("too_deep: must be nested at most 64 levels deep"));
    }
}

#[test]
fn a_deep_value_in_the_wrong_place_is_read_past() {
    let deep = "[{\"a\":".repeat(100_000) + "1" + &"}]".repeat(100_000);
    let model = one(
        ColumnType::Scalar(ScalarType::Text),
        Shape::Scalar(ScalarType::Text),
    );
    let reading = read(
        &model,
        &format!(r#"{{"v":"x","other":{deep}}}"#),
        Completeness::Whole,
    );
    assert_eq!(
        lines(&reading),
        ["#/other unknown_field: must be left out, there is no such field"]
    );
    assert_eq!(
        outcome(&model, &deep).unwrap_err(),
        ["#/v wrong_type: must be a string"]
    );
    let unclosed = format!(r#"{{"v":{}"#, "[".repeat(MEBIBYTE));
    assert!(body::read(unclosed.as_bytes(), &model.1, &model.0, Completeness::Whole).is_err());
}

#[test]
fn the_violations_of_one_body_are_bounded() {
    let members: Vec<_> = (0..64)
        .map(|n| field(&format!("member{n}"), Shape::Any))
        .collect();
    let model = one_json(Shape::Array(Box::new(Shape::Object(members))));
    let body = format!("{{\"v\":[{}{{}}]}}", "{},".repeat(MEBIBYTE / 3));
    let reading = read(&model, &body, Completeness::Whole);
    assert_eq!(reading.submission.columns, [None]);
    assert!(reading.violations.len() > 10_000);
    assert!(reading.violations.len() <= MAX_VIOLATION_BYTES / 64);

    let long_key = "k".repeat(MEBIBYTE / 2);
    let body = format!(
        "{{\"v\":[{{\"{long_key}\":[{}1]}}]}}",
        "\"\\u0000\",".repeat(50_000)
    );
    let reading = read(&one_json(Shape::AnyArray), &body, Completeness::Whole);
    assert!((1..10).contains(&reading.violations.len()));
    assert_eq!(reading.submission.columns, [None]);
}

#[test]
fn numbers_may_not_grow_without_bound() {
    let shape = Shape::Array(Box::new(Shape::Scalar(ScalarType::Numeric(None))));
    let typed = one(ColumnType::Array(ScalarType::Numeric(None)), shape);
    let bomb = format!("[{}1]", "1e131071,".repeat(MEBIBYTE / 10));
    for model in [&typed, &one_json(Shape::Any)] {
        let lines = outcome(model, &bomb).unwrap_err();
        assert!(
            lines[0].ends_with("the numbers of this body are too long"),
            "{}",
            lines[0]
        );
    }
    let padded = one(
        ColumnType::Array(numeric(1000, 999)),
        Shape::Array(Box::new(Shape::Scalar(numeric(1000, 999)))),
    );
    assert!(outcome(&padded, &format!("[{}0]", "0,".repeat(MEBIBYTE / 2 - 10))).is_err());
}

#[test]
fn a_mebibyte_of_anything_is_read_in_one_pass() {
    let any = one_json(Shape::Any);
    let numeric = one(
        ColumnType::Scalar(ScalarType::Numeric(None)),
        Shape::Scalar(ScalarType::Numeric(None)),
    );
    let digits = "7".repeat(MEBIBYTE);
    assert!(outcome(&numeric, &digits).is_err());
    assert!(outcome(&any, &digits).is_err());
    assert!(outcome(&any, &format!("0.{digits}")).is_err());
    assert!(outcome(&any, &format!("1e{digits}")).is_err());
    assert!(outcome(&numeric, &format!("1e-{digits}")).is_err());
    assert!(outcome(&any, &format!("\"{}\"", "\\u00e9".repeat(MEBIBYTE / 6))).is_ok());
    assert!(outcome(&any, &format!("[{}1]", "[],".repeat(MEBIBYTE / 3))).is_ok());
    let mut keys = String::from("{");
    for number in 0..80_000 {
        let _ = write!(keys, "\"k{number}\":0,");
    }
    assert!(outcome(&any, &format!("{keys}\"z\":0}}")).is_ok());
    assert!(
        body::read(
            format!("{keys}\"z\":0}}").as_bytes(),
            &any.1,
            &any.0,
            Completeness::Whole
        )
        .is_ok()
    );
}

#[test]
fn unknown_members_beside_many_fields_are_found_quickly() {
    let integer = ScalarType::Integer;
    let columns = (0..1600).map(|n| column(&format!("c{n}"), ColumnType::Scalar(integer), true));
    let fields: Vec<_> = (0..1600)
        .map(|n| Field {
            required: false,
            column: Some(n),
            ..field(&format!("c{n}"), Shape::Scalar(integer))
        })
        .collect();
    let model = (table(columns.collect()), fields);
    let mut body = String::from("{\"c1599\":1,\"c7\":2");
    for number in 0..80_000 {
        let _ = write!(body, ",\"x{number}\":0");
    }
    let reading = read(&model, &(body + "}"), Completeness::Whole);
    assert!(reading.violations.len() > 20_000);
    assert!(reading.submission.columns[7].is_some());
}
