//! Values at the edges of every type.

use bigdecimal::BigDecimal;
use chrono::NaiveTime;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::value::Value;
use uuid::Uuid;

use super::{day, text, time};

/// Values of a type that rise strictly, from its least to its greatest: what a round trip must keep and a list must order.
pub fn rising(scalar: ScalarType) -> Vec<Value> {
    match scalar {
        ScalarType::Uuid => [0, 1, 1 << 64, u128::MAX / 2 + 1, u128::MAX]
            .map(|bits| Value::Uuid(Uuid::from_u128(bits)))
            .into(),
        ScalarType::Char(_) => ["", "12345678", "Z", "a", "ab", "éééééééé", "😀"]
            .map(text)
            .into(),
        ScalarType::Varchar(Some(_)) => [
            "",
            " ",
            " x",
            "%_\\",
            "'; DROP TABLE x;--",
            "Z",
            "a",
            "a ",
            "é",
            "\u{FFFD}",
            "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        ]
        .map(text)
        .into(),
        ScalarType::Varchar(None) | ScalarType::Text => texts(),
        ScalarType::SmallInt => integers(&[i16::MIN.into(), -1, 0, 1, 2, 10, i16::MAX.into()]),
        ScalarType::Integer => integers(&[i32::MIN.into(), -1, 0, 1, 2, 10, i32::MAX.into()]),
        ScalarType::BigInt => integers(&[
            i64::MIN,
            i64::MIN + 1,
            -9_007_199_254_740_993,
            -1,
            0,
            9_007_199_254_740_992,
            9_007_199_254_740_993,
            i64::MAX,
        ]),
        ScalarType::Numeric(shape) => decimals(shape.map(|shape| shape.scale)),
        ScalarType::Real => [
            f32::MIN,
            -1.5,
            -0.1,
            0.0,
            f32::from_bits(1),
            f32::MIN_POSITIVE,
            0.1,
            1.0,
            16_777_216.0,
            f32::MAX,
        ]
        .map(Value::Real)
        .into(),
        ScalarType::Double => [
            f64::MIN,
            -1.5,
            -0.1,
            0.0,
            f64::from_bits(1),
            f64::MIN_POSITIVE,
            0.1,
            0.3,
            0.1 + 0.2,
            9_007_199_254_740_992.0,
            f64::MAX,
        ]
        .map(Value::Double)
        .into(),
        _ => rising_others(scalar),
    }
}

/// The types that are neither text nor number.
fn rising_others(scalar: ScalarType) -> Vec<Value> {
    match scalar {
        ScalarType::Boolean => [false, true].map(Value::Boolean).into(),
        ScalarType::Date => [
            day(1, 1, 1),
            day(1582, 10, 10),
            day(1969, 12, 31),
            day(2024, 2, 29),
            day(9999, 12, 31),
        ]
        .map(Value::Date)
        .into(),
        ScalarType::Time => [
            (0, 0),
            (0, 1_000),
            (43_200, 0),
            (43_200, 1_000),
            (86_399, 999_999_000),
        ]
        .into_iter()
        .filter_map(|(seconds, nanos)| {
            NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
        })
        .map(Value::Time)
        .collect(),
        ScalarType::Timestamp | ScalarType::TimestampTz => [
            "0001-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "1970-01-01T00:00:00.000001Z",
            "2000-01-01T00:00:00Z",
            "2025-01-01T00:00:00.100000Z",
            "2025-01-01T00:00:00.100001Z",
            "9999-12-31T23:59:59.999999Z",
        ]
        .map(|text| Value::Timestamp(time(text)))
        .into(),
        ScalarType::Bytea => [
            vec![],
            vec![0],
            vec![0, 0],
            vec![0, 255],
            vec![39, 92],
            vec![127],
            vec![128],
            (0..=255).rev().collect(),
        ]
        .map(Value::Bytes)
        .into(),
        _ => Vec::new(),
    }
}

/// The values of a column's type that a round trip must keep; null is not among them.
pub fn edges(column_type: ColumnType) -> Vec<Value> {
    match column_type {
        ColumnType::Scalar(scalar) => rising(scalar),
        ColumnType::Array(scalar) => {
            let all = rising(scalar);
            let first = all.iter().take(1).cloned().collect();
            let falling = all.iter().rev().cloned().collect();
            [vec![], first, falling, all].map(Value::Array).into()
        }
        ColumnType::Json | ColumnType::Jsonb => [
            "{}",
            "[]",
            r#""text""#,
            "true",
            "-0.5",
            "9007199254740993",
            r#"{"nested":"object"}"#,
            r#"{"b":[1,[2,[]],{"c":null}],"a":"\u00e9\"\\ 😀"}"#,
            r#"{"":{" ":"{a,b}"}}"#,
        ]
        .map(|text| Value::Json(text.to_owned()))
        .into(),
    }
}

/// Ordered by code point, which is not the order of UTF-16 and not that of any language.
fn texts() -> Vec<Value> {
    let mut texts: Vec<String> = [
        "",
        "\t",
        "\n",
        " ",
        "  ",
        "\"",
        "%_",
        "'",
        "'; DROP TABLE x;--",
        "10",
        "9",
        "NULL",
        "Z",
        "\\",
        "\\N",
        "a",
        "a ",
        "aa",
        "b",
        "e\u{301}",
        "{a,b}",
        "~",
        "\u{80}",
        "ß",
        "é",
        "\u{FFFF}",
        "😀",
        "\u{10FFFF}",
    ]
    .map(str::to_owned)
    .into();
    texts.push("\u{10FFFF}".repeat(20_000));
    texts.into_iter().map(text).collect()
}

fn integers(numbers: &[i64]) -> Vec<Value> {
    numbers.iter().copied().map(Value::Integer).collect()
}

/// Numbers that a floating point cannot tell apart, at the column's scale where it has one.
fn decimals(scale: Option<u16>) -> Vec<Value> {
    let numbers = [
        "-9999999999999999.9999",
        "-9007199254740993",
        "-10.5",
        "-9.5",
        "-0.0001",
        "0",
        "0.0001",
        "0.1",
        "0.3",
        "2",
        "10",
        "9007199254740992.0001",
        "9007199254740992.0002",
        "9999999999999999.9999",
    ];
    let mut numbers: Vec<BigDecimal> = numbers
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    if let Some(scale) = scale {
        for number in &mut numbers {
            *number = number.with_scale(i64::from(scale));
        }
    } else {
        let nines = |count: usize| format!("{}.{}", "9".repeat(count), "9".repeat(count));
        numbers.extend(
            [30, 60, 120]
                .iter()
                .filter_map(|count| nines(*count).parse().ok()),
        );
    }
    numbers.into_iter().map(Value::Decimal).collect()
}

#[cfg(test)]
mod tests {
    use super::super::everything::SCALARS;
    use super::*;
    use crate::order::compare;

    #[test]
    fn rising_values_rise() {
        for (name, scalar) in SCALARS {
            let values = rising(scalar);
            assert!(
                values.is_sorted_by(|left, right| compare(left, right).is_lt()),
                "{name}"
            );
        }
    }
}
