//! The file: several handles on it, crashes, other hands, and files that are none.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use specd_adapter_sqlite::{PrepareError, SqliteSettings, SqliteStore};
use specd_app::ports::answers::{Claim, ClaimId, Fingerprint, StoredAnswer};
use specd_app::ports::records::{Reach, RecordRepository as _, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::compat::Step;
use specd_domain::name::SpecNumber;
use specd_domain::record::Row;
use specd_domain::rule::Comparison;
use specd_domain::table::{DefaultValue, Table};
use specd_domain::value::Value;
use specd_testkit::sample;
use specd_testkit::sample::{check, column, compare, defaulted, nullable, table};
use tempfile::TempDir;

use crate::open;

fn people() -> Table {
    let people = table(
        "people",
        vec![column("age", ColumnType::Scalar(ScalarType::SmallInt))],
    );
    check(
        people,
        "age",
        compare("age", Comparison::Greater, Value::Integer(0)),
    )
}

pub(crate) fn first(table: Table) -> NewRevision {
    NewRevision {
        spec: Arc::new(sample::spec(1, table)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    }
}

pub(crate) async fn created(store: &SqliteStore, table: Table) -> Arc<Table> {
    let revision = store.apply(first(table)).await.unwrap();
    Arc::clone(&revision.spec.table)
}

fn person(number: u64) -> Row {
    vec![sample::uuid(number), Value::Integer(30)]
}

pub(crate) fn claim() -> Claim {
    Claim {
        id: ClaimId([7; 32]),
        fingerprint: Fingerprint([8; 32]),
        caller: "key:a1".to_owned(),
        spec: SpecNumber(1),
        claimed_at: sample::time("2025-03-01T12:00:00Z"),
        expires_at: sample::time("2025-03-02T12:00:00Z"),
        answer: Arc::new(|_| StoredAnswer {
            status: 201,
            headers: Vec::new(),
            body: Vec::new().into(),
        }),
    }
}

pub(crate) fn by_hand(place: &TempDir) -> SqliteConnection {
    let path = place.path().join("specd.db");
    SqliteConnection::establish(path.to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn two_handles_write_to_one_file_at_once_and_none_is_refused() {
    let place = TempDir::new().unwrap();
    let (one, other) = (open(&place), open(&place));
    let people = created(&one, people()).await;
    // Work is queued when it is asked for, not when it is awaited.
    let answers: Vec<_> = (0..200)
        .map(|number| {
            let store = if number % 2 == 0 { &one } else { &other };
            store.create(&people, person(number), Terms::default())
        })
        .collect();
    for answer in answers {
        answer.await.unwrap();
    }
    for number in 0..200 {
        let found = other
            .read(&people, sample::uuid(number), Reach::default())
            .await
            .unwrap();
        assert!(found.is_some(), "{number}");
    }
}

#[tokio::test]
async fn many_handles_may_open_a_new_file_at_once() {
    let place = Arc::new(TempDir::new().unwrap());
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let place = Arc::clone(&place);
            std::thread::spawn(move || open(&place))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[tokio::test]
async fn a_write_waits_for_a_lock_of_another_process() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let people = created(&store, people()).await;
    let mut other = by_hand(&place);
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let waiting = store.create(&people, person(1), Terms::default());
    // Reads go on meanwhile.
    let found = store
        .read(&people, sample::uuid(1), Reach::default())
        .await
        .unwrap();
    assert_eq!(found, None);
    other.batch_execute("COMMIT").unwrap();
    waiting.await.unwrap();
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let people = created(&store, people()).await;
    for number in 0..20 {
        store
            .create(&people, person(number), Terms::default())
            .await
            .unwrap();
    }
    // What a kill would leave: the files as they are now, the log not yet written back.
    let after = TempDir::new().unwrap();
    for name in ["specd.db", "specd.db-wal"] {
        std::fs::copy(place.path().join(name), after.path().join(name)).unwrap();
    }
    let survivor = open(&after);
    for number in 0..20 {
        let found = survivor
            .read(&people, sample::uuid(number), Reach::default())
            .await
            .unwrap();
        assert!(found.is_some(), "{number}");
    }
}

#[tokio::test]
async fn checks_and_ranges_hold_for_rows_written_by_hand() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    created(&store, people()).await;
    let mut other = by_hand(&place);
    let mut refused = |values: &str| {
        let statement = format!("INSERT INTO people (id, age) VALUES ({values})");
        other.batch_execute(&statement).unwrap_err().to_string()
    };
    assert_eq!(refused("'a', 0"), "specd check people_age_check");
    assert_eq!(refused("'a', 40000"), "specd range age");
    assert!(refused("'a', 'old'").contains("cannot store TEXT value"));
    assert!(refused("NULL, 1").contains("NOT NULL constraint failed"));
    other
        .batch_execute("INSERT INTO people (id, age) VALUES ('a', 1)")
        .unwrap();
}

#[tokio::test]
async fn a_number_is_not_given_twice_although_its_row_was_refused() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let id = column("id", ColumnType::Scalar(ScalarType::BigInt));
    let name = nullable(column("name", ColumnType::Scalar(ScalarType::Text)));
    let mut things = table("things", vec![name]);
    if let Some(key) = things.columns.first_mut() {
        *key = defaulted(id, DefaultValue::Sequence);
    }
    let things = created(&store, things).await;
    // Somebody sends the number that would be next: the sequence is not behind it.
    let sent = vec![Value::Integer(1), Value::Null];
    store.create(&things, sent, Terms::default()).await.unwrap();
    // So it is where an idempotency key is claimed, and the key is not.
    let next = || {
        store.create(
            &things,
            vec![Value::Null, Value::Null],
            Terms {
                claim: Some(claim()),
                ..Terms::default()
            },
        )
    };
    let refused = next().await;
    assert!(
        matches!(refused, Err(WriteError::AlreadyThere { .. })),
        "{refused:?}"
    );
    assert_eq!(next().await.unwrap().row.first(), Some(&Value::Integer(2)));
    let claimed = next().await;
    assert!(matches!(claimed, Err(WriteError::Claimed)), "{claimed:?}");
}

#[test]
fn a_place_that_cannot_be_a_database_is_refused_in_words() {
    let place = TempDir::new().unwrap();
    let open = |path: std::path::PathBuf| {
        SqliteStore::open(path, SqliteSettings::default())
            .map(|_| ())
            .unwrap_err()
    };
    let error = open(place.path().join("missing/specd.db"));
    assert!(matches!(error, PrepareError::Refused(_)), "{error}");
    assert!(error.to_string().contains("missing/specd.db"), "{error}");
    let text = place.path().join("notes.txt");
    std::fs::write(
        &text,
        "no database, but quite a few bytes of something else".repeat(40),
    )
    .unwrap();
    let error = open(text);
    assert!(error.to_string().contains("not a database"), "{error}");
    assert!(matches!(open(":memory:".into()), PrepareError::Address(_)));
}

#[tokio::test]
async fn rows_that_are_there_get_what_a_new_column_begins_with() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let people = created(&store, people()).await;
    for number in 1..=3 {
        store
            .create(&people, person(number), Terms::default())
            .await
            .unwrap();
    }
    let new = |name, scalar, default| defaulted(column(name, ColumnType::Scalar(scalar)), default);
    let mut next = Table::clone(&people);
    next.columns.extend([
        new("ticket", ScalarType::BigInt, DefaultValue::Sequence),
        new("token", ScalarType::Uuid, DefaultValue::RandomUuid),
        new("event", ScalarType::Uuid, DefaultValue::TimeUuid),
        new("born", ScalarType::Date, DefaultValue::Now),
        new("seen", ScalarType::TimestampTz, DefaultValue::Now),
    ]);
    let added = ["ticket", "token", "event", "born", "seen"];
    let revision = NewRevision {
        follows: Some(1),
        change: SchemaChange::Alter(
            added
                .map(|name| Step::AddColumn(sample::column_name(name)))
                .to_vec(),
        ),
        ..first(next)
    };
    let revision = store.apply(revision).await.unwrap();
    let mut events = std::collections::BTreeSet::new();
    for number in 1..=3 {
        let record = store
            .read(&revision.spec.table, sample::uuid(number), Reach::default())
            .await;
        let row = record.unwrap().unwrap().row;
        let value = |name| row.get(revision.spec.table.column(name).unwrap().0);
        let Some(Value::Integer(1..=3)) = value("ticket") else {
            unreachable!("{row:?}");
        };
        let (Some(Value::Uuid(token)), Some(Value::Uuid(event))) = (value("token"), value("event"))
        else {
            unreachable!("{row:?}");
        };
        assert_eq!((token.get_version_num(), event.get_version_num()), (4, 7));
        assert_eq!(token.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(event.get_variant(), uuid::Variant::RFC4122);
        assert!(events.insert(*event), "{event}");
        assert!(matches!(value("born"), Some(Value::Date(_))), "{row:?}");
        assert!(
            matches!(value("seen"), Some(Value::Timestamp(_))),
            "{row:?}"
        );
    }
    let mut fourth = person(4);
    fourth.extend([
        Value::Null,
        sample::uuid(1),
        sample::uuid(1),
        Value::Date(sample::day(2025, 3, 1)),
        Value::Timestamp(sample::time("2025-03-01T12:00:00Z")),
    ]);
    let fourth = store
        .create(&revision.spec.table, fourth, Terms::default())
        .await
        .unwrap();
    assert!(fourth.row.contains(&Value::Integer(4)), "{fourth:?}");
}
