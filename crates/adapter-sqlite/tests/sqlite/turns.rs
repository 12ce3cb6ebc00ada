//! Turns: a write waits for its own for a bounded time, and is then told that nothing of it was begun.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_app::ports::records::{Reach, RecordRepository as _, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_app::ports::store::StoreError;
use specd_domain::table::Table;
use specd_testkit::sample::{self, table};
use tempfile::TempDir;

async fn things(store: &SqliteStore) -> Arc<Table> {
    let new = NewRevision {
        spec: Arc::new(sample::spec(1, table("things", Vec::new()))),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    Arc::clone(&store.apply(new).await.unwrap().spec.table)
}

/// One waits for the lock of another process, the others for the one before them.
#[tokio::test]
async fn a_write_that_did_not_get_its_turn_is_not_begun() {
    let place = TempDir::new().unwrap();
    let path = place.path().join("specd.db");
    let settings = SqliteSettings {
        queue_wait_ms: 100,
        ..SqliteSettings::default()
    };
    let store = SqliteStore::open(&path, settings).unwrap();
    let things = things(&store).await;
    let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let create = |id| store.create(&things, vec![sample::uuid(id)], Terms::default());
    let waiting: Vec<_> = (1..=3).map(create).collect();
    for answer in waiting {
        let answer = answer.await;
        assert!(
            matches!(answer, Err(WriteError::Store(StoreError::Unavailable(_)))),
            "{answer:?}"
        );
    }
    other.batch_execute("ROLLBACK").unwrap();
    create(4).await.unwrap();
    for (id, is_there) in [(1, false), (2, false), (3, false), (4, true)] {
        let found = store
            .read(&things, sample::uuid(id), Reach::default())
            .await;
        assert_eq!(found.unwrap().is_some(), is_there, "{id}");
    }
}

/// The server answers after 5 s that it does not know what became of a write.
#[test]
fn the_turn_ends_before_a_request_does() {
    assert!(SqliteSettings::default().queue_wait_ms <= 4_000);
}
