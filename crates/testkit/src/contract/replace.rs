//! Replacing a record.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::Table;

use super::Store;
use super::world::{created, row, stored, there};
use crate::sample::{column, table, text, unique, uuid};

async fn notes(store: &dyn Store) -> Arc<Table> {
    let note = column("note", ColumnType::Scalar(ScalarType::Text));
    let table = unique(table("notes", vec![note]), &["note"]);
    let table = created(store, 1, table).await;
    for (id, note) in (1..).zip(["one", "two", "three"]) {
        stored(store, &table, id, &[("note", text(note))]).await;
    }
    table
}

/// Each replace is the next version, answered and read.
pub async fn a_replaced_record_has_the_next_version(store: &dyn Store) {
    let table = notes(store).await;
    for version in 1..=3 {
        let next = row(&table, 1, &[("note", text(format!("after {version}")))]);
        let answer = store
            .records()
            .replace(&table, uuid(1), version, next.clone(), Terms::default())
            .await;
        let answer = answer.unwrap_or_else(|error| unreachable!("not replaced: {error:?}"));
        assert_eq!((answer.version, &answer.row), (version + 1, &next));
        assert_eq!(there(store, &table, 1).await, answer);
    }
}

/// The version now is told, and the record stays as it is; a version of the future is stale too.
pub async fn a_stale_version_changes_nothing(store: &dyn Store) {
    let table = notes(store).await;
    let next = row(&table, 1, &[("note", text("changed"))]);
    assert!(
        store
            .records()
            .replace(&table, uuid(1), 1, next, Terms::default())
            .await
            .is_ok()
    );
    let before = there(store, &table, 1).await;
    for version in [0, 1, 3] {
        let late = row(&table, 1, &[("note", text("lost"))]);
        let answer = store
            .records()
            .replace(&table, uuid(1), version, late, Terms::default())
            .await;
        assert!(
            matches!(answer, Err(WriteError::Stale { current: 2 })),
            "{answer:?}"
        );
    }
    assert_eq!(there(store, &table, 1).await, before);
}

/// A replace creates nothing.
pub async fn replacing_what_is_not_there_says_so(store: &dyn Store) {
    let table = notes(store).await;
    let next = row(&table, 9, &[("note", text("new"))]);
    let answer = store
        .records()
        .replace(&table, uuid(9), 1, next, Terms::default())
        .await;
    assert!(matches!(answer, Err(WriteError::NotThere)), "{answer:?}");
    assert_eq!(super::world::found(store, &table, 9).await, None);
}

/// A record is not in its own way.
pub async fn a_replace_may_keep_its_own_unique_values(store: &dyn Store) {
    let table = notes(store).await;
    let same = row(&table, 1, &[("note", text("one"))]);
    let answer = store
        .records()
        .replace(&table, uuid(1), 1, same, Terms::default())
        .await;
    assert!(answer.is_ok_and(|record| record.version == 2));
}

/// Only the record of the key changes.
pub async fn other_records_stay_as_they_are(store: &dyn Store) {
    let table = notes(store).await;
    let others = [there(store, &table, 2).await, there(store, &table, 3).await];
    let next = row(&table, 1, &[("note", text("changed"))]);
    assert!(
        store
            .records()
            .replace(&table, uuid(1), 1, next, Terms::default())
            .await
            .is_ok()
    );
    assert_eq!(
        [there(store, &table, 2).await, there(store, &table, 3).await],
        others
    );
}
