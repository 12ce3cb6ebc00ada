//! Filters of lists.

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::FilterOperator;
use specd_domain::value::Value;

use super::Store;
use super::world::{all, assert_rows, assert_values, column_of, created, filter, paged, stored};
use crate::order::{compare, value_of};
use crate::sample::everything::{SCALARS, everything};
use crate::sample::values::rising;
use crate::sample::{column, column_name, index, nullable, table, text};

pub(super) const OPERATORS: [FilterOperator; 7] = [
    FilterOperator::Eq,
    FilterOperator::Ne,
    FilterOperator::Gt,
    FilterOperator::Gte,
    FilterOperator::Lt,
    FilterOperator::Lte,
    FilterOperator::In,
];

/// Whether a value that is not null keeps the condition.
fn keeps(value: &Value, operator: FilterOperator, wanted: &[Value]) -> bool {
    wanted.iter().any(|wanted| {
        let order = compare(value, wanted);
        match operator {
            FilterOperator::Eq | FilterOperator::In => order.is_eq(),
            FilterOperator::Ne => order.is_ne(),
            FilterOperator::Gt => order.is_gt(),
            FilterOperator::Gte => order.is_ge(),
            FilterOperator::Lt => order.is_lt(),
            FilterOperator::Lte => order.is_le(),
        }
    })
}

/// Seven operators, each scalar type, each value at its edges; a row of nulls is never among the answers.
pub async fn each_operator_works_on_each_type(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    stored(store, &table, 9_999, &[]).await;
    for (group, (name, scalar)) in (0..).zip(SCALARS) {
        let values = rising(scalar);
        for (id, value) in (1..).zip(&values) {
            stored(store, &table, group * 100 + id, &[(name, value.clone())]).await;
        }
        for (wanted, other) in values.iter().zip(values.iter().rev()) {
            for operator in OPERATORS {
                let wanted = match operator {
                    FilterOperator::In => vec![wanted.clone(), other.clone()],
                    _ => vec![wanted.clone()],
                };
                let condition = filter(name, operator, &wanted);
                let rows = all(store, &table, &[name], &[condition]).await;
                let expected: Vec<_> = values
                    .iter()
                    .filter(|value| keeps(value, operator, &wanted))
                    .cloned()
                    .collect();
                let what = format!("{name} {operator:?} {wanted:.40?}");
                assert_values(&column_of(&table, name, &rows), &expected, &what);
            }
        }
    }
}

/// Null keeps no condition.
pub async fn nothing_is_equal_to_null_nor_unequal(store: &dyn Store) {
    let rank = nullable(column("rank", ColumnType::Scalar(ScalarType::Integer)));
    let table = created(store, 1, table("ranked", vec![rank])).await;
    stored(store, &table, 1, &[]).await;
    stored(store, &table, 2, &[("rank", Value::Integer(1))]).await;
    for operator in OPERATORS {
        let condition = filter("rank", operator, &[Value::Integer(0)]);
        let rows = all(store, &table, &["id"], &[condition]).await;
        let listed = column_of(&table, "rank", &rows);
        assert!(
            listed.iter().all(|value| !value.is_null()),
            "{operator:?}: {listed:?}"
        );
    }
}

/// All conditions of a query hold, also two on one column.
pub async fn conditions_hold_together(store: &dyn Store) {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let table = created(store, 1, table("pairs", vec![integer("a"), integer("b")])).await;
    for id in 1..=20_u32 {
        let values = [
            ("a", Value::Integer(id.into())),
            ("b", Value::Integer((id % 3).into())),
        ];
        stored(store, &table, id.into(), &values).await;
    }
    let filters = [
        filter("a", FilterOperator::Gt, &[Value::Integer(5)]),
        filter("a", FilterOperator::Lte, &[Value::Integer(15)]),
        filter("b", FilterOperator::Ne, &[Value::Integer(0)]),
        filter("a", FilterOperator::In, &[7, 8, 9, 19].map(Value::Integer)),
    ];
    let rows = all(store, &table, &["a"], &filters).await;
    let expected = [7, 8].map(Value::Integer);
    assert_values(&column_of(&table, "a", &rows), &expected, "a");
}

/// A filter's text is neither a pattern nor SQL.
pub async fn a_filter_takes_text_literally(store: &dyn Store) {
    let word = column("word", ColumnType::Scalar(ScalarType::Text));
    let table = created(store, 1, table("words", vec![word])).await;
    let words = [
        "%",
        "_",
        "a",
        "A",
        "' OR '1'='1",
        "a' --",
        "\\",
        "\"word\"",
        "NULL",
        "{a}",
        "",
    ];
    for (id, word) in (1..).zip(words) {
        stored(store, &table, id, &[("word", text(word))]).await;
    }
    for word in words {
        let condition = filter("word", FilterOperator::Eq, &[text(word)]);
        let rows = all(store, &table, &["id"], &[condition]).await;
        assert_values(&column_of(&table, "word", &rows), &[text(word)], word);
    }
}

/// No match is no failure.
pub async fn a_filter_without_a_match_is_an_empty_page(store: &dyn Store) {
    let rank = nullable(column("rank", ColumnType::Scalar(ScalarType::Integer)));
    let table = created(store, 1, table("ranked", vec![rank])).await;
    let condition = filter("rank", FilterOperator::Eq, &[Value::Integer(1)]);
    assert!(all(store, &table, &["id"], &[condition]).await.is_empty());
}

/// Each operator, on the column that the list is sorted by and on another, with an index and without.
pub async fn every_page_keeps_the_conditions(store: &dyn Store) {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let columns = || vec![integer("rank"), integer("number")];
    let both = index(table("of_both", columns()), &["number", "rank"]);
    for (spec, table) in (1..).zip([
        table("of_none", columns()),
        index(table("of_one", columns()), &["rank"]),
        both,
    ]) {
        let table = created(store, spec, table).await;
        for id in 1..=36_u32 {
            let value = |number: u32| match number {
                0 => Value::Null,
                number => Value::Integer(number.into()),
            };
            let values = [("rank", value(id % 4)), ("number", value(id % 6))];
            stored(store, &table, id.into(), &values).await;
        }
        for (name, operator) in ["rank", "number"]
            .into_iter()
            .flat_map(|name| OPERATORS.map(|operator| (name, operator)))
        {
            let wanted = match operator {
                FilterOperator::In => [1, 3].map(Value::Integer).to_vec(),
                _ => vec![Value::Integer(2)],
            };
            let conditions = [filter(name, operator, &wanted)];
            for sort in [
                &["rank"][..],
                &["-rank"],
                &["-rank", "number"],
                &["rank", "-number"],
            ] {
                let mut expected = all(store, &table, sort, &[]).await;
                expected.retain(|row| {
                    let value = value_of(&table, &column_name(name), row);
                    !value.is_null() && keeps(value, operator, &wanted)
                });
                let pages = paged(store, &table, sort, &conditions, 4).await;
                let what = format!(
                    "{name} {operator:?} {wanted:?} by {sort:?} of {}",
                    table.name.value
                );
                assert_rows(&pages, &expected, &what);
            }
        }
    }
}
