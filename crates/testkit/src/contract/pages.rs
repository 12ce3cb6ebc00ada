//! Pages: keyset after keyset, over ties, nulls and changes in between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use specd_app::ports::records::{Reach, Terms};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::{FilterOperator, ListQuery};
use specd_domain::record::Row;
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Store;
use super::world::{
    all, assert_rows, at_once, created, filter, keys, page, paged, row, stored, wait,
};
use crate::order::value_of;
use crate::sample::everything::{SCALARS, everything};
use crate::sample::values::rising;
use crate::sample::{column, index, nullable, table, uuid};

/// Every way to sort by one and by two columns that may be null, and by the key.
pub(super) const SORTS: [&[&str]; 16] = [
    &["id"],
    &["-id"],
    &["rank"],
    &["-rank"],
    &["rank", "-id"],
    &["-rank", "id"],
    &["-rank", "-id"],
    &["-number", "-id"],
    &["rank", "number"],
    &["rank", "-number"],
    &["-rank", "number"],
    &["-rank", "-number"],
    &["rank", "-number", "-id"],
    &["-rank", "number", "-id"],
    &["-number", "rank"],
    &["number"],
];

/// 60 rows: five ranks and null, each ten times; and a number that rises with the key.
async fn ranked(store: &dyn Store) -> Arc<Table> {
    filled(store, ranks("ranked"), 1).await
}

fn ranks(name: &str) -> Table {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    table(name, vec![integer("rank"), integer("number")])
}

/// The same without an index, with one of each column, with one of both, and with the whole order: the pages are found in
/// other ways.
pub(super) async fn ranked_in_each_way(store: &dyn Store) -> [Arc<Table>; 4] {
    let of_each = index(index(ranks("of_each"), &["rank"]), &["-number"]);
    let of_both = index(index(ranks("of_both"), &["rank", "-number"]), &["number"]);
    let of_order = index(ranks("of_order"), &["rank", "id"]);
    let of_order = index(
        index(of_order, &["number", "id"]),
        &["-rank", "-number", "-id"],
    );
    let of_order = index(of_order, &["number", "rank", "id"]);
    [
        filled(store, ranks("of_none"), 1).await,
        filled(store, of_each, 2).await,
        filled(store, of_both, 3).await,
        filled(store, of_order, 4).await,
    ]
}

