//! Writes of several statements: two servers with one key, connections that are cut in the middle, conflicts, turns.

use std::sync::Arc;
use std::thread::{ScopedJoinHandle, scope};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use specd_adapter_postgres::{PostgresSettings, PostgresStore};
use specd_app::ports::answers::{AnswerRepository as _, Claim, ClaimId, Fingerprint, StoredAnswer};
use specd_app::ports::records::{Reach, RecordRepository as _, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::name::SpecNumber;
use specd_domain::record::Row;
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_testkit::postgres::{Database, database};
use specd_testkit::sample::{self, column, table};

use crate::{SETTINGS, prepared, wait_for};

pub(crate) fn things(store: &PostgresStore) -> Arc<Table> {
    let size = column("size", ColumnType::Scalar(ScalarType::Integer));
    let new = NewRevision {
        spec: Arc::new(sample::spec(1, table("things", vec![size]))),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let revision = wait_for(store.apply(new)).unwrap();
    Arc::clone(&revision.spec.table)
}

pub(crate) fn thing(id: u64, size: i64) -> Row {
    vec![sample::uuid(id), Value::Integer(size)]
}

pub(crate) fn keyed() -> Terms {
    let claim = Claim {
        id: ClaimId([7; 32]),
        fingerprint: Fingerprint([8; 32]),
        caller: "key:a1".to_owned(),
        spec: SpecNumber(1),
        claimed_at: sample::time("2025-03-01T12:00:00Z"),
        expires_at: sample::time("2025-03-02T12:00:00Z"),
        answer: Arc::new(|record| StoredAnswer {
            status: 200,
            headers: Vec::new(),
            body: record.version.to_string().into_bytes().into(),
        }),
    };
    Terms {
        claim: Some(claim),
        ..Terms::default()
    }
}

fn is_kept(store: &PostgresStore) -> bool {
    let now = sample::time("2025-03-01T12:00:00Z");
    wait_for(store.find(ClaimId([7; 32]), now))
        .unwrap()
        .is_some()
}

fn version(store: &PostgresStore, table: &Arc<Table>, id: u64) -> Option<i64> {
    let record = wait_for(store.read(table, sample::uuid(id), Reach::default()));
    record.unwrap().map(|record| record.version)
}

/// A database, a store on it, its table, and one record.
fn world() -> (Database, PostgresStore, Arc<Table>) {
    let database = database().unwrap();
    let store = prepared(database.url());
    let table = things(&store);
    wait_for(store.create(&table, thing(1, 1), Terms::default())).unwrap();
    (database, store, table)
}

pub(crate) fn by_hand(database: &Database, sql: &str) -> PgConnection {
    let mut connection = PgConnection::establish(database.url()).unwrap();
    connection.batch_execute(sql).unwrap();
    connection
}

/// Until a write of the store waits for a lock.
fn until_it_waits(database: &Database, work: &ScopedJoinHandle<'_, Result<(), WriteError>>) {
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while database.query(WAITING).unwrap() == "0" {
        assert!(!work.is_finished(), "it did not wait");
    }
}

fn cut_what_waits(database: &Database) {
    let cut = database.query(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    assert_eq!(cut.unwrap(), "1");
}

/// Each kind of write with the same key, to the record that is there or to a new one.
fn write(store: &PostgresStore, table: &Arc<Table>, kind: &str) -> Result<(), WriteError> {
    let done = |_| ();
    match kind {
        "create" => wait_for(store.create(table, thing(2, 2), keyed())).map(done),
        "replace" => {
            wait_for(store.replace(table, sample::uuid(1), 1, thing(1, 2), keyed())).map(done)
        }
        _ => wait_for(store.delete(table, sample::uuid(1), Some(1), keyed())),
    }
}

const KINDS: [&str; 3] = ["create", "replace", "delete"];

const CLAIM_ELSEWHERE: &str = "BEGIN; INSERT INTO specd_answers \
    VALUES (decode(repeat('07', 32), 'hex'), decode(repeat('08', 32), 'hex'), 'key:a1', 1, NULL, 200, '', '', '2025-03-01Z', '2025-03-02T12:00Z')";

#[test]
fn of_fifty_creates_with_one_key_on_two_servers_one_is_stored() {
    let (database, one, table) = world();
    let other = prepared(database.url());
    let answers: Vec<_> = scope(|scope| {
        let threads: Vec<_> = (0..50_u64)
            .map(|number| {
                let store = if number % 2 == 0 { &one } else { &other };
                let table = &table;
                scope.spawn(move || wait_for(store.create(table, thing(10 + number, 1), keyed())))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    let claimed = answers
        .iter()
        .filter(|answer| matches!(answer, Err(WriteError::Claimed)))
        .count();
    assert_eq!((stored, claimed), (1, 49), "{answers:?}");
    assert_eq!(database.query("SELECT count(*) FROM things").unwrap(), "2");
    assert_eq!(
        database
            .query("SELECT count(*) FROM specd_answers")
            .unwrap(),
        "1"
    );
}

#[test]
fn a_key_that_another_server_is_about_to_claim_is_waited_for() {
    for kind in KINDS {
        for (end, is_claimed) in [("COMMIT", true), ("ROLLBACK", false)] {
            let (database, store, table) = world();
            let mut other = by_hand(&database, CLAIM_ELSEWHERE);
            let answer = scope(|scope| {
                let work = scope.spawn(|| write(&store, &table, kind));
                until_it_waits(&database, &work);
                other.batch_execute(end).unwrap();
                work.join().unwrap()
            });
            if is_claimed {
                assert!(
                    matches!(answer, Err(WriteError::Claimed)),
                    "{kind}: {answer:?}"
                );
            } else {
                assert!(answer.is_ok(), "{kind}: {answer:?}");
            }
            let is_as_before =
                version(&store, &table, 1) == Some(1) && version(&store, &table, 2).is_none();
            assert_eq!(is_as_before, is_claimed, "{kind}");
            assert!(is_kept(&store), "{kind}");
        }
    }
}

#[test]
fn a_connection_that_is_cut_before_the_commit_costs_nothing() {
    let (database, store, table) = world();
    let mut other = by_hand(&database, CLAIM_ELSEWHERE);
    let answer = scope(|scope| {
        let work = scope.spawn(|| write(&store, &table, "replace"));
        until_it_waits(&database, &work);
        cut_what_waits(&database);
        // It is tried once more, on another connection.
        until_it_waits(&database, &work);
        other.batch_execute("ROLLBACK").unwrap();
        work.join().unwrap()
    });
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(version(&store, &table, 1), Some(2));
    assert!(is_kept(&store));
}

#[test]
fn a_second_cut_says_that_nothing_was_written() {
    let (database, store, table) = world();
    let _other = by_hand(&database, CLAIM_ELSEWHERE);
    let answer = scope(|scope| {
        let work = scope.spawn(|| write(&store, &table, "replace"));
        for _ in 0..2 {
            until_it_waits(&database, &work);
            cut_what_waits(&database);
        }
        work.join().unwrap()
    });
    assert!(
        matches!(answer, Err(WriteError::Store(StoreError::Unavailable(_)))),
        "{answer:?}"
    );
    assert_eq!(version(&store, &table, 1), Some(1));
}

/// Runs `body` once for each write of a thing, at its commit.
pub(crate) fn at_commit(database: &Database, body: &str) {
    by_hand(
        database,
        &format!(
            "CREATE SEQUENCE tries; \
             CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$; \
             CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE ON things \
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()"
        ),
    );
}

#[test]
fn a_commit_that_loses_its_connection_has_an_unknown_outcome() {
    let (database, store, table) = world();
    at_commit(&database, "PERFORM pg_advisory_xact_lock(42);");
    let _other = by_hand(&database, "SELECT pg_advisory_lock(42)");
    let answer = scope(|scope| {
        let work = scope.spawn(|| write(&store, &table, "replace"));
        until_it_waits(&database, &work);
        cut_what_waits(&database);
        work.join().unwrap()
    });
    assert!(
        matches!(
            answer,
            Err(WriteError::Store(StoreError::OutcomeUnknown(_)))
        ),
        "{answer:?}"
    );
    // Whatever it was, the record and its claim share it.
    assert_eq!(version(&store, &table, 1), Some(1));
    assert!(!is_kept(&store));
}

#[test]
fn a_conflict_is_resolved_by_doing_all_of_it_again() {
    for code in ["40001", "40P01"] {
        let (database, store, table) = world();
        // diesel tells the second one by its message alone.
        let conflict = format!(
            "IF nextval('tries') < 3 THEN RAISE 'deadlock detected' USING ERRCODE = '{code}'; END IF;"
        );
        at_commit(&database, &conflict);
        let answer = write(&store, &table, "replace");
        assert!(answer.is_ok(), "{answer:?}");
        assert_eq!(version(&store, &table, 1), Some(2));
        assert!(is_kept(&store));
        assert_eq!(database.query("SELECT last_value FROM tries").unwrap(), "3");
    }
}

#[test]
fn a_conflict_without_an_end_leaves_nothing_behind() {
    let (database, store, table) = world();
    at_commit(&database, "RAISE 'no way' USING ERRCODE = '40001';");
    for kind in ["create", "replace"] {
        let answer = write(&store, &table, kind);
        assert!(
            matches!(answer, Err(WriteError::Store(StoreError::Unavailable(_)))),
            "{kind}: {answer:?}"
        );
        assert_eq!(version(&store, &table, 1), Some(1));
        assert_eq!(version(&store, &table, 2), None);
        assert!(!is_kept(&store));
    }
    // The connections are in no transaction any more.
    let idle = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    assert_eq!(database.query(idle).unwrap(), "0");
}

#[test]
fn a_prepared_store_has_its_connections() {
    let database = database().unwrap();
    let _store = prepared(database.url());
    let there = database.query(
        "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'specd'",
    );
    let there: u8 = there.unwrap().parse().unwrap();
    assert!(there >= SETTINGS.readers + SETTINGS.writers, "{there}");
}

#[test]
fn a_write_that_did_not_get_its_turn_is_not_begun() {
    let database = database().unwrap();
    let settings = PostgresSettings {
        writers: 1,
        queue_wait_ms: 50,
        ..SETTINGS
    };
    let store = PostgresStore::connect(database.url(), settings).unwrap();
    wait_for(store.prepare()).unwrap();
    let table = things(&store);
    let mut other = by_hand(
        &database,
        "BEGIN; LOCK TABLE things IN ACCESS EXCLUSIVE MODE",
    );
    let (first, second) = scope(|scope| {
        let create = |id| wait_for(store.create(&table, thing(id, 1), Terms::default()));
        let first = scope.spawn(move || create(1).map(|_| ()));
        until_it_waits(&database, &first);
        let second = create(2);
        other.batch_execute("ROLLBACK").unwrap();
        (first.join().unwrap(), second)
    });
    assert!(first.is_ok(), "{first:?}");
    assert!(
        matches!(second, Err(WriteError::Store(StoreError::Unavailable(_)))),
        "{second:?}"
    );
    assert_eq!(version(&store, &table, 1), Some(1));
    assert_eq!(version(&store, &table, 2), None);
}
