//! Values of every type.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::{DateTime, NaiveDate, NaiveTime};
use proptest::prelude::*;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::value::Value;
use uuid::Uuid;

use crate::sample::values::edges;

/// Values of a column's type; null is not among them. Edges are as likely as all others together.
pub fn values_of(column_type: ColumnType) -> BoxedStrategy<Value> {
    let anywhere = match column_type {
        ColumnType::Scalar(scalar) => scalars_of(scalar),
        ColumnType::Array(scalar) => prop::collection::vec(scalars_of(scalar), 0..5)
            .prop_map(Value::Array)
            .boxed(),
        ColumnType::Json | ColumnType::Jsonb => json()
            .prop_map(|json| Value::Json(json.to_string()))
            .boxed(),
    };
    let mut edges = edges(column_type);
    // A text as long as a book teaches nothing here, and is written again and again.
    edges.retain(|value| format!("{value:?}").len() < 2_000 && fits(column_type, value));
    prop_oneof![anywhere, prop::sample::select(edges)].boxed()
}

/// Whether an edge of the kind is one of this type too, which may be narrower than the sample's.
pub(super) fn fits(column_type: ColumnType, value: &Value) -> bool {
    match (column_type, value) {
        (ColumnType::Array(scalar), Value::Array(values)) => values
            .iter()
            .all(|value| fits(ColumnType::Scalar(scalar), value)),
        (ColumnType::Scalar(ScalarType::Numeric(Some(shape))), Value::Decimal(number)) => {
            number.digits() <= u64::from(shape.precision)
        }
        (ColumnType::Scalar(scalar), Value::Text(text)) => {
            let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            scalar.max_characters().is_none_or(|limit| length <= limit)
        }
        // An example shows a JSON column as `{}`: any object.
        (ColumnType::Json | ColumnType::Jsonb, Value::Json(text)) => text.starts_with('{'),
        _ => true,
    }
}

/// Values of a scalar type, from its whole range.
pub fn scalars_of(scalar: ScalarType) -> BoxedStrategy<Value> {
    match scalar {
        ScalarType::Uuid => any::<u128>()
            .prop_map(|bits| Value::Uuid(Uuid::from_u128(bits)))
            .boxed(),
        ScalarType::Char(limit) => text(limit.min(40))
            .prop_map(|text| Value::Text(text.trim_end_matches(' ').to_owned()))
            .boxed(),
        ScalarType::Varchar(limit) => text(limit.unwrap_or(40).min(40))
            .prop_map(Value::Text)
            .boxed(),
        ScalarType::Text => text(40).prop_map(Value::Text).boxed(),
        ScalarType::SmallInt => any::<i16>()
            .prop_map(|number| Value::Integer(number.into()))
            .boxed(),
        ScalarType::Integer => any::<i32>()
            .prop_map(|number| Value::Integer(number.into()))
            .boxed(),
        ScalarType::BigInt => any::<i64>().prop_map(Value::Integer).boxed(),
        ScalarType::Numeric(shape) => decimal(shape),
        ScalarType::Real => prop::num::f32::NORMAL.prop_map(Value::Real).boxed(),
        ScalarType::Double => prop::num::f64::NORMAL.prop_map(Value::Double).boxed(),
        ScalarType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        ScalarType::Date => (1..3_652_059_i32)
            .prop_filter_map("a day", NaiveDate::from_num_days_from_ce_opt)
            .prop_map(Value::Date)
            .boxed(),
        ScalarType::Time => (0..86_400_u32, 0..1_000_000_u32)
            .prop_filter_map("a time", |(seconds, micros)| {
                NaiveTime::from_num_seconds_from_midnight_opt(seconds, micros * 1_000)
            })
            .prop_map(Value::Time)
            .boxed(),
        ScalarType::Timestamp | ScalarType::TimestampTz => (-62_135_596_800_000_000
            ..253_402_300_800_000_000_i64)
            .prop_filter_map("a time", DateTime::from_timestamp_micros)
            .prop_map(Value::Timestamp)
            .boxed(),
        ScalarType::Bytea => prop::collection::vec(any::<u8>(), 0..40)
            .prop_map(Value::Bytes)
            .boxed(),
    }
}

/// Any characters but NUL, up to so many.
pub(super) fn text(limit: u32) -> impl Strategy<Value = String> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let character = prop_oneof![
        3 => prop::char::range(' ', '~'),
        1 => prop::char::any().prop_filter("NUL is no text", |c| *c != '\0'),
    ];
    prop::collection::vec(character, 0..=limit).prop_map(String::from_iter)
}

fn decimal(shape: Option<NumericShape>) -> BoxedStrategy<Value> {
    let (digits, scale) = match shape {
        Some(shape) => (u32::from(shape.precision).min(30), i64::from(shape.scale)),
        None => (30, 10),
    };
    let limit = 10_i128.pow(digits);
    (-limit + 1..limit)
        .prop_map(move |digits| Value::Decimal(BigDecimal::new(BigInt::from(digits), scale)))
        .boxed()
}

/// Any object; its numbers are whole, so that both databases spell them alike.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i32>().prop_map(Json::from),
        text(10).prop_map(Json::from),
    ];
    let nested = leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(text(6), inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    });
    prop::collection::btree_map(text(6), nested, 0..4)
        .prop_map(|members| Json::Object(members.into_iter().collect()))
}
