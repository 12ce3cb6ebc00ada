//! Every scalar type: the forms that are taken, as answers show them, and the wording of a refusal.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::Shape;
use specd_domain::value::Value;

use crate::fixture::{json_of, numeric, one, one_scalar, outcome};

#[track_caller]
fn taken(scalar: ScalarType, value: &str, answer: &str) {
    assert_eq!(outcome(&one_scalar(scalar), value).as_deref(), Ok(answer));
}

#[track_caller]
fn refused(scalar: ScalarType, value: &str, line: &str) {
    let expected = vec![format!("#/v {line}")];
    assert_eq!(outcome(&one_scalar(scalar), value), Err(expected));
}

#[test]
fn integers_are_exact_and_may_be_written_as_any_whole_number() {
    taken(
        ScalarType::BigInt,
        "9223372036854775807",
        "9223372036854775807",
    );
    taken(
        ScalarType::BigInt,
        "-9223372036854775808",
        "-9223372036854775808",
    );
    taken(ScalarType::BigInt, "9007199254740993", "9007199254740993");
    taken(ScalarType::Integer, "123.0", "123");
    taken(ScalarType::Integer, "1e2", "100");
    taken(ScalarType::SmallInt, "-32768", "-32768");
    taken(ScalarType::SmallInt, "-0", "0");
    refused(
        ScalarType::SmallInt,
        "32768",
        "out_of_range: must be from -32768 to 32767",
    );
    refused(
        ScalarType::Integer,
        "2147483648",
        "out_of_range: must be from -2147483648 to 2147483647",
    );
    refused(
        ScalarType::BigInt,
        "9223372036854775808",
        "out_of_range: must be from -9223372036854775808 to 9223372036854775807",
    );
    refused(
        ScalarType::Integer,
        "1e999999999",
        "out_of_range: must be from -2147483648 to 2147483647",
    );
    refused(
        ScalarType::Integer,
        "1.5",
        "wrong_type: must be a whole number",
    );
    refused(
        ScalarType::Integer,
        "\"1\"",
        "wrong_type: must be a whole number",
    );
    refused(
        ScalarType::Integer,
        "true",
        "wrong_type: must be a whole number",
    );
    refused(
        ScalarType::Integer,
        "[1]",
        "wrong_type: must be a whole number",
    );
    refused(
        ScalarType::Integer,
        "null",
        "not_nullable: must not be null",
    );
}

#[test]
fn decimals_keep_every_digit_and_take_the_scale_of_their_column() {
    taken(numeric(10, 2), "12.5", "12.50");
    taken(numeric(10, 2), "12", "12.00");
    taken(numeric(10, 2), "1.2500e1", "12.50");
    taken(numeric(10, 2), "-0.00", "0.00");
    taken(ScalarType::Numeric(None), "12.50", "12.50");
    taken(ScalarType::Numeric(None), "1e3", "1000");
    let long = format!("{}.{}", "9".repeat(5000), "1".repeat(5000));
    taken(ScalarType::Numeric(None), &long, &long);
    refused(
        numeric(10, 2),
        "12.505",
        "too_many_decimals: must have at most 2 decimals",
    );
    refused(
        numeric(10, 2),
        "123456789",
        "out_of_range: must have at most 8 digits before the decimal point",
    );
    refused(
        ScalarType::Numeric(None),
        "1e999999999",
        "out_of_range: must have at most 131072 digits before the decimal point",
    );
    refused(
        ScalarType::Numeric(None),
        "1e-16384",
        "too_many_decimals: must have at most 16383 decimals",
    );
    refused(numeric(10, 2), "\"12.50\"", "wrong_type: must be a number");
}

#[test]
fn floating_point_is_answered_with_the_digits_that_read_back() {
    taken(ScalarType::Double, "0.1", "0.1");
    taken(ScalarType::Double, "5e-324", "5e-324");
    taken(ScalarType::Double, "1.0", "1");
    taken(ScalarType::Double, "-0.0", "0");
    taken(ScalarType::Double, "1e300", "1e300");
    taken(ScalarType::Real, "0.1", "0.1");
    taken(ScalarType::Real, "16777217", "16777216");
    let double = "out_of_range: must be a number that 64-bit floating point can hold (up to 1.7e308, down to 5e-324)";
    refused(ScalarType::Double, "1e309", double);
    refused(ScalarType::Double, "1e-400", double);
    refused(ScalarType::Double, "-1e999999999", double);
    let real = "out_of_range: must be a number that 32-bit floating point can hold (up to 3.4e38, down to 1.5e-45)";
    refused(ScalarType::Real, "1e39", real);
    refused(ScalarType::Real, "1e-50", real);
    refused(ScalarType::Real, "{}", "wrong_type: must be a number");
}

