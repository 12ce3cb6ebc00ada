//! What the cases do again and again: a table that is there, a row by its named values, a list to its end.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a case of the contract fails by a panic, as every test does"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use specd_app::ports::records::{Reach, Terms, WriteError};
use specd_app::ports::revisions::{ApplyError, NewRevision, Revision, SchemaChange};
use specd_domain::Spec;
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Store;
use crate::order::same_row;
use crate::sample::{column_name, spec, time, uuid};

/// A digest that looks like one.
pub(super) const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Creates the table, as the first revision of a document of its own.
pub(super) async fn created(store: &dyn Store, number: u16, table: Table) -> Arc<Table> {
    let spec = spec(number, table);
    let table = Arc::clone(&spec.table);
    store
        .revisions()
        .apply(first_revision(spec))
        .await
        .expect("the table is created");
    table
}

/// The first revision of a spec.
pub(super) fn first_revision(spec: Spec) -> NewRevision {
    revision(spec, None, SchemaChange::CreateTable)
}

/// A revision of a spec.
pub(super) fn revision(spec: Spec, follows: Option<u32>, change: SchemaChange) -> NewRevision {
    NewRevision {
        spec: Arc::new(spec),
        digest: DIGEST.to_owned(),
        follows,
        change,
        applied_at: time("2025-03-01T12:00:00.123456Z"),
    }
}

/// Applies, and must.
pub(super) async fn applied(store: &dyn Store, new: NewRevision) -> Revision {
    match store.revisions().apply(new).await {
        Ok(revision) => revision,
        Err(error) => panic!("the revision was not applied: {error:?}"),
    }
}

/// Applies, and must be refused.
pub(super) async fn not_applied(store: &dyn Store, new: NewRevision) -> ApplyError {
    match store.revisions().apply(new).await {
        Ok(revision) => panic!("the revision was applied as number {}", revision.number),
        Err(error) => error,
    }
}

/// A row of the named values under the key of this number; what is not named is null.
pub(super) fn row(table: &Table, id: u64, values: &[(&str, Value)]) -> Row {
    let mut named: BTreeMap<&str, Value> = values.iter().cloned().collect();
    named.entry("id").or_insert_with(|| uuid(id));
    let row = table
        .columns
        .iter()
        .map(|column| {
            let name = column.name.value.as_str();
            named.remove(name).unwrap_or(Value::Null)
        })
        .collect();
    assert!(named.is_empty(), "the table lacks {:?}", named.keys());
    row
}

/// Creates a row of the named values, and must.
pub(super) async fn stored(
    store: &dyn Store,
    table: &Arc<Table>,
    id: u64,
    values: &[(&str, Value)],
) -> Record {
    match store
        .records()
        .create(table, row(table, id, values), Terms::default())
        .await
    {
        Ok(record) => record,
        Err(error) => panic!("the row {id} was not stored: {error:?}"),
    }
}

/// Creates a row of the named values, and must be refused.
pub(super) async fn not_stored(
    store: &dyn Store,
    table: &Arc<Table>,
    id: u64,
    values: &[(&str, Value)],
) -> WriteError {
    match store
        .records()
        .create(table, row(table, id, values), Terms::default())
        .await
    {
        Ok(record) => panic!("the row {id} was stored: {record:?}"),
        Err(error) => error,
    }
}

/// The record of the key of this number.
pub(super) async fn found(store: &dyn Store, table: &Arc<Table>, id: u64) -> Option<Record> {
    store
        .records()
        .read(table, uuid(id), Reach::default())
        .await
        .expect("the store can be read")
}

/// The record of the key of this number, which must be there.
pub(super) async fn there(store: &dyn Store, table: &Arc<Table>, id: u64) -> Record {
    found(store, table, id)
        .await
        .unwrap_or_else(|| panic!("the record {id} is not there"))
}

/// A page; `after` is the row before it.
pub(super) async fn page(
    store: &dyn Store,
    table: &Arc<Table>,
    sort: &[&str],
    filters: &[Filter],
    after: Option<&Row>,
    limit: u32,
) -> Vec<Row> {
    let sort = keys(sort);
    let after = after.map_or_else(Vec::new, |row| {
        sort.iter()
            .map(|key| crate::order::value_of(table, &key.column, row).clone())
            .collect()
    });
    let query = ListQuery {
        filters: filters.to_vec(),
        sort,
        after,
        limit,
    };
    let records = store
        .records()
        .list(table, query, Reach::default())
        .await
        .expect("the store can be listed");
    records.into_iter().map(|record| record.row).collect()
}

/// Every row, in one page.
pub(super) async fn all(
    store: &dyn Store,
    table: &Arc<Table>,
    sort: &[&str],
    filters: &[Filter],
) -> Vec<Row> {
    page(store, table, sort, filters, None, 1_000).await
}

/// Every row, page by page.
pub(super) async fn paged(
    store: &dyn Store,
    table: &Arc<Table>,
    sort: &[&str],
    filters: &[Filter],
    limit: u32,
) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    loop {
        let next = page(store, table, sort, filters, rows.last(), limit).await;
        let is_last = next.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        rows.extend(next);
        assert!(rows.len() < 10_000, "the pages of {sort:?} do not end");
        if is_last {
            return rows;
        }
    }
}

/// The whole order that a list of these keys has: the key of the table stands last. `-` is falling.
pub(super) fn keys(sort: &[&str]) -> Vec<SortKey> {
    let id = if sort.contains(&"id") || sort.contains(&"-id") {
        None
    } else {
        Some("id")
    };
    sort.iter()
        .copied()
        .chain(id)
        .map(|key| SortKey {
            column: column_name(key.strip_prefix('-').unwrap_or(key)),
            descending: key.starts_with('-'),
        })
        .collect()
}

/// A condition.
pub(super) fn filter(column: &str, operator: FilterOperator, values: &[Value]) -> Filter {
    Filter {
        column: column_name(column),
        operator,
        values: values.to_vec(),
    }
}

/// The values of one column.
pub(super) fn column_of(table: &Table, column: &str, rows: &[Row]) -> Vec<Value> {
    rows.iter()
        .map(|row| crate::order::value_of(table, &column_name(column), row).clone())
        .collect()
}

/// Both lists hold the same rows in the same order.
#[track_caller]
pub(super) fn assert_rows(got: &[Row], expected: &[Row], what: &str) {
    let is_same = got.len() == expected.len()
        && got
            .iter()
            .zip(expected)
            .all(|(got, expected)| same_row(got, expected));
    assert!(is_same, "{what}:\n     got {got:?}\nexpected {expected:?}");
}

/// The lists hold the same values in the same order.
#[track_caller]
pub(super) fn assert_values(got: &[Value], expected: &[Value], what: &str) {
    assert!(
        same_row(got, expected),
        "{what}:\n     got {got:?}\nexpected {expected:?}"
    );
}

/// Runs `count` calls at once, each on a thread of its own, and gives their answers.
pub(super) fn at_once<T: Send>(count: u64, call: impl Fn(u64) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=count)
            .map(|number| {
                let call = &call;
                scope.spawn(move || call(number))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("the call answers"))
            .collect()
    })
}

/// Waits for one call.
pub(super) fn wait<T>(answer: impl Future<Output = T>) -> T {
    futures_executor::block_on(answer)
}
