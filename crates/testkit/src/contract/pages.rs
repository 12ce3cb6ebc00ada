//! Pages: keyset after keyset, over ties, nulls and changes in between.

use specd_app::ports::records::Terms;
use std::sync::Arc;

use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::FilterOperator;
use specd_domain::record::Row;
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Store;
use super::world::{all, assert_rows, created, filter, page, paged, stored};
use crate::sample::everything::{SCALARS, everything};
use crate::sample::values::rising;
use crate::sample::{column, nullable, table, uuid};

/// 60 rows: five ranks and null, each ten times; and a number that rises with the key.
async fn ranked(store: &dyn Store) -> Arc<Table> {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let table = created(
        store,
        1,
        table("ranked", vec![integer("rank"), integer("number")]),
    )
    .await;
    for id in 1..=60_u32 {
        let rank = match id % 6 {
            0 => Value::Null,
            rank => Value::Integer(rank.into()),
        };
        let values = [("rank", rank), ("number", Value::Integer(id.into()))];
        stored(store, &table, id.into(), &values).await;
    }
    table
}

/// All pages together are the whole list.
pub async fn pages_follow_each_other_without_gap_or_repeat(store: &dyn Store) {
    let table = ranked(store).await;
    for sort in [&["id"][..], &["-id"], &["number"], &["-number"]] {
        let whole = all(store, &table, sort, &[]).await;
        assert_eq!(whole.len(), 60);
        for limit in [7, 20, 60, 61] {
            assert_rows(
                &paged(store, &table, sort, &[], limit).await,
                &whole,
                &sort.join(", "),
            );
        }
    }
}

/// Ties are crossed by the key, nulls on both sides.
pub async fn pages_cross_ties_and_nulls(store: &dyn Store) {
    let table = ranked(store).await;
    for sort in [
        &["rank"][..],
        &["-rank"],
        &["rank", "-number"],
        &["-rank", "number"],
        &["rank", "-id"],
    ] {
        let whole = all(store, &table, sort, &[]).await;
        assert_eq!(whole.len(), 60);
        for limit in [1, 3, 7, 20] {
            assert_rows(
                &paged(store, &table, sort, &[], limit).await,
                &whole,
                &sort.join(", "),
            );
        }
    }
}

/// A cursor works for each type that a list can be sorted by, nulls included.
pub async fn pages_of_each_type_follow_each_other(store: &dyn Store) {
    let table = created(store, 1, everything()).await;
    let rounds = SCALARS
        .iter()
        .map(|(_, scalar)| rising(*scalar).len())
        .max();
    for (id, round) in (1..).zip(0..rounds.unwrap_or(0)) {
        let values: Vec<_> = SCALARS
            .iter()
            .filter_map(|(name, scalar)| Some((*name, rising(*scalar).get(round)?.clone())))
            .collect();
        stored(store, &table, id, &values).await;
    }
    for (name, _) in SCALARS {
        for sort in [name.to_owned(), format!("-{name}")] {
            let whole = all(store, &table, &[&sort], &[]).await;
            let pages = paged(store, &table, &[&sort], &[], 3).await;
            assert_rows(&pages, &whole, &sort);
        }
    }
}

/// A row before the cursor is not seen, one behind it is, and no row twice.
pub async fn an_insert_between_pages_neither_hides_nor_repeats_a_row(store: &dyn Store) {
    let table = ranked(store).await;
    let whole = all(store, &table, &["number"], &[]).await;
    let first = page(store, &table, &["number"], &[], None, 20).await;
    let before = [("number", Value::Integer(5))];
    stored(store, &table, 100, &before).await;
    let behind = stored(store, &table, 101, &[("number", Value::Integer(40))])
        .await
        .row;
    let rest = page(store, &table, &["number"], &[], first.last(), 100).await;
    let mut expected: Vec<Row> = whole.into_iter().skip(20).collect();
    expected.insert(20, behind);
    assert_rows(&rest, &expected, "the rest");
}

/// The cursor is a place, not a row.
pub async fn the_row_of_the_cursor_may_be_deleted(store: &dyn Store) {
    let table = ranked(store).await;
    let whole = all(store, &table, &["id"], &[]).await;
    let first = page(store, &table, &["id"], &[], None, 20).await;
    assert!(
        store
            .records()
            .delete(&table, uuid(20), None, Terms::default())
            .await
            .is_ok()
    );
    let rest = page(store, &table, &["id"], &[], first.last(), 100).await;
    let expected: Vec<Row> = whole.into_iter().skip(20).collect();
    assert_rows(&rest, &expected, "the rest");
}

/// Filter, order and cursor together.
pub async fn a_page_is_filtered_and_ordered_at_once(store: &dyn Store) {
    let table = ranked(store).await;
    let filters = [
        filter("rank", FilterOperator::Gte, &[Value::Integer(2)]),
        filter("number", FilterOperator::Lt, &[Value::Integer(40)]),
    ];
    let whole = all(store, &table, &["-rank", "number"], &filters).await;
    assert_eq!(whole.len(), 26);
    let pages = paged(store, &table, &["-rank", "number"], &filters, 4).await;
    assert_rows(&pages, &whole, "the pages");
}

/// The smallest page.
pub async fn a_limit_of_one_pages_through(store: &dyn Store) {
    let table = ranked(store).await;
    let whole = all(store, &table, &["rank"], &[]).await;
    assert_rows(
        &paged(store, &table, &["rank"], &[], 1).await,
        &whole,
        "the pages",
    );
}
