//! Idempotency keys: a claim is stored with its record, or not at all.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_app::ports::answers::{
    Claim, ClaimId, Fingerprint, KeptAnswer, MakeAnswer, StoredAnswer,
};
use specd_app::ports::records::{Reach, Terms, WriteError};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::name::SpecNumber;
use specd_domain::record::Record;
use specd_domain::rule::Comparison;
use specd_domain::table::{DefaultValue, Table};
use specd_domain::value::Value;

use super::Store;
use super::world::{all, at_once, created, found, row, stored, there, wait};
use crate::sample::{check, column, compare, defaulted, nullable, table, text, time, unique, uuid};

/// When every claim is made that says nothing else.
pub(super) fn noon() -> DateTime<Utc> {
    time("2025-03-01T12:00:00Z")
}

/// When it expires.
pub(super) fn next_noon() -> DateTime<Utc> {
    time("2025-03-02T12:00:00Z")
}

/// The answer of a record.
pub(super) fn answer_of(record: &Record) -> StoredAnswer {
    StoredAnswer {
        status: 201,
        headers: vec![("etag".to_owned(), format!("\"{}\"", record.version))],
        body: body_of(record).into(),
    }
}

fn body_of(record: &Record) -> Vec<u8> {
    let texts = record
        .row
        .iter()
        .map(|value| value.to_text().unwrap_or_default());
    texts.collect::<Vec<_>>().join("\n").into_bytes()
}

/// A claim that says which one it is.
pub(super) fn claim(number: u8) -> Claim {
    Claim {
        id: ClaimId([number; 32]),
        fingerprint: Fingerprint([number.wrapping_add(1); 32]),
        caller: "key:a1".to_owned(),
        spec: SpecNumber(1),
        claimed_at: noon(),
        expires_at: next_noon(),
        answer: Arc::new(answer_of) as MakeAnswer,
    }
}

/// A write with this claim.
pub(super) fn with(claim: Claim) -> Terms {
    Terms {
        claim: Some(claim),
        ..Terms::default()
    }
}

/// What is kept under a number at noon.
pub(super) async fn kept(store: &dyn Store, number: u8) -> Option<KeptAnswer> {
    let answer = store.answers().find(ClaimId([number; 32]), noon()).await;
    answer.unwrap_or_else(|error| unreachable!("not looked up: {error:?}"))
}

/// Notes that are unique, a rank above zero, and a number that the store gives.
pub(super) async fn notes(store: &dyn Store) -> Arc<Table> {
    let note = nullable(column("note", ColumnType::Scalar(ScalarType::Text)));
    let rank = nullable(column("rank", ColumnType::Scalar(ScalarType::Integer)));
    let number = defaulted(
        column("number", ColumnType::Scalar(ScalarType::BigInt)),
        DefaultValue::Sequence,
    );
    let table = unique(table("notes", vec![note, rank, number]), &["note"]);
    let positive = compare("rank", Comparison::Greater, Value::Integer(0));
    created(store, 1, check(table, "rank", positive)).await
}

fn new(table: &Table, id: u64) -> specd_domain::record::Row {
    row(table, id, &[("note", text(format!("note {id}")))])
}

async fn create(store: &dyn Store, table: &Arc<Table>, id: u64, number: u8) -> Record {
    let answer = store
        .records()
        .create(table, new(table, id), with(claim(number)))
        .await;
    answer.unwrap_or_else(|error| unreachable!("not stored: {error:?}"))
}

#[track_caller]
fn assert_claimed<T: std::fmt::Debug>(answer: &Result<T, WriteError>) {
    assert!(matches!(answer, Err(WriteError::Claimed)), "{answer:?}");
}

/// The answer is made of the record as it is stored, the number that the store gave it included.
pub async fn the_answer_is_kept_with_its_record(store: &dyn Store) {
    let table = notes(store).await;
    let record = create(store, &table, 1, 7).await;
    assert_eq!(record.row.last(), Some(&Value::Integer(1)));
    assert_eq!(there(store, &table, 1).await, record);
    let expected = KeptAnswer {
        fingerprint: claim(7).fingerprint,
        answer: answer_of(&record),
    };
    assert_eq!(kept(store, 7).await, Some(expected));
    assert_eq!(kept(store, 8).await, None);
}

