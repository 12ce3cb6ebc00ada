//! Groups: writes that wait together share a commit, and nothing else.

use std::path::Path;
use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_app::ports::answers::{AnswerRepository as _, Claim, ClaimId};
use specd_app::ports::records::{Reach, RecordRepository as _, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::compat::Step;
use specd_domain::record::Row;
use specd_domain::rule::Comparison;
use specd_domain::table::{DefaultValue, OnDelete, Table};
use specd_domain::value::Value;
use specd_testkit::sample::{
    self, check, column, compare, defaulted, nullable, reference, table, unique,
};
use tempfile::TempDir;

use crate::file::{claim, created};
use crate::{open, settings};

/// Notes with a unique text, a positive rank, a note that they answer, and a number.
fn notes() -> Table {
    let scalar = |name, scalar| nullable(column(name, ColumnType::Scalar(scalar)));
    let number = column("number", ColumnType::Scalar(ScalarType::BigInt));
    let columns = vec![
        scalar("note", ScalarType::Text),
        scalar("rank", ScalarType::Integer),
        scalar("answers", ScalarType::Uuid),
        defaulted(number, DefaultValue::Sequence),
    ];
    let notes = unique(table("notes", columns), &["note"]);
    let notes = reference(notes, "answers", "notes", OnDelete::Refuse);
    let positive = compare("rank", Comparison::Greater, Value::Integer(0));
    check(notes, "rank", positive)
}

fn note(id: u64, text: &str) -> Row {
    vec![
        sample::uuid(id),
        sample::text(text),
        Value::Integer(1),
        Value::Null,
        Value::Integer(1000 + i64::try_from(id).unwrap()),
    ]
}

fn with(mut row: Row, position: usize, value: Value) -> Row {
    *row.get_mut(position).unwrap() = value;
    row
}

fn claimed(number: u8) -> Terms {
    let claim = Claim {
        id: ClaimId([number; 32]),
        ..claim()
    };
    Terms {
        claim: Some(claim),
        ..Terms::default()
    }
}

/// Another process that keeps every write waiting until it is dropped.
struct Locked(SqliteConnection);

impl Locked {
    fn new(place: &TempDir) -> Self {
        let path = place.path().join("specd.db");
        let mut other = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        other.batch_execute("BEGIN IMMEDIATE").unwrap();
        Self(other)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        self.0.batch_execute("COMMIT").unwrap();
    }
}

async fn is_there(store: &SqliteStore, table: &Arc<Table>, id: u64) -> bool {
    let found = store.read(table, sample::uuid(id), Reach::default()).await;
    found.unwrap().is_some()
}

/// How many commits stand in the log.
fn commits(place: &Path) -> usize {
    const HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let log = std::fs::read(place.join("specd.db-wal")).unwrap();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap());
    let salts = &log[16..24];
    log[HEADER..]
        .chunks(FRAME_HEADER + usize::try_from(page).unwrap())
        .filter(|frame| &frame[8..16] == salts && frame[4..8] != [0; 4])
        .count()
}

async fn commits_of_a_burst(is_batching: bool) -> usize {
    let place = TempDir::new().unwrap();
    let settings = SqliteSettings {
        is_batching,
        ..settings()
    };
    let store = SqliteStore::open(place.path().join("specd.db"), settings).unwrap();
    let notes = created(&store, notes()).await;
    let before = commits(place.path());
    let locked = Locked::new(&place);
    let answers: Vec<_> = (0..100)
        .map(|id| store.create(&notes, note(id, &id.to_string()), Terms::default()))
        .collect();
    drop(locked);
    for answer in answers {
        answer.await.unwrap();
    }
    commits(place.path()) - before
}

#[tokio::test]
async fn writes_that_wait_share_a_commit() {
    // The first may have been taken before the others came.
    let commits = commits_of_a_burst(true).await;
    assert!(commits <= 2, "{commits}");
}

#[tokio::test]
async fn without_batching_each_write_has_its_own_commit() {
    assert_eq!(commits_of_a_burst(false).await, 100);
}

#[tokio::test]
async fn each_refused_row_of_a_burst_is_told_why_and_the_others_are_stored() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let notes = created(&store, notes()).await;
    let create = |id, text: &str| store.create(&notes, note(id, text), Terms::default());
    let locked = Locked::new(&place);
    let good: Vec<_> = (0..40).map(|id| create(id, &id.to_string())).collect();
    let same_text = create(100, "7");
    let same_key = create(7, "other");
    let late = store.create(
        &notes,
        with(note(101, "late"), 2, Value::Integer(0)),
        Terms::default(),
    );
    let lost = with(note(102, "lost"), 3, sample::uuid(999));
    let lost = store.create(&notes, lost, claimed(1));
    let same_text_claimed = store.create(&notes, note(103, "7"), claimed(2));
    let first = store.create(&notes, note(104, "first"), claimed(3));
    let second = store.create(&notes, note(105, "second"), claimed(3));
    let answer = with(note(106, "answer"), 3, sample::uuid(7));
    let answer = store.create(&notes, answer, Terms::default());
    let stale = store.replace(&notes, sample::uuid(8), 5, note(8, "stale"), claimed(4));
    let replaced = store.replace(&notes, sample::uuid(8), 1, note(8, "new"), claimed(5));
    let kept = store.delete(&notes, sample::uuid(7), None, claimed(6));
    let deleted = store.delete(&notes, sample::uuid(9), Some(1), Terms::default());
    let again = create(107, "9");
    drop(locked);
    for answer in good {
        answer.await.unwrap();
    }
    let is_taken =
        |said: &Result<_, WriteError>| matches!(said, Err(WriteError::AlreadyThere { .. }));
    for refused in [same_text, same_key, same_text_claimed] {
        let said = refused.await;
        assert!(is_taken(&said), "{said:?}");
    }
    let late = late.await;
    assert!(
        matches!(late, Err(WriteError::CheckBroken { .. })),
        "{late:?}"
    );
    let lost = lost.await;
    assert!(
        matches!(lost, Err(WriteError::MissingReference { .. })),
        "{lost:?}"
    );
    first.await.unwrap();
    let second = second.await;
    assert!(matches!(second, Err(WriteError::Claimed)), "{second:?}");
    answer.await.unwrap();
    let stale = stale.await;
    assert!(
        matches!(stale, Err(WriteError::Stale { current: 1 })),
        "{stale:?}"
    );
    assert_eq!(replaced.await.unwrap().version, 2);
    let kept = kept.await;
    assert!(
        matches!(kept, Err(WriteError::StillReferenced { .. })),
        "{kept:?}"
    );
    deleted.await.unwrap();
    again.await.unwrap();
    for id in (0..=40).chain(100..=107) {
        let wanted = matches!(id, 0..=8 | 10..=39 | 104 | 106 | 107);
        assert_eq!(is_there(&store, &notes, id).await, wanted, "{id}");
    }
    for (number, wanted) in [
        (1, false),
        (2, false),
        (3, true),
        (4, false),
        (5, true),
        (6, false),
    ] {
        let now = sample::time("2025-03-01T13:00:00Z");
        let kept = store.find(ClaimId([number; 32]), now).await.unwrap();
        assert_eq!(kept.is_some(), wanted, "{number}");
    }
}

