//! What answers show: the same as what is read and listed, also where many ask at once.

use std::sync::Arc;

use specd_app::ports::records::{Reach, Shown, ShownPage, Terms};
use specd_domain::name::ColumnName;
use specd_domain::query::{Filter, FilterOperator, ListQuery};
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Store;
use super::columns::edges_stored;
use super::filters::OPERATORS;
use super::owners::{notes, of, stored_by};
use super::pages::{SORTS, ranked_in_each_way};
use super::world::{at_once, filter, keys, row, stored, there, wait};
use crate::sample::everything::SCALARS;
use crate::sample::uuid;

/// Every column, the last first; one; and none.
fn projections(table: &Table) -> [Arc<Projection>; 3] {
    let names = table.columns.iter().map(|column| column.name.value.clone());
    let all: Vec<ColumnName> = names.rev().collect();
    let second = all.iter().rev().skip(1).take(1).cloned().collect();
    [all, second, Vec::new()].map(|names| Arc::new(Projection::new(table, &names)))
}

/// Every type, at each of its edges and null.
pub async fn a_record_is_shown_as_it_is_read(store: &dyn Store) {
    let (table, count) = edges_stored(store).await;
    stored(store, &table, count + 1, &[]).await;
    for id in 1..=count + 1 {
        let record = there(store, &table, id).await;
        for projection in projections(&table) {
            let found = store
                .records()
                .show(&table, uuid(id), Reach::default(), &projection)
                .await;
            let expected = Shown::of(&record, &projection);
            assert_eq!(found.ok(), Some(Some(expected)), "{id}");
        }
    }
}

/// The same in a page, sorted by each type.
pub async fn a_page_is_shown_as_it_is_listed(store: &dyn Store) {
    let (table, _) = edges_stored(store).await;
    for (name, _) in SCALARS {
        for sort in [name.to_owned(), format!("-{name}")] {
            walk_alike(store, &table, &[&sort], &[], 5).await;
        }
    }
}

/// The same in every order, of nulls and ties, whatever index there is; without a filter and with each.
pub async fn every_page_is_shown_as_it_is_listed(store: &dyn Store) {
    for table in ranked_in_each_way(store).await {
        for sort in SORTS {
            for limit in [7, 59, 60] {
                walk_alike(store, &table, sort, &[], limit).await;
            }
        }
        for sort in [
            &["id"][..],
            &["-rank"],
            &["rank"],
            &["number"],
            &["-rank", "number"],
        ] {
            for (name, operator) in OPERATORS.map(|it| ("rank", it)).into_iter().chain([
                ("number", FilterOperator::Eq),
                ("number", FilterOperator::Lt),
            ]) {
                let wanted = match operator {
                    FilterOperator::In => [1, 3].map(Value::Integer).to_vec(),
                    _ => vec![Value::Integer(2)],
                };
                let conditions = [filter(name, operator, &wanted)];
                walk_alike(store, &table, sort, &conditions, 5).await;
            }
        }
    }
}

/// The pages of a list, each compared.
async fn walk_alike(
    store: &dyn Store,
    table: &Arc<Table>,
    sort: &[&str],
    filters: &[Filter],
    limit: u32,
) {
    let [whole, second, _] = projections(table);
    let mut query = ListQuery {
        filters: filters.to_vec(),
        sort: keys(sort),
        after: Vec::new(),
        limit,
    };
    for _ in 0..1_000 {
        let expected = listed(store, table, &query, &Reach::default(), &whole).await;
        let what = format!("{query:?} of {}", table.name.value);
        let page = paged(store, table, &query, &Reach::default(), &whole).await;
        assert_eq!(page, expected, "{what}");
        // What is shown decides nothing about where the page ends.
        let narrow = paged(store, table, &query, &Reach::default(), &second).await;
        assert_eq!(narrow.end, expected.end, "{what}");
        let Some(end) = expected.end else {
            return;
        };
        query.after = end;
    }
    unreachable!("the pages of {sort:?} do not end");
}

async fn listed(
    store: &dyn Store,
    table: &Arc<Table>,
    query: &ListQuery,
    reach: &Reach,
    projection: &Projection,
) -> ShownPage {
    let records = store.records();
    let found = records
        .list(table, query.and_one_more(), reach.clone())
        .await;
    let found = found.unwrap_or_else(|error| unreachable!("not listed: {error:?}"));
    ShownPage::of(table, query, found, projection)
}

async fn paged(
    store: &dyn Store,
    table: &Arc<Table>,
    query: &ListQuery,
    reach: &Reach,
    projection: &Arc<Projection>,
) -> ShownPage {
    let records = store.records();
    let page = records.show_page(table, query.clone(), reach.clone(), projection);
    page.await
        .unwrap_or_else(|error| unreachable!("not shown: {error:?}"))
}

