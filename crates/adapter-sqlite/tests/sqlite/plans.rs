//! How a page is found: by an index, in the middle of a long list as at its beginning, in every order that an index of
//! the document serves.
//!
//! `SQLite` counts no rows unless it is told to, and specd does not tell it: the plan for an empty table is the plan for a
//! long one.

use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel::sqlite::SqliteConnection;
use specd_app::ports::records::Reach;
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_domain::query::ListQuery;
use specd_domain::table::Table;
use specd_sql_support::dialect::Dialect;
use specd_sql_support::list;
use specd_testkit::{long_list, sample};
use tempfile::TempDir;

use crate::open;

struct Database {
    _place: TempDir,
    table: Arc<Table>,
    connection: SqliteConnection,
}

async fn database(is_owners_only: bool) -> Database {
    let place = TempDir::new().unwrap();
    let new = NewRevision {
        spec: Arc::new(long_list::spec(is_owners_only)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let revision = open(&place).apply(new).await.unwrap();
    let path = place.path().join("specd.db");
    Database {
        table: Arc::clone(&revision.spec.table),
        connection: SqliteConnection::establish(path.to_str().unwrap()).unwrap(),
        _place: place,
    }
}

/// A line of `EXPLAIN QUERY PLAN`.
#[derive(Debug, QueryableByName)]
struct Step {
    #[diesel(sql_type = Integer)]
    parent: i32,
    #[diesel(sql_type = Text)]
    detail: String,
}

impl Step {
    fn reads_the_table(&self) -> bool {
        let mut words = self.detail.split(' ');
        words
            .next()
            .is_some_and(|verb| matches!(verb, "SCAN" | "SEARCH"))
            && words.next() == Some("many")
    }
}

impl Database {
    /// The rows come from an index in their order; only within those that are equal in its columns may they be sorted.
    #[track_caller]
    fn finds_by_an_index(&mut self, page: &ListQuery, reach: &Reach) {
        let statement = list::statement(Dialect::Sqlite, &self.table, page, reach).unwrap();
        // Prepared, as specd has it: the values come later, and no plan depends on them.
        let sql = statement.text();
        let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"))
            .load(&mut self.connection)
            .unwrap();
        let reading: BTreeSet<i32> = steps
            .iter()
            .filter(|step| step.reads_the_table())
            .map(|step| step.parent)
            .collect();
        let is_behind_a_row = !page.after.is_empty();
        let is_bad = |step: &&Step| {
            let sorts_all = step.detail == "USE TEMP B-TREE FOR ORDER BY";
            let is_without_index = step.reads_the_table() && !step.detail.contains(" USING INDEX ");
            // From the beginning of the index, or here and there in it.
            let is_no_range =
                step.detail.starts_with("SCAN many") || step.detail == "MULTI-INDEX OR";
            is_without_index
                || (sorts_all && reading.contains(&step.parent))
                || (is_behind_a_row && is_no_range)
        };
        let bad = steps.iter().find(is_bad);
        assert!(
            !reading.is_empty() && bad.is_none(),
            "{sql}\n{bad:?} in {steps:#?}"
        );
    }
}

#[tokio::test]
async fn a_page_far_behind_is_found_by_an_index_as_the_first_is() {
    let mut database = database(false).await;
    for page in long_list::pages().iter().chain(&long_list::newest()) {
        database.finds_by_an_index(page, &Reach::Everything);
    }
}

#[tokio::test]
async fn the_newest_of_an_owner_are_found_by_an_index() {
    let mut database = database(true).await;
    let owner = Reach::OwnedBy("key:3".into());
    for page in long_list::newest() {
        database.finds_by_an_index(&page, &owner);
    }
}
