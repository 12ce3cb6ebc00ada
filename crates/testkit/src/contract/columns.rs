//! Values of every type go in and come out the same.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use super::Store;
use super::world::{assert_values, column_of, created, not_stored, row, stored, there};
use crate::sample::everything::{columns, everything};
use crate::sample::values::edges;
use crate::sample::{column, nullable, table, text, uuid};

/// Every column at its `round`-th edge; a type with fewer edges begins again.
fn edge_values(table: &Table, round: usize) -> Vec<(String, Value)> {
    let value_of = |column: &Column| {
        edges(column.column_type.value)
            .into_iter()
            .cycle()
            .nth(round)
    };
    table
        .columns
        .iter()
        .skip(1)
        .filter_map(|column| Some((column.name.value.as_str().to_owned(), value_of(column)?)))
        .collect()
}

fn borrowed(values: &[(String, Value)]) -> Vec<(&str, Value)> {
    values
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect()
}

fn rounds() -> usize {
    columns()
        .iter()
        .map(|column| edges(column.column_type.value).len())
        .max()
        .unwrap_or(0)
}

/// A table with a row for each edge, under the keys from 1; and how many they are.
pub(super) async fn edges_stored(store: &dyn Store) -> (Arc<Table>, u64) {
    let table = created(store, 1, everything()).await;
    let mut count = 0;
    for round in 0..rounds() {
        count += 1;
        let values = edge_values(&table, round);
        stored(store, &table, count, &borrowed(&values)).await;
    }
    (table, count)
}

/// Created, answered, read: the same value, for each edge of each type, scalar, array and JSON.
pub async fn every_type_keeps_the_values_at_its_edges(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    for (round, id) in (0..rounds()).zip(1..) {
        let values = edge_values(&table, round);
        let answer = stored(store, &table, id, &borrowed(&values)).await;
        let read = there(store, &table, id).await;
        for (name, value) in &values {
            let expected = std::slice::from_ref(value);
            assert_values(
                &column_of(&table, name, std::slice::from_ref(&answer.row)),
                expected,
                name,
            );
            assert_values(
                &column_of(&table, name, std::slice::from_ref(&read.row)),
                expected,
                name,
            );
        }
    }
}

/// The same through a replace.
pub async fn every_type_keeps_them_when_replaced(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    stored(store, &table, 1, &[]).await;
    for (round, version) in (0..rounds()).zip(1..) {
        let next = row(&table, 1, &borrowed(&edge_values(&table, round)));
        let answer = store
            .records()
            .replace(&table, uuid(1), version, next.clone(), Terms::default())
            .await;
        let answer = answer.unwrap_or_else(|error| unreachable!("not replaced: {error:?}"));
        assert_values(&answer.row, &next, "the answer");
        assert_values(&there(store, &table, 1).await.row, &next, "the record");
    }
}

/// Null comes back as null from every type.
pub async fn every_type_keeps_null(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    stored(store, &table, 1, &[]).await;
    let read = there(store, &table, 1).await;
    assert!(read.row.iter().skip(1).all(Value::is_null), "{read:?}");
}

/// An array is neither sorted nor read as a text of array syntax.
pub async fn an_array_keeps_its_order_and_what_looks_like_syntax(store: &dyn Store) {
    let list = column("list", ColumnType::Array(ScalarType::Text));
    let table = created(store, 1, table("lists", vec![list])).await;
    let words = [
        "b", "a", "", "NULL", "null", "{a,b}", "a,b", "\"", "\\", "'", " a ", "\n", "[1]",
    ];
    let value = Value::Array(words.map(text).into());
    stored(store, &table, 1, &[("list", value.clone())]).await;
    let read = there(store, &table, 1).await;
    assert_eq!(read.row.get(1), Some(&value));
}

fn scale_of(value: Option<&Value>) -> Option<i64> {
    match value {
        Some(Value::Decimal(number)) => Some(number.fractional_digit_count()),
        _ => None,
    }
}

