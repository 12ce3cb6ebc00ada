//! What holds for every body. `PROPTEST_CASES` lets it look longer.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use specd_domain::body::{self, Completeness};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::field::{Field, Shape};
use specd_domain::name::ColumnName;
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::{Value, merge_patch};

use crate::fixture::{column, field, json_of, numeric, table};

const SCALARS: [ScalarType; 16] = [
    ScalarType::Uuid,
    ScalarType::Varchar(Some(8)),
    ScalarType::Varchar(None),
    ScalarType::Char(4),
    ScalarType::Text,
    ScalarType::SmallInt,
    ScalarType::Integer,
    ScalarType::BigInt,
    numeric(12, 3),
    ScalarType::Numeric(None),
    ScalarType::Real,
    ScalarType::Double,
    ScalarType::Boolean,
    ScalarType::Date,
    ScalarType::Time,
    ScalarType::TimestampTz,
];

/// A column of every type, an array of every type, and JSON of every shape.
fn everything() -> (Table, Vec<Field>) {
    let closed = Shape::Object(vec![
        field("n", Shape::Scalar(ScalarType::BigInt)),
        field(
            "o",
            Shape::Object(vec![field("t", Shape::Scalar(ScalarType::Text))]),
        ),
    ]);
    let scalars = SCALARS.map(|scalar| (ColumnType::Scalar(scalar), Shape::Scalar(scalar)));
    let arrays = SCALARS.map(|scalar| {
        (
            ColumnType::Array(scalar),
            Shape::Array(Box::new(Shape::Scalar(scalar))),
        )
    });
    let rest = [
        (
            ColumnType::Scalar(ScalarType::Bytea),
            Shape::Scalar(ScalarType::Bytea),
        ),
        (ColumnType::Jsonb, Shape::Any),
        (ColumnType::Json, Shape::AnyObject),
        (ColumnType::Jsonb, Shape::AnyArray),
        (ColumnType::Jsonb, closed),
    ];
    let all = scalars.into_iter().chain(arrays).chain(rest);
    let (columns, fields) = all
        .enumerate()
        .map(|(position, (column_type, shape))| {
            let name = format!("f{position}");
            let field = Field {
                column: Some(position),
                nullable: position % 2 == 0,
                ..field(&name, shape)
            };
            (column(&name, column_type, position % 2 == 0), field)
        })
        .unzip();
    (table(columns), fields)
}

/// JSON that a scalar type takes.
fn scalar_json(scalar: ScalarType) -> BoxedStrategy<String> {
    match scalar {
        ScalarType::Uuid => "\"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\"".boxed(),
        ScalarType::Varchar(_) | ScalarType::Char(_) | ScalarType::Text => vec(
            any::<char>().prop_filter("NUL is refused", |&c| c != '\0'),
            0..=4,
        )
        .prop_map(|chars| json_of(&Value::Text(chars.into_iter().collect())))
        .boxed(),
        ScalarType::SmallInt => any::<i16>().prop_map(|n| n.to_string()).boxed(),
        ScalarType::Integer => any::<i32>().prop_map(|n| format!("{n}.0")).boxed(),
        ScalarType::BigInt => any::<i64>().prop_map(|n| n.to_string()).boxed(),
        ScalarType::Numeric(Some(_)) => r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,3})?".boxed(),
        ScalarType::Numeric(None) => {
            r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?".boxed()
        }
        ScalarType::Real => any::<f32>()
            .prop_filter("a number of JSON", |n| n.is_finite())
            .prop_map(|n| format!("{n:?}"))
            .boxed(),
        ScalarType::Double => any::<f64>()
            .prop_filter("a number of JSON", |n| n.is_finite())
            .prop_map(|n| format!("{n:?}"))
            .boxed(),
        ScalarType::Boolean => any::<bool>().prop_map(|b| b.to_string()).boxed(),
        ScalarType::Date => date().prop_map(|date| format!("\"{date}\"")).boxed(),
        ScalarType::Time => clock().prop_map(|time| format!("\"{time}\"")).boxed(),
        ScalarType::Timestamp | ScalarType::TimestampTz => (
            date(),
            clock(),
            prop::sample::select(vec!["Z", "z", "+00:00", "-23:59", "+14:00"]),
        )
            .prop_map(|(date, time, zone)| format!("\"{date}T{time}{zone}\""))
            .boxed(),
        ScalarType::Bytea => vec(any::<u8>(), 0..6)
            .prop_map(|b| json_of(&Value::Bytes(b)))
            .boxed(),
    }
}

fn date() -> impl Strategy<Value = String> {
    (2..=9998, 1..=12, 1..=28).prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
}

fn clock() -> impl Strategy<Value = String> {
    (0..24, 0..60, 0..60, r"(\.[0-9]{1,9})?")
        .prop_map(|(h, m, s, f)| format!("{h:02}:{m:02}:{s:02}{f}"))
}

/// Any JSON value, with blanks, that a JSON column takes.
fn any_json() -> impl Strategy<Value = String> {
    let number = scalar_json(ScalarType::Numeric(None));
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        number,
        scalar_json(ScalarType::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[ {} ]", items.join(" ,\n"))),
            prop::collection::btree_map("[a-c\\\\é\"]{0,3}", inner, 0..4).prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(key, value)| format!("{} : {value}", json_of(&Value::Text(key))));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }),
        ]
    })
}