/// The answer of a replace shows the record after it, that of a delete the record before it.
pub async fn replaces_and_deletes_keep_their_answers_too(store: &dyn Store) {
    let table = notes(store).await;
    stored(store, &table, 1, &[("number", Value::Integer(9))]).await;
    let next = row(
        &table,
        1,
        &[("note", text("changed")), ("number", Value::Integer(9))],
    );
    let records = store.records();
    let answer = records
        .replace(&table, uuid(1), 1, next, with(claim(1)))
        .await;
    let record = answer.unwrap_or_else(|error| unreachable!("not replaced: {error:?}"));
    assert_eq!(record.version, 2);
    let answer = kept(store, 1).await.map(|kept| kept.answer);
    assert_eq!(answer, Some(answer_of(&record)));
    let answer = records
        .delete(&table, uuid(1), Some(2), with(claim(2)))
        .await;
    assert!(answer.is_ok(), "{answer:?}");
    let answer = kept(store, 2).await.map(|kept| kept.answer);
    assert_eq!(answer, Some(answer_of(&record)));
    assert_eq!(found(store, &table, 1).await, None);
}

/// Whatever else would refuse it.
pub async fn a_claimed_key_writes_nothing(store: &dyn Store) {
    let table = notes(store).await;
    let first = create(store, &table, 1, 7).await;
    let records = store.records();
    for id in [1, 2] {
        let answer = records
            .create(&table, new(&table, id), with(claim(7)))
            .await;
        assert_claimed(&answer);
    }
    for version in [1, 5] {
        let next = row(&table, 1, &[("number", Value::Integer(1))]);
        let answer = records
            .replace(&table, uuid(1), version, next, with(claim(7)))
            .await;
        assert_claimed(&answer);
    }
    for (id, version) in [(1, None), (1, Some(1)), (1, Some(5)), (9, None)] {
        let answer = records
            .delete(&table, uuid(id), version, with(claim(7)))
            .await;
        assert_claimed(&answer);
    }
    let left = all(store, &table, &["id"], &[]).await;
    assert_eq!(left, std::slice::from_ref(&first.row));
    assert_eq!(there(store, &table, 1).await, first);
    let answer = kept(store, 7).await.map(|kept| kept.answer);
    assert_eq!(answer, Some(answer_of(&first)));
}

/// And so the key may be used again for a request that is not refused.
pub async fn a_refused_write_leaves_no_claim(store: &dyn Store) {
    let table = notes(store).await;
    stored(
        store,
        &table,
        1,
        &[("note", text("taken")), ("number", Value::Integer(1))],
    )
    .await;
    stored(store, &table, 2, &[("number", Value::Integer(2))]).await;
    let records = store.records();
    let bad = [
        row(&table, 1, &[("note", text("new"))]),
        row(&table, 3, &[("note", text("taken"))]),
        row(&table, 3, &[("rank", Value::Integer(-1))]),
        row(&table, 3, &[("rank", Value::Integer(1 << 40))]),
    ];
    for row in bad {
        let answer = records.create(&table, row, with(claim(7))).await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(kept(store, 7).await, None);
    }
    let bad = [
        (
            2,
            1,
            row(
                &table,
                2,
                &[("note", text("taken")), ("number", Value::Integer(2))],
            ),
        ),
        (2, 5, row(&table, 2, &[("number", Value::Integer(2))])),
        (9, 1, row(&table, 9, &[("number", Value::Integer(9))])),
    ];
    for (id, version, row) in bad {
        let answer = records
            .replace(&table, uuid(id), version, row, with(claim(7)))
            .await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(kept(store, 7).await, None);
    }
    for (id, version) in [(2, Some(5)), (9, None)] {
        let answer = records
            .delete(&table, uuid(id), version, with(claim(7)))
            .await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(kept(store, 7).await, None);
    }
    let foreign = Terms {
        reach: Reach::OwnedBy("key:b2".into()),
        ..with(claim(7))
    };
    let answer = records.delete(&table, uuid(2), None, foreign).await;
    assert!(matches!(answer, Err(WriteError::NotThere)), "{answer:?}");
    assert_eq!(kept(store, 7).await, None);
    create(store, &table, 3, 7).await;
    assert!(kept(store, 7).await.is_some());
}