fn decimal(digits: &str) -> Value {
    Value::Decimal(digits.parse::<BigDecimal>().unwrap_or_default())
}

/// `NUMERIC(20,4)` answers four decimals, also for a whole number.
pub async fn a_decimal_has_the_scale_of_its_column(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    for (id, digits) in (1..).zip(["5", "0", "-1.5", "0.1234", "1e3"]) {
        let values = [
            ("of_numeric", decimal(digits)),
            ("of_wide_numeric", decimal(digits)),
        ];
        let answer = stored(store, &table, id, &values).await;
        let read = there(store, &table, id).await;
        for record in [&answer.row, &read.row] {
            let rows = std::slice::from_ref(record);
            let money = column_of(&table, "of_numeric", rows);
            let wide = column_of(&table, "of_wide_numeric", rows);
            assert_eq!(scale_of(money.first()), Some(4), "{digits}");
            assert_eq!(scale_of(wide.first()), Some(50), "{digits}");
        }
    }
}

/// A bare `NUMERIC` keeps the decimals that were sent: `1.50` is not `1.5`.
pub async fn a_bare_decimal_keeps_the_digits_it_was_written_with(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    for (id, (digits, scale)) in (1..).zip([("1.50", 2), ("1.5", 1), ("10", 0), ("0.000", 3)]) {
        stored(store, &table, id, &[("of_bare_numeric", decimal(digits))]).await;
        let read = there(store, &table, id).await;
        let value = column_of(&table, "of_bare_numeric", &[read.row]);
        assert_eq!(scale_of(value.first()), Some(scale), "{digits}");
        assert_values(&value, &[decimal(digits)], digits);
    }
}

/// JSON's `null` is a value of a JSON column; SQL's is none.
pub async fn json_null_is_not_null(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    let null = Value::Json("null".to_owned());
    let values = [("of_json", null.clone()), ("of_jsonb", null.clone())];
    stored(store, &table, 1, &values).await;
    let read = there(store, &table, 1).await;
    for name in ["of_json", "of_jsonb"] {
        let value = column_of(&table, name, std::slice::from_ref(&read.row));
        assert_values(&value, std::slice::from_ref(&null), name);
    }
}

/// `CHAR(n)` comes back without the blanks at its end (ruling H38).
pub async fn padding_of_char_does_not_come_back(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    let answer = stored(store, &table, 1, &[("of_char", text("ab  "))]).await;
    let read = there(store, &table, 1).await;
    for row in [answer.row, read.row] {
        assert_values(
            &column_of(&table, "of_char", &[row]),
            &[text("ab")],
            "CHAR(8)",
        );
    }
}

/// What the domain should have refused is [`WriteError::OutOfRange`], never cut, rounded or stored.
pub async fn a_value_outside_its_column_is_out_of_range(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    let misfits = [
        ("of_smallint", Value::Integer(i64::from(i16::MAX) + 1)),
        ("of_integer", Value::Integer(i64::from(i32::MIN) - 1)),
        ("of_varchar", text("é".repeat(21))),
        ("of_char", text("123456789")),
        ("of_numeric", decimal("10000000000000000")),
    ];
    for (id, misfit) in (1..).zip(misfits) {
        let error = not_stored(store, &table, id, std::slice::from_ref(&misfit)).await;
        assert!(
            matches!(error, WriteError::OutOfRange { .. }),
            "{misfit:?}: {error:?}"
        );
    }
}

/// Null where the column takes none is out of its range.
pub async fn null_in_a_column_that_takes_none_is_out_of_range(store: &dyn Store) {
    let columns = vec![
        column("must", ColumnType::Scalar(ScalarType::Text)),
        nullable(column("may", ColumnType::Scalar(ScalarType::Text))),
    ];
    let table = created(store, 1, table("strict", columns)).await;
    let error = not_stored(store, &table, 1, &[("may", text("here"))]).await;
    assert!(matches!(error, WriteError::OutOfRange { .. }), "{error:?}");
}