#[tokio::test]
async fn a_rehearsal_among_others_leaves_nothing() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let notes = created(&store, notes()).await;
    let rehearsed = || Terms {
        is_rehearsal: true,
        ..claimed(1)
    };
    let create = |id, text: &str, terms| store.create(&notes, note(id, text), terms);
    create(1, "there", Terms::default()).await.unwrap();
    let locked = Locked::new(&place);
    let before = create(2, "before", Terms::default());
    let rehearsal = create(3, "rehearsed", rehearsed());
    let refused = create(4, "before", rehearsed());
    let replaced = store.replace(&notes, sample::uuid(1), 1, note(1, "new"), rehearsed());
    let deleted = store.delete(&notes, sample::uuid(1), None, rehearsed());
    let after = create(5, "rehearsed", Terms::default());
    drop(locked);
    before.await.unwrap();
    assert_eq!(rehearsal.await.unwrap().version, 1);
    let refused = refused.await;
    assert!(
        matches!(refused, Err(WriteError::AlreadyThere { .. })),
        "{refused:?}"
    );
    assert_eq!(replaced.await.unwrap().version, 2);
    deleted.await.unwrap();
    after.await.unwrap();
    let there = store.read(&notes, sample::uuid(1), Reach::default()).await;
    let there = there.unwrap().unwrap();
    assert_eq!((there.version, there.row), (1, note(1, "there")));
    for (id, wanted) in [(2, true), (3, false), (4, false), (5, true)] {
        assert_eq!(is_there(&store, &notes, id).await, wanted, "{id}");
    }
}

#[tokio::test]
async fn a_number_stays_reserved_although_its_row_is_refused_in_a_burst() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let notes = created(&store, notes()).await;
    let create = |id, text: &str, terms| {
        let row = with(note(id, text), 4, Value::Null);
        store.create(&notes, row, terms)
    };
    let locked = Locked::new(&place);
    let one = create(1, "one", Terms::default());
    let refused = create(2, "one", claimed(1));
    let three = create(3, "three", Terms::default());
    let rehearsal = Terms {
        is_rehearsal: true,
        ..Terms::default()
    };
    let rehearsed = create(4, "rehearsed", rehearsal);
    let four = create(5, "four", claimed(2));
    drop(locked);
    let number = |record: specd_domain::record::Record| record.row.get(4).cloned();
    assert_eq!(number(one.await.unwrap()), Some(Value::Integer(1)));
    let refused = refused.await;
    assert!(
        matches!(refused, Err(WriteError::AlreadyThere { .. })),
        "{refused:?}"
    );
    assert_eq!(number(three.await.unwrap()), Some(Value::Integer(3)));
    rehearsed.await.unwrap();
    assert_eq!(number(four.await.unwrap()), Some(Value::Integer(4)));
}

#[tokio::test]
async fn a_table_may_change_while_writes_wait() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let notes = created(&store, notes()).await;
    let mut next = Table::clone(&notes);
    let mark = column("mark", ColumnType::Scalar(ScalarType::Integer));
    next.columns.push(nullable(mark));
    let next = Arc::new(next);
    let revision = NewRevision {
        spec: Arc::new(sample::spec(1, Table::clone(&next))),
        digest: "1".repeat(64),
        follows: Some(1),
        change: SchemaChange::Alter(vec![Step::AddColumn(sample::column_name("mark"))]),
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let locked = Locked::new(&place);
    let before: Vec<_> = (0..10)
        .map(|id| store.create(&notes, note(id, &id.to_string()), Terms::default()))
        .collect();
    let applied = store.apply(revision);
    let after: Vec<_> = (10..20)
        .map(|id| {
            let mut row = note(id, &id.to_string());
            row.push(Value::Integer(1));
            store.create(&next, row, Terms::default())
        })
        .collect();
    drop(locked);
    for answer in before {
        answer.await.unwrap();
    }
    applied.await.unwrap();
    for answer in after {
        answer.await.unwrap();
    }
    for id in 0..20 {
        assert!(is_there(&store, &next, id).await, "{id}");
    }
}
