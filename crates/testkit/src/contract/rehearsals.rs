//! Rehearsals: everything is done, and nothing is kept.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::{OnDelete, Table};
use specd_domain::value::Value;

use super::claims::{claim, kept, notes, with};
use super::world::{all, created, found, row, stored, there};
use super::{Store, owners};
use crate::sample::{column, nullable, reference, table, text, uuid};

fn rehearsal() -> Terms {
    Terms {
        is_rehearsal: true,
        ..Terms::default()
    }
}

/// The answer is that of the write.
pub async fn a_rehearsed_create_is_answered_and_not_kept(store: &dyn Store) {
    let table = notes(store).await;
    let new = row(&table, 1, &[("note", text("one"))]);
    let records = store.records();
    let answer = records.create(&table, new.clone(), rehearsal()).await;
    let record = answer.unwrap_or_else(|error| unreachable!("refused: {error:?}"));
    assert_eq!(record.version, 1);
    assert_eq!(record.row.get(..2), new.get(..2));
    assert_eq!(found(store, &table, 1).await, None);
    // Nothing of it stands in the way of the write itself, nor is the write rehearsed.
    let stored = stored(store, &table, 1, &[("note", text("one"))]).await;
    assert_eq!(there(store, &table, 1).await, stored);
}

/// Neither the row nor its version.
pub async fn a_rehearsed_replace_changes_nothing(store: &dyn Store) {
    let table = notes(store).await;
    let before = stored(store, &table, 1, &[("number", Value::Integer(5))]).await;
    let next = row(
        &table,
        1,
        &[("note", text("next")), ("number", Value::Integer(5))],
    );
    let answer = store
        .records()
        .replace(&table, uuid(1), 1, next.clone(), rehearsal())
        .await;
    let record = answer.unwrap_or_else(|error| unreachable!("refused: {error:?}"));
    assert_eq!((record.version, record.row), (2, next));
    assert_eq!(there(store, &table, 1).await, before);
}

async fn people_and_orders(store: &dyn Store, on_delete: OnDelete) -> [Arc<Table>; 2] {
    let people = created(store, 1, table("people", Vec::new())).await;
    let buyer = nullable(column("buyer", ColumnType::Scalar(ScalarType::Uuid)));
    let orders = reference(table("orders", vec![buyer]), "buyer", "people", on_delete);
    let orders = created(store, 2, orders).await;
    stored(store, &people, 1, &[]).await;
    stored(store, &orders, 1, &[("buyer", uuid(1))]).await;
    [people, orders]
}

/// Nor what a delete would take with it.
pub async fn a_rehearsed_delete_deletes_nothing(store: &dyn Store) {
    let [people, orders] = people_and_orders(store, OnDelete::Cascade).await;
    for version in [None, Some(1)] {
        let answer = store
            .records()
            .delete(&people, uuid(1), version, rehearsal())
            .await;
        assert!(answer.is_ok(), "{answer:?}");
        there(store, &people, 1).await;
        there(store, &orders, 1).await;
    }
}

/// Every constraint is asked.
pub async fn a_rehearsal_is_refused_as_the_write_is(store: &dyn Store) {
    let table = notes(store).await;
    stored(store, &table, 1, &[("note", text("taken"))]).await;
    let records = store.records();
    let taken = row(&table, 2, &[("note", text("taken"))]);
    let answer = records.create(&table, taken, rehearsal()).await;
    assert!(
        matches!(answer, Err(WriteError::AlreadyThere { .. })),
        "{answer:?}"
    );
    let low = row(&table, 2, &[("rank", Value::Integer(0))]);
    let answer = records.create(&table, low, rehearsal()).await;
    assert!(
        matches!(answer, Err(WriteError::CheckBroken { .. })),
        "{answer:?}"
    );
    let same = row(&table, 1, &[("number", Value::Integer(1))]);
    let answer = records.replace(&table, uuid(1), 5, same, rehearsal()).await;
    assert!(
        matches!(answer, Err(WriteError::Stale { current: 1 })),
        "{answer:?}"
    );
    let answer = records.delete(&table, uuid(9), None, rehearsal()).await;
    assert!(matches!(answer, Err(WriteError::NotThere)), "{answer:?}");
    let foreign = Terms {
        is_rehearsal: true,
        ..owners::of("key:b2")
    };
    let answer = records.delete(&table, uuid(1), None, foreign).await;
    assert!(matches!(answer, Err(WriteError::NotThere)), "{answer:?}");
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 1);
}

/// References in both directions.
pub async fn a_rehearsal_asks_for_references(store: &dyn Store) {
    let [people, orders] = people_and_orders(store, OnDelete::Refuse).await;
    let records = store.records();
    let answer = records.delete(&people, uuid(1), None, rehearsal()).await;
    assert!(
        matches!(answer, Err(WriteError::StillReferenced { .. })),
        "{answer:?}"
    );
    let lost = row(&orders, 2, &[("buyer", uuid(9))]);
    let answer = records.create(&orders, lost, rehearsal()).await;
    assert!(
        matches!(answer, Err(WriteError::MissingReference { .. })),
        "{answer:?}"
    );
}

/// A key that is claimed stays claimed, and one that is not is not claimed by it.
pub async fn a_rehearsal_keeps_no_claim(store: &dyn Store) {
    let table = notes(store).await;
    let rehearsed = || Terms {
        is_rehearsal: true,
        ..with(claim(7))
    };
    let new = |id| row(&table, id, &[("note", text(format!("note {id}")))]);
    let records = store.records();
    let answer = records.create(&table, new(1), rehearsed()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(kept(store, 7).await, None);
    let answer = records.create(&table, new(1), with(claim(7))).await;
    assert!(answer.is_ok(), "{answer:?}");
    let before = kept(store, 7).await;
    assert!(before.is_some());
    let answers = [
        records
            .create(&table, new(2), rehearsed())
            .await
            .map(|_| ()),
        records.delete(&table, uuid(1), None, rehearsed()).await,
    ];
    for answer in answers {
        assert!(matches!(answer, Err(WriteError::Claimed)), "{answer:?}");
    }
    assert_eq!(kept(store, 7).await, before);
    there(store, &table, 1).await;
}

/// A number may be skipped and is never given twice.
pub async fn a_rehearsed_number_is_given_to_nobody_else_at_once(store: &dyn Store) {
    let table: Arc<Table> = notes(store).await;
    let mut numbers = Vec::new();
    for id in 1..=6 {
        let new = row(&table, id, &[]);
        let terms = if id % 2 == 0 {
            rehearsal()
        } else {
            Terms::default()
        };
        let answer = store.records().create(&table, new, terms).await;
        let record = answer.unwrap_or_else(|error| unreachable!("refused: {error:?}"));
        if id % 2 == 1 {
            numbers.push(record.row.last().cloned());
        }
    }
    let given = numbers.len();
    numbers.dedup();
    assert_eq!(numbers.len(), given, "{numbers:?}");
}
