//! Lists with filters: each answers what a model does.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_testkit::{filtered_list, sample};
use tempfile::TempDir;

use crate::open;

/// More than are looked through before the database is left to guess.
const ENOUGH: u64 = 10_000;

async fn every_page_is_that_of_the_model(is_owners_only: bool) {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let new = NewRevision {
        spec: Arc::new(filtered_list::spec(is_owners_only)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let revision = store.apply(new).await.unwrap();
    let path = place.path().join("specd.db");
    let mut by_hand = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    by_hand
        .batch_execute(&filtered_list::sqlite_fill(ENOUGH))
        .unwrap();
    let rows = filtered_list::rows(ENOUGH);
    let table = &revision.spec.table;
    filtered_list::each_page_is_that_of_the_model(&store, table, rows, is_owners_only).await;
}

#[tokio::test]
async fn every_filtered_page_is_that_of_the_model() {
    every_page_is_that_of_the_model(false).await;
}

#[tokio::test]
async fn every_filtered_page_of_an_owner_is_that_of_the_model() {
    every_page_is_that_of_the_model(true).await;
}

#[derive(Debug, QueryableByName)]
struct Columns {
    #[diesel(sql_type = diesel::sql_types::Text)]
    columns: String,
}

/// What the document's index lacks comes beside it, once.
#[tokio::test]
async fn an_index_from_before_its_filter_is_served_by_another_from_the_next_revision_on() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
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
    let path = place.path().join("specd.db");
    let mut by_hand = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let found: Vec<Columns> = diesel::sql_query(
        "SELECT (SELECT group_concat(name) FROM pragma_index_info(i.name)) AS columns \
         FROM sqlite_schema AS i WHERE type = 'index' AND tbl_name = 'states' ORDER BY 1",
    )
    .load(&mut by_hand)
    .unwrap();
    let found: Vec<_> = found.iter().map(|index| index.columns.as_str()).collect();
    let expected = [
        "created_at,id",
        "id",
        "number",
        "number,created_at,id",
        "state",
        "state,created_at,id",
    ];
    assert_eq!(found, expected);
}
