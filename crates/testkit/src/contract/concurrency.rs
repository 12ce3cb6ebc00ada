//! Many at once.

use std::sync::Arc;

use specd_app::ports::records::{Reach, Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::Store;
use super::world::{all, at_once, created, row, stored, there, wait};
use crate::sample::{check, column, compare, nullable, table, text, unique, uuid};

async fn notes(store: &dyn Store) -> Arc<Table> {
    let note = nullable(column("note", ColumnType::Scalar(ScalarType::Text)));
    let rank = nullable(column("rank", ColumnType::Scalar(ScalarType::Integer)));
    let table = unique(table("notes", vec![note, rank]), &["note"]);
    let positive = compare(
        "rank",
        specd_domain::rule::Comparison::Greater,
        Value::Integer(0),
    );
    created(store, 1, check(table, "rank", positive)).await
}

/// Each is answered with its own row and is there.
pub async fn fifty_creates_at_once_are_fifty_records(store: &dyn Store) {
    let table = notes(store).await;
    let answers = at_once(50, |id| {
        let row = row(&table, id, &[("note", text(format!("note {id}")))]);
        (
            row.clone(),
            wait(store.records().create(&table, row, Terms::default())),
        )
    });
    for (row, answer) in answers {
        let record = answer.unwrap_or_else(|error| unreachable!("not stored: {error:?}"));
        assert_eq!((record.version, record.row), (1, row));
    }
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 50);
    // The same again from one thread, so that all of them wait together.
    let creates = (51..=100).map(|id| {
        let row = row(&table, id, &[("note", text(format!("note {id}")))]);
        store.records().create(&table, row, Terms::default())
    });
    for answer in futures_util::future::join_all(creates).await {
        assert!(answer.is_ok(), "{answer:?}");
    }
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 100);
}

/// The others are told that another record has the value.
pub async fn of_fifty_creates_with_one_unique_value_one_is_stored(store: &dyn Store) {
    let table = notes(store).await;
    let answers = at_once(50, |id| {
        wait(store.records().create(
            &table,
            row(&table, id, &[("note", text("the one"))]),
            Terms::default(),
        ))
    });
    let refused = answers
        .iter()
        .filter(|answer| matches!(answer, Err(WriteError::AlreadyThere { .. })));
    assert_eq!(refused.count(), 49, "{answers:?}");
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 1);
}

/// A row that breaks a check, a unique or a type beside good ones fails alone.
pub async fn a_refused_row_does_not_take_others_with_it(store: &dyn Store) {
    let table = notes(store).await;
    stored(store, &table, 1_000, &[("note", text("taken"))]).await;
    let creates = (1..=60).map(|id| {
        let note = if id % 5 == 0 {
            "taken".to_owned()
        } else {
            format!("note {id}")
        };
        let rank = Value::Integer(if id % 7 == 0 { -1 } else { 1 });
        store.records().create(
            &table,
            row(&table, id, &[("note", text(note)), ("rank", rank)]),
            Terms::default(),
        )
    });
    let answers = futures_util::future::join_all(creates).await;
    for (id, answer) in (1_u64..).zip(answers) {
        match (id % 7, id % 5) {
            (0, 0) => assert!(answer.is_err(), "{id}: {answer:?}"),
            (0, _) => assert!(
                matches!(answer, Err(WriteError::CheckBroken { .. })),
                "{id}: {answer:?}"
            ),
            (_, 0) => assert!(
                matches!(answer, Err(WriteError::AlreadyThere { .. })),
                "{id}: {answer:?}"
            ),
            _ => assert!(answer.is_ok(), "{id}: {answer:?}"),
        }
    }
    let good = (1..=60).filter(|id| id % 5 != 0 && id % 7 != 0).count();
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), good + 1);
}

/// The others are stale and are told the version of the one that won.
pub async fn of_twenty_replaces_of_one_version_one_wins(store: &dyn Store) {
    let table = notes(store).await;
    stored(store, &table, 1, &[("note", text("before"))]).await;
    let answers = at_once(20, |number| {
        let next = row(&table, 1, &[("note", text(format!("writer {number}")))]);
        wait(
            store
                .records()
                .replace(&table, uuid(1), 1, next, Terms::default()),
        )
    });
    let mut winners = Vec::new();
    for answer in answers {
        match answer {
            Ok(record) => winners.push(record),
            Err(error) => assert!(
                matches!(error, WriteError::Stale { current: 2 }),
                "{error:?}"
            ),
        }
    }
    assert_eq!(winners, [there(store, &table, 1).await]);
}

/// Two columns that are always written together are always read together.
pub async fn reads_during_writes_see_whole_rows(store: &dyn Store) {
    let table = notes(store).await;
    let pair = |number: i64| {
        [
            ("note", text(number.to_string())),
            ("rank", Value::Integer(number)),
        ]
    };
    stored(store, &table, 1, &pair(1)).await;
    at_once(4, |thread| {
        for version in 1..=25 {
            if thread == 1 {
                let next = row(&table, 1, &pair(version + 1));
                let answer =
                    wait(
                        store
                            .records()
                            .replace(&table, uuid(1), version, next, Terms::default()),
                    );
                assert!(answer.is_ok(), "{answer:?}");
                continue;
            }
            let record = wait(store.records().read(&table, uuid(1), Reach::default()));
            let record = record
                .ok()
                .flatten()
                .unwrap_or_else(|| unreachable!("not there"));
            let number = Value::Integer(record.version);
            let expected = [text(record.version.to_string()), number];
            assert_eq!(record.row.get(1..), Some(&expected[..]));
        }
    });
}
