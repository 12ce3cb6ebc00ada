//! Members: unknown, missing, double, null, and bodies that are no objects or no JSON.

use specd_domain::body::{self, Completeness};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::{Field, Shape};
use specd_domain::table::Table;
use specd_domain::value::Value;

use crate::fixture::{column, field, lines, read, table};

/// `name VARCHAR(5) NOT NULL`, `size INTEGER`, `tags` without a column, `note` without a column and not required.
fn model() -> (Table, Vec<Field>) {
    let columns = vec![
        column("id", ColumnType::Scalar(ScalarType::Uuid), false),
        column("size", ColumnType::Scalar(ScalarType::Integer), true),
        column(
            "name",
            ColumnType::Scalar(ScalarType::Varchar(Some(5))),
            false,
        ),
    ];
    let text = Shape::Scalar(ScalarType::Text);
    let fields = vec![
        Field {
            column: Some(2),
            ..field("name", Shape::Scalar(ScalarType::Varchar(Some(5))))
        },
        Field {
            column: Some(1),
            required: false,
            nullable: true,
            ..field("size", Shape::Scalar(ScalarType::Integer))
        },
        field("tags", Shape::Array(Box::new(text.clone()))),
        Field {
            required: false,
            ..field("note", text)
        },
    ];
    (table(columns), fields)
}

#[track_caller]
fn check(body: &str, completeness: Completeness, expected: &[&str]) {
    assert_eq!(lines(&read(&model(), body, completeness)), expected);
}

#[test]
fn each_member_goes_to_its_column_and_the_rest_is_dropped() {
    let body = r#" { "tags" : ["a"], "size":null , "name":"x" } "#;
    let reading = read(&model(), body, Completeness::Whole);
    assert_eq!(reading.violations, []);
    let submission = reading.submission;
    assert_eq!(
        submission.columns,
        [None, Some(Value::Null), Some(Value::Text("x".into()))]
    );
    assert_eq!(submission.dropped.len(), 1);
    assert_eq!(submission.dropped[0].0, "tags");
    assert_eq!(
        submission.dropped[0].1,
        Value::Array(vec![Value::Text("a".into())])
    );
    assert!(submission.refused.is_empty());
}

#[test]
fn every_violation_of_a_body_is_reported_with_missing_members_last() {
    check(
        r#"{"nmae":1,"size":"big","size":2,"tags":[1,null],"a/b":{"x":[]}}"#,
        Completeness::Whole,
        &[
            "#/nmae unknown_field: must be left out, there is no such field; did you mean `name`?",
            "#/size wrong_type: must be a whole number",
            "#/size duplicate_field: must stand only once",
            "#/tags/0 wrong_type: must be a string",
            "#/tags/1 not_nullable: must not be null",
            "#/a~1b unknown_field: must be left out, there is no such field",
            "#/name required: must be present",
        ],
    );
}

#[test]
fn a_suggestion_is_the_same_name_spelt_otherwise_or_its_beginning() {
    for (name, hint) in [
        ("N_A_M_E", "; did you mean `name`?"),
        ("not", "; did you mean `note`?"),
        ("name2", ""),
        ("colour", ""),
    ] {
        check(
            &format!(r#"{{"name":"x","tags":[],"{name}":1}}"#),
            Completeness::Whole,
            &[&format!(
                "#/{name} unknown_field: must be left out, there is no such field{hint}"
            )],
        );
    }
}

#[test]
fn refused_fields_are_named_and_have_no_value() {
    let body = r#"{"name":"abcdef","size":1,"size":1}"#;
    let submission = read(&model(), body, Completeness::Whole).submission;
    assert_eq!(submission.columns, [None, None, None]);
    assert_eq!(submission.refused, ["name", "size", "tags"]);
}

#[test]
fn a_patch_lacks_nothing_and_clears_with_null() {
    check("{}", Completeness::Partial, &[]);
    check(r#"{"size":null,"note":null}"#, Completeness::Partial, &[]);
    check(
        r#"{"name":null,"tags":null}"#,
        Completeness::Partial,
        &[
            "#/name not_nullable: must not be null",
            "#/tags not_nullable: must not be null",
        ],
    );
    check(
        r#"{"note":null,"name":"x","tags":[]}"#,
        Completeness::Whole,
        &["#/note not_nullable: must not be null"],
    );
}

#[test]
fn a_body_that_is_no_object_is_refused_at_the_root() {
    for body in ["[]", "1", "\"{}\"", "null", "true", "[{\"name\":1}]"] {
        check(
            body,
            Completeness::Whole,
            &["# wrong_type: must be an object"],
        );
    }
}

#[test]
fn bytes_that_are_no_json_say_where_and_why() {
    #[track_caller]
    fn malformed(bytes: &[u8], line: usize, column: usize, reason: &str) {
        let (table, fields) = model();
        let error = body::read(bytes, &fields, &table, Completeness::Whole).unwrap_err();
        assert_eq!(
            (error.line, error.column, error.reason.as_str()),
            (line, column, reason)
        );
    }
    malformed(b"", 1, 1, "there is no value");
    malformed(b" \r\n ", 2, 2, "there is no value");
    malformed(
        b"\xef\xbb\xbf{}",
        1,
        1,
        "a byte order mark is no part of JSON",
    );
    malformed(b"{\"name\":\"\xff\"}", 1, 10, "the bytes are not UTF-8");
    malformed(
        "{\"é\":1,\n\"日本\":x}".as_bytes(),
        2,
        6,
        "a value is expected",
    );
    malformed(b"{} {}", 1, 4, "nothing may follow the value");
    malformed(
        b"{\"name\":\"a\",}",
        1,
        13,
        "a comma must not stand before the end",
    );
    malformed(b"{\"name\" \"a\"}", 1, 9, "`:` is expected");
    malformed(b"{name:1}", 1, 2, "a key in quotation marks is expected");
    malformed(
        b"{\"size\":01}",
        1,
        10,
        "the number is not in the form of JSON",
    );
    malformed(b"{\"size\":NaN}", 1, 9, "a value is expected");
    malformed(
        b"{\"size\":-Infinity}",
        1,
        10,
        "the number is not in the form of JSON",
    );
    malformed(
        b"{\"size\":1.}",
        1,
        11,
        "the number is not in the form of JSON",
    );
    malformed(
        b"{\"size\":tru}",
        1,
        12,
        "`true`, `false` or `null` is expected",
    );
    malformed(
        b"{\"name\":\"a\nb\"}",
        1,
        11,
        "a control character in a string must be escaped",
    );
    malformed(
        b"{\"name\":\"\\ud800\"}",
        1,
        16,
        "the escape is half a surrogate pair",
    );
    malformed(
        b"{\"other\":\"\\udc00\"}",
        1,
        16,
        "the escape is half a surrogate pair",
    );
    malformed(
        b"{\"name\":\"\\x\"}",
        1,
        11,
        "the escape is not one of JSON",
    );
    malformed(b"{\"name\":\"a\"", 1, 12, "the text ends inside an object");
    malformed(b"{\"tags\":[", 1, 10, "the text ends inside an array");
    malformed(b"'a'", 1, 1, "a value is expected");
    malformed(b"{/**/}", 1, 2, "a key in quotation marks is expected");
}

#[test]
fn escaped_keys_name_the_same_fields() {
    check(
        r#"{"n\u0061me":"a","tags":[],"name":"b","\u0000\"":1}"#,
        Completeness::Whole,
        &[
            "#/name duplicate_field: must stand only once",
            "#/%00%22 unknown_field: must be left out, there is no such field",
        ],
    );
}
