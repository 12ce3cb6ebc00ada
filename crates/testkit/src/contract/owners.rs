//! Who created a record, and who may reach it.

use std::sync::Arc;

use specd_app::ports::records::{Reach, Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::Record;
use specd_domain::table::Table;

use super::Store;
use super::world::{created, row, stored, there};
use crate::sample::{column, table, text, uuid};

const OWNER: &str = "key:a1";

/// What one caller may reach, and keeps for itself.
pub(super) fn of(caller: &str) -> Terms {
    let caller: Arc<str> = caller.into();
    Terms {
        reach: Reach::OwnedBy(Arc::clone(&caller)),
        owner: Some(caller),
        ..Terms::default()
    }
}

pub(super) async fn notes(store: &dyn Store) -> Arc<Table> {
    let note = column("note", ColumnType::Scalar(ScalarType::Text));
    created(store, 1, table("notes", vec![note])).await
}

pub(super) async fn stored_by(
    store: &dyn Store,
    table: &Arc<Table>,
    id: u64,
    caller: &str,
) -> Record {
    let new = row(table, id, &[("note", text(caller))]);
    let answer = store.records().create(table, new, of(caller)).await;
    answer.unwrap_or_else(|error| unreachable!("not stored: {error:?}"))
}

async fn found_by(store: &dyn Store, table: &Arc<Table>, id: u64, caller: &str) -> Option<Record> {
    let reach = of(caller).reach;
    let answer = store.records().read(table, uuid(id), reach).await;
    answer.unwrap_or_else(|error| unreachable!("not read: {error:?}"))
}

/// Whoever creates a record reads, replaces and deletes it.
pub async fn an_owner_reads_changes_and_deletes_its_record(store: &dyn Store) {
    let table = notes(store).await;
    let record = stored_by(store, &table, 1, OWNER).await;
    assert_eq!(found_by(store, &table, 1, OWNER).await, Some(record));
    let next = row(&table, 1, &[("note", text("changed"))]);
    let records = store.records();
    let answer = records.replace(&table, uuid(1), 1, next, of(OWNER)).await;
    assert!(answer.is_ok_and(|record| record.version == 2));
    let stale = records.delete(&table, uuid(1), Some(1), of(OWNER)).await;
    assert!(
        matches!(stale, Err(WriteError::Stale { current: 2 })),
        "{stale:?}"
    );
    let answer = records.delete(&table, uuid(1), Some(2), of(OWNER)).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(found_by(store, &table, 1, OWNER).await, None);
}

/// No answer differs from that of a record that is not there, whatever version is asked for.
pub async fn to_others_a_record_is_not_there(store: &dyn Store) {
    let table = notes(store).await;
    let record = stored_by(store, &table, 1, OWNER).await;
    let records = store.records();
    for other in ["key:b2", "KEY:A1", "key:a1 ", "key:a", "key:a1%", ""] {
        assert_eq!(found_by(store, &table, 1, other).await, None, "`{other}`");
        for version in [0, 1, 2] {
            let next = row(&table, 1, &[("note", text("taken over"))]);
            let answer = records
                .replace(&table, uuid(1), version, next, of(other))
                .await;
            assert!(
                matches!(answer, Err(WriteError::NotThere)),
                "`{other}`: {answer:?}"
            );
        }
        for version in [None, Some(1), Some(2)] {
            let answer = records.delete(&table, uuid(1), version, of(other)).await;
            assert!(
                matches!(answer, Err(WriteError::NotThere)),
                "`{other}`: {answer:?}"
            );
        }
    }
    assert_eq!(there(store, &table, 1).await, record);
}

/// Nobody owns what nobody created.
pub async fn a_record_without_an_owner_is_within_no_callers_reach(store: &dyn Store) {
    let table = notes(store).await;
    stored(store, &table, 1, &[("note", text("kept"))]).await;
    for caller in [OWNER, ""] {
        assert_eq!(found_by(store, &table, 1, caller).await, None);
        let answer = store
            .records()
            .delete(&table, uuid(1), None, of(caller))
            .await;
        assert!(matches!(answer, Err(WriteError::NotThere)), "{answer:?}");
    }
}

/// Whoever replaces it.
pub async fn a_replaced_record_stays_its_owners(store: &dyn Store) {
    let table = notes(store).await;
    stored_by(store, &table, 1, OWNER).await;
    let next = row(&table, 1, &[("note", text("changed"))]);
    let terms = Terms {
        owner: Some("key:b2".into()),
        ..Terms::default()
    };
    let answer = store
        .records()
        .replace(&table, uuid(1), 1, next, terms)
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    let found = found_by(store, &table, 1, OWNER).await;
    assert_eq!(found.map(|record| record.version), Some(2));
    assert_eq!(found_by(store, &table, 1, "key:b2").await, None);
}

/// A key that is used again is its new owner's alone.
pub async fn a_deleted_record_leaves_no_owner_behind(store: &dyn Store) {
    let table = notes(store).await;
    stored_by(store, &table, 1, OWNER).await;
    let answer = store
        .records()
        .delete(&table, uuid(1), None, Terms::default())
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    stored(store, &table, 1, &[("note", text("again"))]).await;
    assert_eq!(found_by(store, &table, 1, OWNER).await, None);
}