async fn filled(store: &dyn Store, table: Table, spec: u16) -> Arc<Table> {
    let table = created(store, spec, table).await;
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

/// Ties are crossed by the key, nulls on both sides, whatever index there is; and the whole is in order.
pub async fn pages_cross_ties_and_nulls(store: &dyn Store) {
    for table in ranked_in_each_way(store).await {
        let mut expected = all(store, &table, &["id"], &[]).await;
        assert_eq!(expected.len(), 60);
        for sort in SORTS {
            let order = keys(sort);
            expected.sort_by(|left, right| crate::order::compare_rows(&table, &order, left, right));
            let what = format!("{} of {}", sort.join(", "), table.name.value);
            for limit in [1, 3, 7, 20, 60] {
                let pages = paged(store, &table, sort, &[], limit).await;
                assert_rows(&pages, &expected, &what);
            }
        }
    }
}

/// A cursor may stand between any two values, also where no row is.
pub async fn a_page_begins_behind_values_that_no_row_has(store: &dyn Store) {
    let numbers = [0, 3, 9].map(Value::Integer);
    let values: Vec<_> = numbers.into_iter().chain([Value::Null]).collect();
    for table in ranked_in_each_way(store).await {
        for sort in SORTS {
            let order = keys(sort);
            let whole = all(store, &table, sort, &[]).await;
            for (rank, number) in values
                .iter()
                .flat_map(|rank| values.iter().map(move |number| (rank, number)))
            {
                let after = row(
                    &table,
                    30,
                    &[("rank", rank.clone()), ("number", number.clone())],
                );
                let expected: Vec<Row> = whole
                    .iter()
                    .filter(|row| crate::order::compare_rows(&table, &order, row, &after).is_gt())
                    .take(5)
                    .cloned()
                    .collect();
                let found = page(store, &table, sort, &[], Some(&after), 5).await;
                let what = format!("{sort:?} of {} behind {after:?}", table.name.value);
                assert_rows(&found, &expected, &what);
            }
        }
    }
}

/// Each caller pages through its own records and meets no other.
pub async fn pages_of_an_owner_hold_what_is_its_own(store: &dyn Store) {
    let indexed = index(ranks("owned"), &["rank"]);
    let table = created(store, 1, indexed).await;
    let owners = ["key:a", "key:b"];
    for id in 1..=40_u32 {
        let rank = if id % 3 == 0 {
            Value::Null
        } else {
            Value::Integer((id % 4).into())
        };
        let owner = owners
            .get(usize::from(id % 5 == 0))
            .map(|owner| (*owner).into());
        let terms = Terms {
            owner,
            ..Terms::default()
        };
        let row = row(
            &table,
            id.into(),
            &[("rank", rank), ("number", Value::Integer(id.into()))],
        );
        let answer = store.records().create(&table, row, terms).await;
        assert!(answer.is_ok(), "{answer:?}");
    }
    stored(store, &table, 41, &[]).await;
    for sort in SORTS {
        for (owner, is_own) in [("key:a", false), ("key:b", true)] {
            let mut expected = all(store, &table, sort, &[]).await;
            expected.retain(|row| {
                match value_of(&table, &crate::sample::column_name("number"), row) {
                    Value::Integer(number) => (number % 5 == 0) == is_own,
                    _ => false,
                }
            });
            let reach = Reach::OwnedBy(owner.into());
            let pages = paged_within(store, &table, sort, &reach, 3).await;
            assert_rows(&pages, &expected, &format!("{sort:?} of {owner}"));
        }
        let nobody = Reach::OwnedBy("key:c".into());
        assert_rows(
            &paged_within(store, &table, sort, &nobody, 3).await,
            &[],
            "nobody",
        );
    }
}

async fn paged_within(
    store: &dyn Store,
    table: &Arc<Table>,
    sort: &[&str],
    reach: &Reach,
    limit: u32,
) -> Vec<Row> {
    let sort = keys(sort);
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let after = rows.last().map_or_else(Vec::new, |row| {
            let values = sort
                .iter()
                .map(|key| value_of(table, &key.column, row).clone());
            values.collect()
        });
        let query = ListQuery {
            filters: Vec::new(),
            sort: sort.clone(),
            after,
            limit,
        };
        let found = store.records().list(table, query, reach.clone()).await;
        let found = found.unwrap_or_else(|error| unreachable!("{error:?}"));
        let is_last = found.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        rows.extend(found.into_iter().map(|record| record.row));
        assert!(rows.len() < 1_000, "the pages do not end");
        if is_last {
            return rows;
        }
    }
}

/// One caller walks, in every order, while another stores and deletes rows among the same ties and nulls.
pub async fn a_row_that_stays_is_met_once_while_others_come_and_go(store: &dyn Store) {
    for table in ranked_in_each_way(store).await {
        let is_over = AtomicBool::new(false);
        at_once(3, |caller| {
            if caller == 1 {
                // Also where the walk fails: nobody would wait for the others for ever.
                let _end = End(&is_over);
                wait(walk(store, &table));
            } else {
                wait(come_and_go(store, &table, caller, &is_over));
            }
        });
    }
}

struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

async fn walk(store: &dyn Store, table: &Arc<Table>) {
    for sort in SORTS {
        let mut met: BTreeMap<String, u32> = BTreeMap::new();
        for row in paged(store, table, sort, &[], 4).await {
            let id = row.first().and_then(Value::to_text).unwrap_or_default();
            *met.entry(id).or_default() += 1;
        }
        for id in 1..=60 {
            let id = uuid(id).to_text().unwrap_or_default();
            assert_eq!(
                met.get(&id),
                Some(&1),
                "{id} by {sort:?} of {}",
                table.name.value
            );
        }
    }
}

async fn come_and_go(store: &dyn Store, table: &Arc<Table>, caller: u64, is_over: &AtomicBool) {
    for round in (0..1_000_u64).cycle() {
        if is_over.load(Ordering::Acquire) {
            return;
        }
        // Keys before, among and behind those that stay.
        let id = match round % 3 {
            0 => 0,
            1 => u64::MAX >> 20,
            _ => 1 << 30,
        } + caller * 100;
        let rank = match round % 6 {
            0 => Value::Null,
            rank => Value::Integer(i64::try_from(rank).unwrap_or(0)),
        };
        let row = row(table, id, &[("rank", rank), ("number", Value::Null)]);
        let created = store.records().create(table, row, Terms::default()).await;
        assert!(created.is_ok(), "{created:?}");
        let deleted = store
            .records()
            .delete(table, uuid(id), None, Terms::default())
            .await;
        assert!(deleted.is_ok(), "{deleted:?}");
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
