//! JSON columns: closed and open objects, arrays, and what `jsonb` could not hold.

use specd_domain::body::{self, Completeness};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::{Field, Shape};
use specd_domain::table::Table;
use specd_domain::value::Value;

use crate::fixture::{column, field, lines, one_json, outcome, read, table};

fn scalar(scalar: ScalarType) -> Shape {
    Shape::Scalar(scalar)
}

/// `{"count": 1, "price": 1.5, "at": date-time, "inner": {"names": ["x"]}, "any": null}`
fn nested() -> Shape {
    Shape::Object(vec![
        field("count", scalar(ScalarType::BigInt)),
        field("price", scalar(ScalarType::Numeric(None))),
        field("at", scalar(ScalarType::TimestampTz)),
        field(
            "inner",
            Shape::Object(vec![field(
                "names",
                Shape::Array(Box::new(scalar(ScalarType::Text))),
            )]),
        ),
        field("any", Shape::Any),
    ])
}

const VALID: &str = r#"{"count":1,"price":1.50,"at":"2025-01-31T13:45:00+01:00","inner":{"names":["x"]},"any":null}"#;

#[test]
fn a_valid_value_is_kept_as_it_was_written_without_its_blanks() {
    assert_eq!(outcome(&one_json(nested()), VALID).as_deref(), Ok(VALID));
    let any = one_json(Shape::Any);
    for (value, kept) in [
        (
            "{ \"b\" : [ 1.50e3 , true,\n null ] , \"a\":{ } }",
            r#"{"b":[1.50e3,true,null],"a":{}}"#,
        ),
        ("[ ]", "[]"),
        (r#""\u0061\/\u001f""#, r#""a/\u001f""#),
        (
            "12345678901234567890.123456789",
            "12345678901234567890.123456789",
        ),
        ("1e131071", "1e131071"),
        ("false", "false"),
    ] {
        assert_eq!(outcome(&any, value).as_deref(), Ok(kept));
    }
}

#[test]
fn a_closed_object_names_every_wrong_member() {
    let value = r#"{"cuont":1,"count":1.5,"price":"1","at":"2025-01-31","inner":{"names":[1,null],"names":[],"x":1}}"#;
    assert_eq!(
        outcome(&one_json(nested()), value).unwrap_err(),
        [
            "#/v/cuont unknown_field: must be left out, there is no such field; did you mean `count`?",
            "#/v/count wrong_type: must be a whole number",
            "#/v/price wrong_type: must be a number",
            "#/v/at wrong_format: must be a date and time with an offset, such as 2025-01-31T13:45:00Z",
            "#/v/inner/names/0 wrong_type: must be a string",
            "#/v/inner/names/1 not_nullable: must not be null",
            "#/v/inner/names duplicate_field: must stand only once",
            "#/v/inner/x unknown_field: must be left out, there is no such field",
            "#/v/any required: must be present",
        ]
    );
}

#[test]
fn members_that_are_missing_come_last_also_from_inside() {
    let inner = Shape::Object(vec![field("a", scalar(ScalarType::Text))]);
    let model = (
        table(Vec::new()),
        vec![field("v", inner), field("w", scalar(ScalarType::Text))],
    );
    let reading = read(&model, r#"{"v":{},"w":1}"#, Completeness::Whole);
    assert_eq!(
        lines(&reading),
        [
            "#/w wrong_type: must be a string",
            "#/v/a required: must be present"
        ]
    );
}

#[test]
fn another_json_type_is_refused_where_it_stands() {
    for (shape, value, line) in [
        (Shape::AnyObject, "[]", "#/v wrong_type: must be an object"),
        (nested(), "\"x\"", "#/v wrong_type: must be an object"),
        (Shape::AnyArray, "{}", "#/v wrong_type: must be an array"),
        (
            Shape::Array(Box::new(Shape::AnyObject)),
            "[{},1]",
            "#/v/1 wrong_type: must be an object",
        ),
        (
            Shape::Array(Box::new(Shape::AnyObject)),
            "[null]",
            "#/v/0 not_nullable: must not be null",
        ),
        (
            scalar(ScalarType::Boolean),
            "0",
            "#/v wrong_type: must be true or false",
        ),
        (
            Shape::AnyObject,
            "null",
            "#/v not_nullable: must not be null",
        ),
    ] {
        assert_eq!(outcome(&one_json(shape), value).unwrap_err(), [line]);
    }
}

#[test]
fn what_jsonb_cannot_hold_is_refused_at_any_depth() {
    let digits = format!("{{\"a\":{}}}", "9".repeat(131_073));
    for (value, line) in [
        (
            r#"{"a":["x\u0000"]}"#,
            "#/v/a/0 nul_character: must not contain the NUL character",
        ),
        (
            r#"{"a":{"\u0000":1}}"#,
            "#/v/a/%00 nul_character: must not contain the NUL character",
        ),
        (
            r#"[{"a":1,"b":2,"a":3}]"#,
            "#/v/0/a duplicate_field: must stand only once",
        ),
        (
            r#"{"a":1e131072}"#,
            "#/v/a out_of_range: must have at most 131072 digits before the decimal point",
        ),
        (
            &digits,
            "#/v/a out_of_range: must have at most 131072 digits before the decimal point",
        ),
        (
            "[1e-16384]",
            "#/v/0 too_many_decimals: must have at most 16383 decimals",
        ),
    ] {
        assert_eq!(outcome(&one_json(Shape::Any), value).unwrap_err(), [line]);
    }
}

#[test]
fn duplicate_keys_are_found_among_many() {
    let members: Vec<_> = (0..100).map(|n| format!("\"k{n}\":{n}")).collect();
    for again in [0, 15, 16, 99] {
        let value = format!("{{{},\"k{again}\":0}}", members.join(","));
        let line = format!("#/v/k{again} duplicate_field: must stand only once");
        assert_eq!(outcome(&one_json(Shape::Any), &value).unwrap_err(), [line]);
    }
}

#[test]
fn fields_without_a_column_are_typed_as_far_as_values_go() {
    let model = (
        table(Vec::new()),
        vec![
            field("number", scalar(ScalarType::BigInt)),
            field("object", nested()),
            field("list", Shape::Array(Box::new(Shape::AnyObject))),
            field("any", Shape::Any),
        ],
    );
    let body = format!(r#"{{"number":1.0,"object":{VALID},"list":[{{}}],"any":null}}"#);
    let reading = read(&model, &body, Completeness::Whole);
    assert_eq!(lines(&reading), [""; 0]);
    let values: Vec<_> = reading
        .submission
        .dropped
        .into_iter()
        .map(|(_, value)| value)
        .collect();
    assert_eq!(
        values,
        [
            Value::Integer(1),
            Value::Json(VALID.into()),
            Value::Json("[{}]".into()),
            Value::Null
        ]
    );
}

fn nullable_json() -> (Table, Vec<Field>) {
    let field = Field {
        column: Some(0),
        nullable: true,
        ..field("v", nested())
    };
    (
        table(vec![column("v", ColumnType::Json, true)]),
        vec![field],
    )
}

#[test]
fn a_patch_of_a_json_column_is_judged_as_far_as_it_goes() {
    let patch = |value: &str| {
        let body = format!("{{\"v\":{value}}}");
        let reading = read(&nullable_json(), &body, Completeness::Partial);
        let lines = lines(&reading);
        (reading.submission.columns[0].clone(), lines)
    };
    assert_eq!(patch("null"), (Some(Value::Null), vec![]));
    assert_eq!(
        patch(r#"{"count": 2}"#),
        (Some(Value::Json(r#"{"count":2}"#.into())), vec![])
    );
    assert_eq!(
        patch(r#"{"count":null,"inner":{"names":[null]},"cuont":1}"#).1,
        [
            "#/v/count not_nullable: must not be null, which would remove a member that must be present",
            "#/v/inner/names/0 not_nullable: must not be null",
            "#/v/cuont unknown_field: must be left out, there is no such field; did you mean `count`?",
        ]
    );
    let optional = Field {
        required: false,
        ..field("extra", scalar(ScalarType::Text))
    };
    let model = one_json(Shape::Object(vec![optional]));
    let reading = read(&model, r#"{"v":{"extra":null}}"#, Completeness::Partial);
    assert_eq!(reading.violations, []);
    let reading = read(&model, r#"{"v":{"extra":null}}"#, Completeness::Whole);
    assert_eq!(
        lines(&reading),
        ["#/v/extra not_nullable: must not be null"]
    );
}

#[test]
fn objects_in_the_arrays_of_a_patch_are_whole() {
    let element = Shape::Object(vec![field("a", scalar(ScalarType::Text))]);
    let model = one_json(Shape::Array(Box::new(element)));
    let reading = read(&model, r#"{"v":[{}]}"#, Completeness::Partial);
    assert_eq!(lines(&reading), ["#/v/0/a required: must be present"]);
}

#[test]
fn a_merged_value_is_judged_as_a_whole() {
    let (_, fields) = nullable_json();
    let judge = |text: &str| {
        let violations = body::read_value(text, &fields[0]).unwrap();
        let shown = violations
            .iter()
            .map(|v| format!("{} {}", v.pointer.to_fragment(), v.code.as_str()));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(judge(VALID), [""; 0]);
    assert_eq!(judge("null"), [""; 0]);
    assert_eq!(
        judge(r#"{"count":"1"}"#),
        [
            "#/v/count wrong_type",
            "#/v/price required",
            "#/v/at required",
            "#/v/inner required",
            "#/v/any required"
        ]
    );
    assert!(body::read_value("{", &fields[0]).is_err());
    assert!(body::read_value("{} 1", &fields[0]).is_err());
}