/// From the very moment on at which it expires.
pub async fn an_expired_claim_is_taken_over(store: &dyn Store) {
    let table = notes(store).await;
    create(store, &table, 1, 7).await;
    let almost = next_noon() - chrono::TimeDelta::microseconds(1);
    let later = |claimed_at| Claim {
        claimed_at,
        expires_at: time("2025-03-03T12:00:00Z"),
        fingerprint: Fingerprint([200; 32]),
        ..claim(7)
    };
    let records = store.records();
    let early = records
        .create(&table, new(&table, 2), with(later(almost)))
        .await;
    assert_claimed(&early);
    let answer = records
        .create(&table, new(&table, 2), with(later(next_noon())))
        .await;
    let record = answer.unwrap_or_else(|error| unreachable!("not stored: {error:?}"));
    let kept = store
        .answers()
        .find(ClaimId([7; 32]), next_noon())
        .await
        .ok()
        .flatten();
    let expected = KeptAnswer {
        fingerprint: Fingerprint([200; 32]),
        answer: answer_of(&record),
    };
    assert_eq!(kept, Some(expected));
}

/// Its own row alone decides about a write with another key.
pub async fn keys_do_not_meet(store: &dyn Store) {
    let table = notes(store).await;
    for number in 1..=5 {
        create(store, &table, u64::from(number), number).await;
    }
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 5);
}

/// The others are told that the key is claimed, also those that wait while the first is under way.
pub async fn of_fifty_creates_with_one_key_one_is_stored(store: &dyn Store) {
    let table = notes(store).await;
    let answers = at_once(50, |id| {
        wait(
            store
                .records()
                .create(&table, new(&table, id), with(claim(7))),
        )
    });
    let mut stored = Vec::new();
    for answer in answers {
        match answer {
            Ok(record) => stored.push(record),
            error => assert_claimed(&error),
        }
    }
    let rows: Vec<_> = stored.iter().map(|record| record.row.clone()).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(all(store, &table, &["id"], &[]).await, rows);
    let answer = kept(store, 7).await.map(|kept| kept.answer);
    assert_eq!(answer, stored.first().map(answer_of));
}

/// A key that a refused write had for a moment is free for the next.
pub async fn refused_creates_do_not_take_the_key_from_good_ones(store: &dyn Store) {
    let table = notes(store).await;
    let answers = at_once(40, |id| {
        let rank = Value::Integer(if id % 4 == 0 { 1 } else { -1 });
        let new = row(&table, id, &[("rank", rank)]);
        wait(store.records().create(&table, new, with(claim(7))))
    });
    let mut count = 0;
    for (id, answer) in (1_u64..).zip(answers) {
        match answer {
            Ok(_) => count += 1,
            Err(WriteError::CheckBroken { .. }) if id % 4 != 0 => {}
            error => assert_claimed(&error),
        }
    }
    assert_eq!(count, 1);
    assert_eq!(all(store, &table, &["id"], &[]).await.len(), 1);
}

/// So do replaces and deletes.
pub async fn of_twenty_changes_with_one_key_one_is_done(store: &dyn Store) {
    let table = notes(store).await;
    for id in [1, 2] {
        stored(store, &table, id, &[("number", Value::Integer(1))]).await;
    }
    let replaces = at_once(20, |number| {
        let next = row(
            &table,
            1,
            &[
                ("note", text(format!("{number}"))),
                ("number", Value::Integer(1)),
            ],
        );
        let records = store.records();
        wait(records.replace(&table, uuid(1), 1, next, with(claim(1)))).map(|_| ())
    });
    let deletes = at_once(20, |_| {
        wait(
            store
                .records()
                .delete(&table, uuid(2), None, with(claim(2))),
        )
    });
    for answers in [replaces, deletes] {
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for answer in answers.iter().filter(|answer| answer.is_err()) {
            assert_claimed(answer);
        }
    }
    assert_eq!(there(store, &table, 1).await.version, 2);
    assert_eq!(found(store, &table, 2).await, None);
}
