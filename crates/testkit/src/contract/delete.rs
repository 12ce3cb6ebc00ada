//! Deleting a record.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::Table;

use super::Store;
use super::world::{created, found, row, stored};
use crate::sample::{column, table, text, uuid};

async fn notes(store: &dyn Store) -> Arc<Table> {
    let note = column("note", ColumnType::Scalar(ScalarType::Text));
    let table = created(store, 1, table("notes", vec![note])).await;
    for id in 1..=3 {
        stored(store, &table, id, &[("note", text("kept"))]).await;
    }
    table
}

/// A deleted record is not found, the others are.
pub async fn a_deleted_record_is_gone(store: &dyn Store) {
    let table = notes(store).await;
    let answer = store
        .records()
        .delete(&table, uuid(2), None, Terms::default())
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(found(store, &table, 2).await, None);
    assert!(found(store, &table, 1).await.is_some());
    assert!(found(store, &table, 3).await.is_some());
}

/// With a version or without.
pub async fn deleting_what_is_not_there_says_so(store: &dyn Store) {
    let table = notes(store).await;
    for version in [None, Some(1)] {
        let answer = store
            .records()
            .delete(&table, uuid(9), version, Terms::default())
            .await;
        assert!(matches!(answer, Err(WriteError::NotThere)), "{answer:?}");
    }
    assert!(
        store
            .records()
            .delete(&table, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
    let again = store
        .records()
        .delete(&table, uuid(1), None, Terms::default())
        .await;
    assert!(matches!(again, Err(WriteError::NotThere)), "{again:?}");
}

/// The version now is told, and the record stays.
pub async fn a_stale_version_deletes_nothing(store: &dyn Store) {
    let table = notes(store).await;
    let next = row(&table, 1, &[("note", text("changed"))]);
    assert!(
        store
            .records()
            .replace(&table, uuid(1), 1, next, Terms::default())
            .await
            .is_ok()
    );
    let answer = store
        .records()
        .delete(&table, uuid(1), Some(1), Terms::default())
        .await;
    assert!(
        matches!(answer, Err(WriteError::Stale { current: 2 })),
        "{answer:?}"
    );
    assert!(found(store, &table, 1).await.is_some());
}

/// The version that the record has deletes it.
pub async fn the_right_version_deletes(store: &dyn Store) {
    let table = notes(store).await;
    let next = row(&table, 1, &[("note", text("changed"))]);
    assert!(
        store
            .records()
            .replace(&table, uuid(1), 1, next, Terms::default())
            .await
            .is_ok()
    );
    let answer = store
        .records()
        .delete(&table, uuid(1), Some(2), Terms::default())
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(found(store, &table, 1).await, None);
}

/// A record of the same key begins at version 1 again.
pub async fn a_key_may_be_used_again(store: &dyn Store) {
    let table = notes(store).await;
    assert!(
        store
            .records()
            .delete(&table, uuid(1), None, Terms::default())
            .await
            .is_ok()
    );
    let record = stored(store, &table, 1, &[("note", text("again"))]).await;
    assert_eq!(record.version, 1);
}
