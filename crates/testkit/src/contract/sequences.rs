//! Sequences: numbers that the store reserves.

use specd_app::ports::records::{Reach, Terms};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::{Column, DefaultValue, Table};
use specd_domain::value::Value;

use super::Store;
use super::world::{all, assert_values, at_once, column_of, created, wait};
use crate::sample::{column, defaulted, table, text};

fn serial(name: &str) -> Column {
    let column = column(name, ColumnType::Scalar(ScalarType::BigInt));
    defaulted(column, DefaultValue::Sequence)
}

/// A table whose key is a `BIGSERIAL`.
fn tickets(columns: Vec<Column>) -> Table {
    let mut table = table("tickets", columns);
    table.columns.remove(0);
    table.columns.insert(0, serial("id"));
    table
}

fn word() -> Column {
    column("word", ColumnType::Scalar(ScalarType::Text))
}

/// 1, 2, 3; the answer carries the number, and it is the key.
pub async fn numbers_rise_from_one(store: &dyn Store) {
    let table = created(store, 1, tickets(vec![word()])).await;
    for number in 1..=5 {
        let record = store
            .records()
            .create(&table, vec![Value::Null, text("new")], Terms::default())
            .await;
        let record = record.unwrap_or_else(|error| unreachable!("not stored: {error:?}"));
        assert_eq!(record.row.first(), Some(&Value::Integer(number)));
        let read = store
            .records()
            .read(&table, Value::Integer(number), Reach::default())
            .await;
        assert!(read.is_ok_and(|read| read == Some(record)));
    }
}

/// Each of many creates at once has a number of its own, and is answered with its own.
pub async fn numbers_are_unique_under_load(store: &dyn Store) {
    let table = created(store, 1, tickets(vec![word()])).await;
    let answers = at_once(40, |number| {
        let row = vec![Value::Null, text(format!("word {number}"))];
        wait(store.records().create(&table, row, Terms::default()))
    });
    let mut ids = Vec::new();
    for (number, answer) in (1..).zip(answers) {
        let record = answer.unwrap_or_else(|error| unreachable!("not stored: {error:?}"));
        assert_eq!(record.row.get(1), Some(&text(format!("word {number}"))));
        ids.extend(record.row.into_iter().take(1));
    }
    ids.sort_by(crate::order::compare);
    assert_values(
        &ids,
        &(1..=40).map(Value::Integer).collect::<Vec<_>>(),
        "the numbers",
    );
}

/// Two sequences of one table do not share their numbers.
pub async fn a_sequence_beside_the_key_counts_for_itself(store: &dyn Store) {
    let table = created(store, 1, tickets(vec![serial("turn"), serial("place")])).await;
    let given = vec![Value::Null, Value::Null, Value::Integer(70)];
    for row in [vec![Value::Null; 3], given, vec![Value::Null; 3]] {
        let answer = store.records().create(&table, row, Terms::default()).await;
        assert!(answer.is_ok(), "{answer:?}");
    }
    let rows = all(store, &table, &["id"], &[]).await;
    for (name, numbers) in [
        ("id", [1, 2, 3]),
        ("turn", [1, 2, 3]),
        ("place", [1, 70, 2]),
    ] {
        let expected = numbers.map(Value::Integer);
        assert_values(&column_of(&table, name, &rows), &expected, name);
    }
}

/// A number that the caller brings is stored as it is.
pub async fn a_number_that_was_sent_is_kept(store: &dyn Store) {
    let table = created(store, 1, tickets(vec![word()])).await;
    let record = store
        .records()
        .create(
            &table,
            vec![Value::Integer(9_007_199_254_740_993), text("sent")],
            Terms::default(),
        )
        .await;
    let id = record.ok().and_then(|record| record.row.into_iter().next());
    assert_eq!(id, Some(Value::Integer(9_007_199_254_740_993)));
}