/// Keys that are there, twice, and keys that are not; records of one's own and of others. Everybody gets what is meant
/// for it.
pub async fn each_of_many_at_once_is_shown_its_own_record(store: &dyn Store) {
    let table = notes(store).await;
    for id in 1..=40 {
        stored_by(
            store,
            &table,
            id,
            if id % 2 == 0 { "key:a" } else { "key:b" },
        )
        .await;
    }
    stored(
        store,
        &table,
        41,
        &[("note", Value::Text("of nobody".into()))],
    )
    .await;
    let [whole, second, _] = projections(&table);
    let reaches = [Reach::Everything, of("key:a").reach, of("key:b").reach];
    let mut asked = Vec::new();
    for _ in 0..2 {
        for (reach, projection) in
            { reaches.iter() }.flat_map(|reach| [(reach, &whole), (reach, &second)])
        {
            for id in (0..=43).rev() {
                // All of them wait before the first is answered.
                let answer = store
                    .records()
                    .show(&table, uuid(id), reach.clone(), projection);
                asked.push((id, reach, projection, answer));
            }
        }
    }
    for (id, reach, projection, answer) in asked {
        let found = store.records().read(&table, uuid(id), reach.clone()).await;
        let found = found.unwrap_or_else(|error| unreachable!("not read: {error:?}"));
        let expected = found.map(|record| Shown::of(&record, projection));
        assert_eq!(answer.await.ok(), Some(expected), "{id} within {reach:?}");
    }
}

/// Pages of all kinds at once: orders, cursors, limits and owners.
pub async fn each_of_many_at_once_is_shown_its_own_page(store: &dyn Store) {
    let [_, _, _, table] = ranked_in_each_way(store).await;
    for id in 61..=90 {
        let terms = Terms {
            owner: Some(if id % 2 == 0 { "key:a" } else { "key:b" }.into()),
            ..Terms::default()
        };
        let row = row(&table, id, &[("rank", Value::Integer(3))]);
        let created = store.records().create(&table, row, terms).await;
        assert!(created.is_ok(), "{created:?}");
    }
    let [whole, second, _] = projections(&table);
    let mut queries = Vec::new();
    for sort in [
        &["-id"][..],
        &["-rank", "-id"],
        &["rank", "-number"],
        &["-number", "-id"],
    ] {
        for limit in [0, 1, 5, 31, 32, 64, 200] {
            for at in [None, Some(0), Some(13), Some(13), Some(70), Some(400)] {
                let order = keys(sort);
                let place = at.map_or_else(Vec::new, |at| {
                    let integer = |number| Value::Integer(i64::try_from(number).unwrap_or(0));
                    let values = [("rank", integer(at % 6)), ("number", integer(at))];
                    let behind = row(&table, at, &values);
                    order
                        .iter()
                        .map(|key| crate::order::value_of(&table, &key.column, &behind).clone())
                        .collect()
                });
                queries.push(ListQuery {
                    filters: Vec::new(),
                    sort: order,
                    after: place,
                    limit,
                });
            }
        }
    }
    let reaches = [Reach::Everything, of("key:a").reach, of("key:b").reach];
    let mut asked = Vec::new();
    for query in &queries {
        for (reach, projection) in
            { reaches.iter() }.flat_map(|reach| [(reach, &whole), (reach, &second)])
        {
            let records = store.records();
            let page = records.show_page(&table, query.clone(), reach.clone(), projection);
            asked.push((query, reach, projection, page));
        }
    }
    for (query, reach, projection, page) in asked {
        let page = page
            .await
            .unwrap_or_else(|error| unreachable!("not shown: {error:?}"));
        let expected = listed(store, &table, query, reach, projection).await;
        assert_eq!(page, expected, "{query:?} within {reach:?}");
    }
}

/// Whoever reads its own write finds it, in a record and in a page, while others read too.
pub async fn what_was_stored_is_shown_from_then_on(store: &dyn Store) {
    let table = notes(store).await;
    let [whole, _, _] = projections(&table);
    at_once(16, |caller| {
        wait(async {
            for round in 0..8 {
                let id = caller * 100 + round;
                let record =
                    stored(store, &table, id, &[("note", Value::Text("mine".into()))]).await;
                let found = store
                    .records()
                    .show(&table, uuid(id), Reach::default(), &whole)
                    .await;
                let expected = Shown::of(&record, &whole);
                assert_eq!(found.ok(), Some(Some(expected.clone())));
                let query = ListQuery {
                    filters: Vec::new(),
                    sort: keys(&["-id"]),
                    after: Vec::new(),
                    limit: 1_000,
                };
                let page = paged(store, &table, &query, &Reach::default(), &whole).await;
                assert!(
                    page.items.expose().contains(expected.json.expose()),
                    "{id} is listed"
                );
            }
        });
    });
}
