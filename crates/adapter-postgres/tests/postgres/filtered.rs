//! Lists with filters: each answers what a model does, and what no row has is not looked for in all of them.

use std::sync::Arc;

use specd_app::ports::records::Reach;
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_domain::query::{Filter, FilterOperator};
use specd_domain::table::Table;
use specd_testkit::filtered_list::{self, ORDERS, first_page};
use specd_testkit::postgres::{Database, database};
use specd_testkit::sample::{self, column_name, text};

use specd_adapter_postgres::PostgresStore;

use crate::connect;
use crate::plans::{explained, most_touched, statement};

/// More than are looked through before the database is left to guess.
const ENOUGH: u64 = 10_000;
/// A table that is worth an index.
const MANY: u64 = 200_000;
/// What the steps of a plan may touch: a few thousand rows of the order, or as many of a filter.
const MOST_ROWS: f64 = 5000.0;

async fn filled(
    database: &Database,
    is_owners_only: bool,
    rows: u64,
) -> (PostgresStore, Arc<Table>) {
    let store = connect(database.url());
    store.prepare().await.unwrap();
    let new = NewRevision {
        spec: Arc::new(filtered_list::spec(is_owners_only)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let revision = store.apply(new).await.unwrap();
    database.query(&filtered_list::postgres_fill(rows)).unwrap();
    database.query("VACUUM ANALYZE states").unwrap();
    (store, Arc::clone(&revision.spec.table))
}

#[tokio::test]
async fn every_filtered_page_is_that_of_the_model() {
    let database = database().unwrap();
    let (store, table) = filled(&database, false, ENOUGH).await;
    let rows = filtered_list::rows(ENOUGH);
    filtered_list::each_page_is_that_of_the_model(&store, &table, rows, false).await;
}

#[tokio::test]
async fn every_filtered_page_of_an_owner_is_that_of_the_model() {
    let database = database().unwrap();
    let (store, table) = filled(&database, true, ENOUGH).await;
    let rows = filtered_list::rows(ENOUGH);
    filtered_list::each_page_is_that_of_the_model(&store, &table, rows, true).await;
}

/// Planned with the value and without it, as a statement that is kept is after a while.
#[track_caller]
fn touches_little(
    database: &Database,
    table: &Table,
    order: &[&str],
    filters: &[Filter],
    reach: &Reach,
) {
    let statement = statement(table, &first_page(order, filters.to_vec()), reach);
    let script = format!(
        "SET plan_cache_mode = force_generic_plan; {}",
        explained(&statement, 0)
    );
    let plans = database.query(&script).unwrap();
    assert!(
        most_touched(&plans) <= MOST_ROWS,
        "{}\n{plans}",
        statement.text()
    );
}

fn state(operator: FilterOperator, state: &str) -> Filter {
    Filter {
        column: column_name("state"),
        operator,
        values: vec![text(state)],
    }
}

#[tokio::test]
async fn what_no_row_has_or_few_is_found_by_the_index_of_the_filter() {
    use FilterOperator::{Eq, Gt, In, Lt};
    for is_owners_only in [false, true] {
        let database = database().unwrap();
        let (_, table) = filled(&database, is_owners_only, MANY).await;
        for filter in [
            state(Eq, "nobody"),
            state(Eq, "rare"),
            state(In, "nobody"),
            state(Lt, "a"),
            state(Gt, "zz"),
        ] {
            for order in ORDERS {
                for reach in filtered_list::reaches(is_owners_only) {
                    touches_little(
                        &database,
                        &table,
                        order,
                        std::slice::from_ref(&filter),
                        &reach,
                    );
                }
            }
        }
    }
}

/// Also where none of them is among the newest.
#[tokio::test]
async fn what_many_have_is_a_range_of_an_index() {
    for is_owners_only in [false, true] {
        let database = database().unwrap();
        let (_, table) = filled(&database, is_owners_only, MANY).await;
        for name in ["old", "common", "other"] {
            let filter = state(FilterOperator::Eq, name);
            for reach in filtered_list::reaches(is_owners_only) {
                touches_little(
                    &database,
                    &table,
                    ORDERS[0],
                    std::slice::from_ref(&filter),
                    &reach,
                );
            }
        }
    }
}

/// What the document's index lacks comes beside it, once.
#[tokio::test]
async fn an_index_from_before_its_filter_is_served_by_another_from_the_next_revision_on() {
    let database = database().unwrap();
    let store = connect(database.url());
    store.prepare().await.unwrap();
    let mut unfiltered = filtered_list::spec(false);
    unfiltered.endpoints[0].filters.clear();
    let later = [1, 2].map(|number| (filtered_list::spec(false), Some(number)));
    for (spec, follows) in std::iter::once((unfiltered, None)).chain(later) {
        let new = NewRevision {
            spec: Arc::new(spec),
            digest: "0".repeat(64),
            follows,
            change: match follows {
                None => SchemaChange::CreateTable,
                Some(_) => SchemaChange::Alter(Vec::new()),
            },
            applied_at: sample::time("2025-03-01T12:00:00Z"),
        };
        store.apply(new).await.unwrap();
    }
    let indexes = database
        .query("SELECT split_part(indexdef, ' btree ', 2) FROM pg_indexes WHERE tablename = 'states' ORDER BY 1")
        .unwrap();
    let expected = [
        "(created_at DESC, id DESC)",
        "(id)",
        "(number)",
        "(number, created_at, id)",
        "(state)",
        "(state, created_at, id)",
    ];
    assert_eq!(indexes.lines().collect::<Vec<_>>(), expected);
}