fn field_json(field: &Field) -> BoxedStrategy<String> {
    let value = shape_json(&field.shape);
    if field.nullable {
        prop_oneof![1 => Just("null".to_owned()), 6 => value].boxed()
    } else {
        value
    }
}

fn shape_json(shape: &Shape) -> BoxedStrategy<String> {
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    match shape {
        Shape::Scalar(scalar) => scalar_json(*scalar),
        Shape::Array(element) => vec(shape_json(element), 0..4).prop_map(list).boxed(),
        Shape::Object(fields) => object_json(fields),
        Shape::AnyObject => any_json()
            .prop_map(|value| format!("{{\"k\":{value}}}"))
            .boxed(),
        Shape::AnyArray => vec(any_json(), 0..3).prop_map(list).boxed(),
        // Null is for columns that take it.
        Shape::Any => any_json()
            .prop_filter("not null", |text| text != "null")
            .boxed(),
    }
}

fn object_json(fields: &[Field]) -> BoxedStrategy<String> {
    let members: Vec<_> = fields
        .iter()
        .map(|field| {
            let name = field.name.as_str().to_owned();
            field_json(field).prop_map(move |value| format!("\"{name}\":{value}"))
        })
        .collect();
    members
        .prop_shuffle()
        .prop_map(|members| format!("{{{}}}", members.join(",")))
        .boxed()
}

/// Bytes that look like JSON for a while.
fn json_like() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "null",
            "true",
            "-",
            "1e999999999",
            "0.",
            "9223372036854775808",
            "\"f0\":",
            "\"f33\":{",
            "\"f34\":[",
            "\"2025-01-01\"",
            "é",
            "\u{feff}",
            " ",
            "\n",
            "\"f5\":1",
        ])
        .prop_map(|token| token.as_bytes().to_vec()),
        vec(any::<u8>(), 0..3),
    ];
    vec(token, 0..40).prop_map(|tokens| [b"{".to_vec(), tokens.concat()].concat())
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_bytes_panic(bytes in prop_oneof![vec(any::<u8>(), 0..200), json_like()]) {
        let (table, fields) = everything();
        for completeness in [Completeness::Whole, Completeness::Partial] {
            if let Ok(reading) = body::read(&bytes, &fields, &table, completeness) {
                prop_assert_eq!(reading.submission.columns.len(), table.columns.len());
            }
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = body::read_value(text, &fields[33]);
            let _ = merge_patch(text, text);
            for scalar in SCALARS {
                let _ = Value::parse(scalar, text);
            }
        }
    }

    #[test]
    fn a_cut_or_changed_body_does_not_panic(
        body in object_json(&everything().1),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let (table, fields) = everything();
        let mut bytes = body.into_bytes();
        let at = at.index(bytes.len());
        let _ = body::read(&bytes[..at], &fields, &table, Completeness::Whole);
        bytes[at] = byte;
        let _ = body::read(&bytes, &fields, &table, Completeness::Whole);
    }

    #[test]
    fn a_valid_record_is_answered_as_it_was_read(body in object_json(&everything().1)) {
        let (table, fields) = everything();
        let reading = body::read(body.as_bytes(), &fields, &table, Completeness::Whole).unwrap();
        prop_assert_eq!(&reading.violations, &[]);
        let row: Vec<_> = reading.submission.columns.into_iter().map(Option::unwrap).collect();
        let names: Vec<ColumnName> = table.columns.iter().map(|column| column.name.value.clone()).collect();
        let mut answer = String::new();
        Projection::new(&table, &names).write_json(&mut answer, &row);
        // Another reader of JSON agrees that it is JSON.
        let _: serde::de::IgnoredAny = serde_json::from_str(&answer).unwrap();
        let again = body::read(answer.as_bytes(), &fields, &table, Completeness::Whole).unwrap();
        prop_assert_eq!(&again.violations, &[]);
        let again: Vec<_> = again.submission.columns.into_iter().map(Option::unwrap).collect();
        prop_assert_eq!(&row, &again);
        let mut second = String::new();
        Projection::new(&table, &names).write_json(&mut second, &again);
        prop_assert_eq!(answer, second);
    }

    #[test]
    fn a_scalar_survives_its_text(
        (scalar, json) in prop::sample::select(SCALARS.to_vec()).prop_flat_map(|s| (Just(s), scalar_json(s)))
    ) {
        let bare = json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&json);
        if let Ok(value) = Value::parse(scalar, bare) {
            let text = value.to_text().unwrap();
            prop_assert_eq!(Value::parse(scalar, &text), Ok(value));
        }
    }

    #[test]
    fn a_stored_model_keeps_its_literals(
        (scalar, json) in prop::sample::select(SCALARS.to_vec()).prop_flat_map(|s| (Just(s), scalar_json(s)))
    ) {
        let bare = json.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&json);
        if let Ok(value) = Value::parse(scalar, bare) {
            let stored = serde_json::to_string(&value).unwrap();
            let read: Value = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(json_of(&read), json_of(&value));
            prop_assert_eq!(read, value);
        }
    }

    #[test]
    fn a_merge_with_itself_changes_nothing_but_nulls(text in any_json()) {
        let merged = merge_patch(&text, &text).unwrap();
        prop_assert_eq!(merge_patch(&merged, &merged).unwrap(), merged);
    }
}
