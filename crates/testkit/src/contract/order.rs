//! The order of lists.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::Row;
use specd_domain::value::Value;

use super::Store;
use super::world::{all, assert_rows, assert_values, column_of, created, stored};
use crate::sample::everything::{SCALARS, everything};
use crate::sample::values::rising;
use crate::sample::{column, nullable, table, text};

/// Each scalar type, rising and falling, over the values at its edges.
pub async fn each_type_rises_and_falls(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    for (group, (name, scalar)) in (0..).zip(SCALARS) {
        let values = rising(scalar);
        // Stored from the middle outwards, so that no order of insertion looks like the right one.
        let (low, high) = values.split_at(values.len() / 2);
        for (id, value) in (1..).zip(high.iter().chain(low.iter().rev())) {
            stored(store, &table, group * 100 + id, &[(name, value.clone())]).await;
        }
        let falling: Vec<_> = values.iter().rev().cloned().collect();
        for (sort, expected) in [(name.to_owned(), &values), (format!("-{name}"), &falling)] {
            let rows = all(store, &table, &[&sort], &[]).await;
            let mut listed = column_of(&table, name, &rows);
            listed.retain(|value| !value.is_null());
            assert_values(&listed, expected, &sort);
        }
    }
}

/// `Z` before `a` before `é`: no language's order, and not that of UTF-16.
pub async fn text_is_ordered_by_code_point(store: &dyn Store) {
    let word = column("word", ColumnType::Scalar(ScalarType::Text));
    let table = created(store, 1, table("words", vec![word])).await;
    let words = [
        "a", "é", "Z", "b", "\u{FFFF}", "😀", "B", "_", " ", "", "10", "9", "a b", "ab", "a-b",
    ];
    for (id, word) in (1..).zip(words) {
        stored(store, &table, id, &[("word", text(word))]).await;
    }
    let rows = all(store, &table, &["word"], &[]).await;
    let sorted = [
        "", " ", "10", "9", "B", "Z", "_", "a", "a b", "a-b", "ab", "b", "é", "\u{FFFF}", "😀",
    ];
    assert_values(&column_of(&table, "word", &rows), &sorted.map(text), "word");
}

/// Numbers that one double stands for are different numbers.
pub async fn decimals_are_ordered_exactly(store: &dyn Store) {
    let amount = column("amount", ColumnType::Scalar(ScalarType::Numeric(None)));
    let table = created(store, 1, table("amounts", vec![amount])).await;
    let decimal = |digits: &str| Value::Decimal(digits.parse().unwrap_or_default());
    let digits = [
        "10",
        "9",
        "-1",
        "-10",
        "0.30000000000000000001",
        "0.3",
        "123456789012345678901234567890.2",
        "123456789012345678901234567890.1",
        "-0.5",
    ];
    for (id, digits) in (1..).zip(digits) {
        stored(store, &table, id, &[("amount", decimal(digits))]).await;
    }
    let sorted = [
        "-10",
        "-1",
        "-0.5",
        "0.3",
        "0.30000000000000000001",
        "9",
        "10",
        "123456789012345678901234567890.1",
        "123456789012345678901234567890.2",
    ];
    let rows = all(store, &table, &["amount"], &[]).await;
    assert_values(
        &column_of(&table, "amount", &rows),
        &sorted.map(decimal),
        "amount",
    );
}

/// Null is the greatest, of each type.
pub async fn nulls_stand_last_when_rising_and_first_when_falling(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    for (id, round) in (1..).zip([None, Some(0), None, Some(1)]) {
        let values: Vec<_> = SCALARS
            .iter()
            .filter_map(|(name, scalar)| Some((*name, rising(*scalar).get(round?)?.clone())))
            .collect();
        stored(store, &table, id, &values).await;
    }
    for (name, scalar) in SCALARS {
        let (low, high) = match rising(scalar).as_slice() {
            [low, high, ..] => (low.clone(), high.clone()),
            _ => continue,
        };
        let rows = all(store, &table, &[name], &[]).await;
        let expected = [low.clone(), high.clone(), Value::Null, Value::Null];
        assert_values(&column_of(&table, name, &rows), &expected, name);
        let rows = all(store, &table, &[&format!("-{name}")], &[]).await;
        let expected = [Value::Null, Value::Null, high, low];
        assert_values(&column_of(&table, name, &rows), &expected, name);
    }
}

/// The second key decides where the first is equal, each in its own direction, with nulls in both.
pub async fn several_keys_order_together(store: &dyn Store) {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let table = created(store, 1, table("pairs", vec![integer("a"), integer("b")])).await;
    let numbers = [Value::Null, Value::Integer(1), Value::Integer(2)];
    let pairs = numbers
        .iter()
        .flat_map(|a| numbers.iter().map(move |b| [a.clone(), b.clone()]));
    let mut rows: Vec<Row> = Vec::new();
    for (id, [a, b]) in (1..).zip(pairs) {
        rows.push(stored(store, &table, id, &[("a", a), ("b", b)]).await.row);
    }
    for sort in [["a", "b"], ["a", "-b"], ["-a", "b"], ["-b", "-a"]] {
        let keys = super::world::keys(&sort);
        rows.sort_by(|left, right| crate::order::compare_rows(&table, &keys, left, right));
        assert_rows(
            &all(store, &table, &sort, &[]).await,
            &rows,
            &sort.join(", "),
        );
    }
}