#[test]
fn texts_are_measured_in_code_points() {
    taken(ScalarType::Varchar(Some(3)), r#""日本語""#, r#""日本語""#);
    taken(
        ScalarType::Varchar(Some(1)),
        r#""\ud83d\ude00""#,
        "\"\u{1f600}\"",
    );
    taken(ScalarType::Varchar(None), r#""""#, r#""""#);
    taken(
        ScalarType::Text,
        r#""a\u00e9\n\t\"\\\/\u001f""#,
        r#""aé\n\t\"\\/\u001f""#,
    );
    refused(
        ScalarType::Varchar(Some(3)),
        r#""abcd""#,
        "too_long: must have at most 3 characters",
    );
    refused(
        ScalarType::Varchar(Some(3)),
        r#""abc ""#,
        "too_long: must have at most 3 characters",
    );
    refused(
        ScalarType::Char(1),
        r#""ab""#,
        "too_long: must have at most 1 character",
    );
    refused(
        ScalarType::Text,
        r#""a\u0000""#,
        "nul_character: must not contain the NUL character",
    );
    refused(ScalarType::Text, "1", "wrong_type: must be a string");
    refused(
        ScalarType::Text,
        "{\"a\":[1]}",
        "wrong_type: must be a string",
    );
}

#[test]
fn a_char_is_answered_without_its_padding() {
    taken(ScalarType::Char(5), r#""ab   ""#, r#""ab""#);
}

#[test]
fn booleans_are_true_and_false_alone() {
    taken(ScalarType::Boolean, "true", "true");
    taken(ScalarType::Boolean, "false", "false");
    refused(
        ScalarType::Boolean,
        "\"true\"",
        "wrong_type: must be true or false",
    );
    refused(
        ScalarType::Boolean,
        "1",
        "wrong_type: must be true or false",
    );
}

#[test]
fn a_uuid_has_hyphens_in_either_case() {
    let plain = r#""01890a5d-ac96-774b-bcce-b302099a8057""#;
    taken(ScalarType::Uuid, plain, plain);
    taken(ScalarType::Uuid, &plain.to_uppercase(), plain);
    let line = "wrong_format: must be a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057";
    for other in [
        "01890a5dac96774bbcceb302099a8057",
        "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5dac-96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a805",
        "01890a5d-ac96-774b-bcce-b302099a805g",
        "0189-0a5d-ac96-774bbcce-b302099a8057",
        "",
    ] {
        refused(ScalarType::Uuid, &format!("\"{other}\""), line);
    }
    refused(
        ScalarType::Uuid,
        "7",
        "wrong_type: must be a string with a UUID",
    );
}

#[test]
fn times_are_answered_in_utc() {
    for scalar in [ScalarType::Timestamp, ScalarType::TimestampTz] {
        taken(
            scalar,
            r#""2025-01-31T13:45:00.1234567+01:00""#,
            r#""2025-01-31T12:45:00.123456Z""#,
        );
        taken(
            scalar,
            r#""2025-01-31t13:45:00z""#,
            r#""2025-01-31T13:45:00Z""#,
        );
        let line =
            "wrong_format: must be a date and time with an offset, such as 2025-01-31T13:45:00Z";
        refused(scalar, r#""2025-01-31T13:45:00""#, line);
        refused(scalar, r#""2025-06-30T23:59:60Z""#, line);
        refused(
            scalar,
            "1738331100",
            "wrong_type: must be a string with a date and time such as 2025-01-31T13:45:00Z",
        );
        refused(
            scalar,
            r#""9999-12-31T23:59:59-01:00""#,
            "out_of_range: must be from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z",
        );
    }
    taken(ScalarType::Date, r#""2024-02-29""#, r#""2024-02-29""#);
    refused(
        ScalarType::Date,
        r#""2025-02-29""#,
        "wrong_format: must be a date such as 2025-01-31",
    );
    refused(
        ScalarType::Date,
        r#""0000-01-01""#,
        "out_of_range: must be from 0001-01-01 to 9999-12-31",
    );
    taken(ScalarType::Time, r#""13:45:00.50""#, r#""13:45:00.5""#);
    refused(
        ScalarType::Time,
        r#""13:45""#,
        "wrong_format: must be a time such as 13:45:00 or 13:45:00.5",
    );
}

#[test]
fn bytes_are_base64_with_padding() {
    taken(ScalarType::Bytea, r#""c3BlY2Q=""#, r#""c3BlY2Q=""#);
    taken(ScalarType::Bytea, r#""""#, r#""""#);
    let line = "wrong_format: must be base64 with padding, such as c3BlY2Q=";
    for other in [
        "c3BlY2Q",
        "c3BlY2R=",
        "c3Bl Y2Q=",
        "c3BlY2Q==",
        "_-8=",
        "=",
        "*",
    ] {
        refused(ScalarType::Bytea, &format!("\"{other}\""), line);
    }
}

#[test]
fn an_array_holds_values_of_its_type_and_no_null() {
    let integers = one(
        ColumnType::Array(ScalarType::SmallInt),
        Shape::Array(Box::new(Shape::Scalar(ScalarType::SmallInt))),
    );
    assert_eq!(outcome(&integers, "[1, 2.0,\n3]").as_deref(), Ok("[1,2,3]"));
    assert_eq!(outcome(&integers, "[]").as_deref(), Ok("[]"));
    let lines = outcome(&integers, r#"[1,null,"x",70000,[2]]"#).unwrap_err();
    assert_eq!(
        lines,
        [
            "#/v/1 not_nullable: must not be null",
            "#/v/2 wrong_type: must be a whole number",
            "#/v/3 out_of_range: must be from -32768 to 32767",
            "#/v/4 wrong_type: must be a whole number",
        ]
    );
    assert_eq!(
        outcome(&integers, "1").unwrap_err(),
        ["#/v wrong_type: must be an array"]
    );
}

#[test]
fn a_text_outside_json_is_read_in_the_same_forms_and_written_back() {
    for (scalar, text, expected) in [
        (ScalarType::BigInt, "1e3", "1000"),
        (numeric(5, 2), "1.5", "1.50"),
        (ScalarType::Double, "2.50", "2.5"),
        (ScalarType::Boolean, "true", "true"),
        (ScalarType::Text, "a\"b", "a\"b"),
        (ScalarType::Date, "2025-01-31", "2025-01-31"),
        (ScalarType::Time, "13:45:00", "13:45:00"),
        (
            ScalarType::TimestampTz,
            "2025-01-31T13:45:00+01:00",
            "2025-01-31T12:45:00Z",
        ),
        (ScalarType::Bytea, "c3BlY2Q=", "c3BlY2Q="),
        (
            ScalarType::Uuid,
            "01890A5D-AC96-774B-BCCE-B302099A8057",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ),
    ] {
        let value = Value::parse(scalar, text).unwrap();
        assert_eq!(value.to_text().as_deref(), Some(expected));
        assert_eq!(Value::parse(scalar, expected), Ok(value));
    }
    assert_eq!(Value::Null.to_text(), None);
    for (scalar, text) in [
        (ScalarType::BigInt, "abc"),
        (ScalarType::BigInt, "+1"),
        (ScalarType::Double, "inf"),
        (ScalarType::Double, "NaN"),
        (ScalarType::Boolean, "True"),
        (ScalarType::Uuid, "1"),
    ] {
        assert!(Value::parse(scalar, text).is_err(), "{text}");
    }
}

#[test]
fn a_value_that_no_body_holds_is_still_written_as_json() {
    let huge: Value = serde_json::from_str(r#"{"decimal":"1e1000000000"}"#).unwrap();
    assert_eq!(json_of(&huge), "1e1000000000");
    assert_eq!(json_of(&Value::Double(f64::NAN)), "null");
    assert_eq!(json_of(&Value::Real(f32::INFINITY)), "null");
}
