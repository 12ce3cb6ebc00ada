//! The order and the equality of values as every store must have them: text by code point, numbers and times exactly,
//! JSON by its meaning, null above everything.

use std::cmp::Ordering;

use specd_domain::name::ColumnName;
use specd_domain::query::{ListQuery, SortKey};
use specd_domain::table::Table;
use specd_domain::value::Value;

/// Compares two values of one column. Null stands above everything, so that a falling list begins with it.
pub fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (Value::Boolean(left), Value::Boolean(right)) => left.cmp(right),
        (Value::Integer(left), Value::Integer(right)) => left.cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => left.cmp(right),
        (Value::Real(left), Value::Real(right)) => float(f64::from(*left), f64::from(*right)),
        (Value::Double(left), Value::Double(right)) => float(*left, *right),
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Uuid(left), Value::Uuid(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Time(left), Value::Time(right)) => left.cmp(right),
        (Value::Timestamp(left), Value::Timestamp(right)) => left.cmp(right),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        (Value::Json(left), Value::Json(right)) => json(left, right),
        (Value::Array(left), Value::Array(right)) => lists(left, right),
        _ => kind(left).cmp(&kind(right)),
    }
}

/// Whether two values are the same to a client. Null is the same as null here; in a filter it is not.
pub fn same(left: &Value, right: &Value) -> bool {
    compare(left, right).is_eq()
}

/// Whether two rows are the same to a client.
pub fn same_row(left: &[Value], right: &[Value]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| same(left, right))
}

/// Compares two rows by the keys of a list.
pub fn compare_rows(table: &Table, sort: &[SortKey], left: &[Value], right: &[Value]) -> Ordering {
    sort.iter()
        .map(|key| {
            let order = compare(
                value_of(table, &key.column, left),
                value_of(table, &key.column, right),
            );
            directed(key, order)
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Where a row stands to the last row of the page before; `Greater` is behind it.
pub fn compare_to_cursor(table: &Table, query: &ListQuery, row: &[Value]) -> Ordering {
    query
        .sort
        .iter()
        .zip(&query.after)
        .map(|(key, after)| directed(key, compare(value_of(table, &key.column, row), after)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// The value of a column in a row; null where the table has no such column.
pub fn value_of<'a>(table: &Table, column: &ColumnName, row: &'a [Value]) -> &'a Value {
    table
        .column(column.as_str())
        .and_then(|(position, _)| row.get(position))
        .unwrap_or(&Value::Null)
}

fn directed(key: &SortKey, order: Ordering) -> Ordering {
    if key.descending {
        order.reverse()
    } else {
        order
    }
}

/// -0 equals 0, as in both databases; a body cannot hold anything that has no order.
fn float(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right)
        .unwrap_or_else(|| left.total_cmp(&right))
}

fn lists(left: &[Value], right: &[Value]) -> Ordering {
    left.iter()
        .zip(right)
        .map(|(left, right)| compare(left, right))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| left.len().cmp(&right.len()))
}

/// JSON has equality and no order of its own; texts that differ are put in the order of their texts.
fn json(left: &str, right: &str) -> Ordering {
    let meaning = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    match (meaning(left), meaning(right)) {
        (Some(one), Some(other)) if same_json(&one, &other) => Ordering::Equal,
        _ => left.cmp(right),
    }
}

/// Equality of JSON by meaning: `1.0` is `1`, and the order of members does not matter.
pub fn same_json(left: &serde_json::Value, right: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => {
            left == right || number(left).is_some_and(|left| Some(left) == number(right))
        }
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(one, other)| same_json(one, other))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, one)| right.get(name).is_some_and(|other| same_json(one, other)))
        }
        _ => left == right,
    }
}

fn number(number: &serde_json::Number) -> Option<bigdecimal::BigDecimal> {
    number.to_string().parse().ok()
}

const fn kind(value: &Value) -> u8 {
    match value {
        Value::Boolean(_) => 0,
        Value::Integer(_) => 1,
        Value::Decimal(_) => 2,
        Value::Real(_) => 3,
        Value::Double(_) => 4,
        Value::Text(_) => 5,
        Value::Uuid(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::Timestamp(_) => 9,
        Value::Bytes(_) => 10,
        Value::Json(_) => 11,
        Value::Array(_) => 12,
        Value::Null => 13,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_in_the_order_of_its_code_points() {
        let mut texts = ["é", "a", "Z", "\u{10FFFF}", "", "\u{FFFF}", "aa"]
            .map(|text| Value::Text(text.into()));
        texts.sort_by(compare);
        let sorted: Vec<_> = texts
            .iter()
            .map(|value| match value {
                Value::Text(text) => text.as_str(),
                _ => unreachable!(),
            })
            .collect();
        assert_eq!(sorted, ["", "Z", "a", "aa", "é", "\u{FFFF}", "\u{10FFFF}"]);
    }

    #[test]
    fn json_is_the_same_by_its_meaning() {
        let value = |text: &str| Value::Json(text.to_owned());
        assert!(same(
            &value(r#"{"a":1,"b":[1.0]}"#),
            &value(r#"{ "b": [1], "a": 1 }"#)
        ));
        assert!(!same(&value("[1,2]"), &value("[2,1]")));
        assert!(!same(&value("null"), &Value::Null));
    }
}
