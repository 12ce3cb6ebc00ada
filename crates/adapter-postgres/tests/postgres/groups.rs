//! Writes that share a statement and its commit: each has the answer that it would have alone.

use std::sync::Arc;

use specd_adapter_postgres::PostgresStore;
use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, RecordRepository as _, Terms, WriteError};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::record::{Record, Row};
use specd_domain::rule::Comparison;
use specd_domain::table::{DefaultValue, OnDelete, Table};
use specd_domain::value::Value;
use specd_testkit::order::same_row;
use specd_testkit::postgres::{Database, database};
use specd_testkit::sample::everything::everything;
use specd_testkit::sample::values::edges;
use specd_testkit::sample::{
    self, check, column, compare, defaulted, nullable, reference, table, unique,
};

use crate::transactions::{by_hand, keyed, thing, things};
use crate::{prepared, wait_for};

mod lost;

pub(crate) type Stored<'a> = Answer<'a, Result<Record, WriteError>>;

/// The first goes alone and keeps the writer busy; what follows waits for it and is a group.
pub(crate) fn burst<'a>(
    store: &'a PostgresStore,
    table: &Arc<Table>,
    rows: impl IntoIterator<Item = (Row, Terms)>,
) -> Vec<Stored<'a>> {
    let create = |(row, terms)| store.create(table, row, terms);
    rows.into_iter().map(create).collect()
}

pub(crate) fn plain(row: Row) -> (Row, Terms) {
    (row, Terms::default())
}

pub(crate) fn applied(store: &PostgresStore, number: u16, table: Table) -> Arc<Table> {
    let new = NewRevision {
        spec: Arc::new(sample::spec(number, table)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    let revision = wait_for(store.apply(new)).unwrap();
    Arc::clone(&revision.spec.table)
}

fn world() -> (Database, PostgresStore, Arc<Table>) {
    let database = database().unwrap();
    let store = prepared(database.url());
    let table = things(&store);
    (database, store, table)
}

fn count(database: &Database, table: &str) -> String {
    database
        .query(&format!("SELECT count(*) FROM {table}"))
        .unwrap()
}

#[test]
fn writes_of_every_kind_to_several_tables_are_done_together() {
    let (database, store, things) = world();
    let size = column("size", ColumnType::Scalar(ScalarType::Integer));
    let others = applied(&store, 2, table("others", vec![size]));
    for table in [&things, &others] {
        for answer in burst(&store, table, (0..60).map(|id| plain(thing(id, 1)))) {
            assert_eq!(wait_for(answer).unwrap().version, 1);
        }
    }
    let (mut puts, mut deletes) = (Vec::new(), Vec::new());
    for id in 0..60 {
        for table in [&things, &others] {
            puts.push((
                id + 100,
                1,
                store.create(table, thing(id + 100, 3), Terms::default()),
            ));
            if id % 2 == 0 {
                let next =
                    store.replace(table, sample::uuid(id), 1, thing(id, 2), Terms::default());
                puts.push((id, 2, next));
            } else {
                deletes.push(store.delete(table, sample::uuid(id), Some(1), Terms::default()));
            }
        }
    }
    for (id, version, answer) in puts {
        let record = wait_for(answer).unwrap();
        assert_eq!(
            (record.row.first(), record.version),
            (Some(&sample::uuid(id)), version)
        );
    }
    for answer in deletes {
        wait_for(answer).unwrap();
    }
    for table in ["things", "others"] {
        let kinds = database.query(&format!(
            "SELECT size, specd_version, count(*) FROM {table} GROUP BY 1, 2 ORDER BY 1"
        ));
        assert_eq!(kinds.unwrap(), "2|2|30\n3|1|60");
    }
}

#[test]
fn many_at_once_are_few_commits() {
    let (database, store, table) = world();
    let commits = || {
        let commits =
            "SELECT pg_stat_force_next_flush(); SELECT count(DISTINCT xmin::text) FROM things";
        database
            .query(commits)
            .unwrap()
            .lines()
            .last()
            .unwrap_or_default()
            .parse::<u32>()
            .unwrap()
    };
    for answer in burst(&store, &table, (0..1000).map(|id| plain(thing(id, 1)))) {
        wait_for(answer).unwrap();
    }
    assert!(commits() < 500, "{}", commits());
}

/// A parent that is there, a unique code, a number that is checked by the database.
fn strict(store: &PostgresStore) -> Arc<Table> {
    let scalar = ColumnType::Scalar;
    let columns = vec![
        column("code", scalar(ScalarType::Text)),
        nullable(column("parent", scalar(ScalarType::Uuid))),
        column("number", scalar(ScalarType::Integer)),
    ];
    let strict = unique(table("strict", columns), &["code"]);
    let strict = reference(strict, "parent", "things", OnDelete::Refuse);
    let positive = compare("number", Comparison::Greater, Value::Integer(0));
    applied(store, 2, check(strict, "number", positive))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Poison {
    Code,
    Parent,
    Number,
}

fn poisoned(id: u64, poison: Option<Poison>) -> Row {
    let code = if poison == Some(Poison::Code) {
        "taken".to_owned()
    } else {
        format!("code {id}")
    };
    let parent = if poison == Some(Poison::Parent) {
        sample::uuid(77)
    } else {
        sample::uuid(1)
    };
    let number = if poison == Some(Poison::Number) { 0 } else { 5 };
    vec![
        sample::uuid(id),
        sample::text(code),
        parent,
        Value::Integer(number),
    ]
}

fn is_told(answer: &Result<Record, WriteError>, poison: Option<Poison>) -> bool {
    match (answer, poison) {
        (Ok(_), None) => true,
        (Err(WriteError::AlreadyThere { constraint, .. }), Some(Poison::Code)) => {
            *constraint == *"strict_code_key"
        }
        (Err(WriteError::MissingReference { constraint, .. }), Some(Poison::Parent)) => {
            *constraint == *"strict_parent_fkey"
        }
        (Err(WriteError::CheckBroken { constraint }), Some(Poison::Number)) => {
            *constraint == *"strict_number_check"
        }
        _ => false,
    }
}

#[track_caller]
fn poison_hurts_nobody_else(poisons: impl Fn(u64) -> Option<Poison>) {
    let (database, store, things) = world();
    wait_for(store.create(&things, thing(1, 1), Terms::default())).unwrap();
    let strict = strict(&store);
    wait_for(store.create(
        &strict,
        poisoned(9999, Some(Poison::Code)),
        Terms::default(),
    ))
    .unwrap();
    let rows = (0..200).map(|id| plain(poisoned(id, poisons(id))));
    let (mut good, mut elsewhere) = (0, Vec::new());
    let answers = burst(&store, &strict, rows);
    elsewhere.extend(burst(
        &store,
        &things,
        (100..150).map(|id| plain(thing(id, 1))),
    ));
    for (id, answer) in (0..200).zip(answers) {
        let answer = wait_for(answer);
        assert!(is_told(&answer, poisons(id)), "{id}: {answer:?}");
        good += u32::from(answer.is_ok());
    }
    for answer in elsewhere {
        wait_for(answer).unwrap();
    }
    assert_eq!(count(&database, "strict"), (good + 1).to_string());
}

#[test]
fn one_refused_row_is_told_why_and_the_others_are_stored() {
    for poison in [Poison::Code, Poison::Parent, Poison::Number] {
        poison_hurts_nobody_else(|id| (id == 137).then_some(poison));
    }
}

#[test]
fn rows_that_are_refused_for_different_reasons_are_each_told_their_own() {
    poison_hurts_nobody_else(|id| match id % 17 {
        3 => Some(Poison::Code),
        7 => Some(Poison::Parent),
        11 => Some(Poison::Number),
        _ => None,
    });
}

#[test]
fn where_most_are_refused_the_rest_is_stored() {
    poison_hurts_nobody_else(|id| (id % 5 > 0).then_some(Poison::Number));
}

#[test]
fn writes_of_one_record_follow_each_other() {
    let (database, store, table) = world();
    let busy = burst(&store, &table, (100..110).map(|id| plain(thing(id, 1))));
    let terms = Terms::default;
    let created = store.create(&table, thing(1, 1), terms());
    let again = store.create(&table, thing(1, 9), terms());
    let replaced = store.replace(&table, sample::uuid(1), 1, thing(1, 2), terms());
    let stale = store.replace(&table, sample::uuid(1), 1, thing(1, 8), terms());
    let deleted = store.delete(&table, sample::uuid(1), Some(2), terms());
    let gone = store.delete(&table, sample::uuid(2), None, terms());
    assert_eq!(wait_for(created).unwrap().version, 1);
    let again = wait_for(again);
    assert!(
        matches!(again, Err(WriteError::AlreadyThere { .. })) || again.is_ok(),
        "{again:?}"
    );
    assert_eq!(wait_for(replaced).unwrap().version, 2);
    let stale = wait_for(stale);
    assert!(
        matches!(stale, Err(WriteError::Stale { .. } | WriteError::NotThere)),
        "{stale:?}"
    );
    wait_for(deleted).unwrap();
    assert!(matches!(wait_for(gone), Err(WriteError::NotThere)));
    for answer in busy {
        wait_for(answer).unwrap();
    }
    let versions = database
        .query("SELECT specd_version, size FROM things WHERE size <> 1")
        .unwrap();
    assert!(versions.is_empty() || versions == "1|9", "{versions}");
}

#[test]
fn claims_are_had_once_and_kept_with_their_records() {
    let (database, store, table) = world();
    let claimed = |id: u64, claim: u8| {
        let mut terms = keyed();
        if let Some(kept) = &mut terms.claim {
            kept.id.0 = [claim; 32];
        }
        (thing(id, 1), terms)
    };
    wait_for(store.create(&table, thing(1000, 1), Terms::default())).unwrap();
    let taken = claimed(1001, 0);
    wait_for(store.create(&table, taken.0, taken.1)).unwrap();
    // The first ten claims twice, one claim that was had before, one claim for a record that is there.
    let rows = (0..100_u8).map(|number| match number {
        50 => claimed(50, 0),
        60 => claimed(1000, 200),
        90.. => claimed(u64::from(number), number - 80),
        _ => claimed(u64::from(number), number + 1),
    });
    for (number, answer) in (0..100).zip(burst(&store, &table, rows)) {
        let answer = wait_for(answer);
        let is_right = match number {
            50 | 90.. => matches!(answer, Err(WriteError::Claimed)),
            60 => matches!(answer, Err(WriteError::AlreadyThere { .. })),
            _ => answer.is_ok(),
        };
        assert!(is_right, "{number}: {answer:?}");
    }
    let (records, claims) = (
        count(&database, "things"),
        count(&database, "specd_answers"),
    );
    assert_eq!((records.as_str(), claims.as_str()), ("90", "89"));
    let kept = "SELECT count(*) FROM specd_answers JOIN things ON record = things.id::text";
    assert_eq!(database.query(kept).unwrap(), "89");
}

#[test]
fn every_type_travels_in_a_group_and_alone_alike() {
    let database = database().unwrap();
    let store = prepared(database.url());
    let table = applied(&store, 1, everything());
    let edges_of = |round: usize| {
        let value = |column: &specd_domain::table::Column| {
            let edges = edges(column.column_type.value);
            // Every column is null once in a while, each in another round.
            let is_null = (round + column.name.value.as_str().len()).is_multiple_of(7);
            if is_null {
                Value::Null
            } else {
                edges.into_iter().cycle().nth(round).unwrap()
            }
        };
        table.columns.iter().skip(1).map(value).collect::<Vec<_>>()
    };
    let row = |id: u64, round: usize| {
        let mut row = edges_of(round);
        row.insert(0, sample::uuid(id));
        row
    };
    let same = |record: &Record, expected: &[Value]| {
        assert!(
            same_row(&record.row, expected),
            "{:?}\n{expected:?}",
            record.row
        );
        let key = expected.first().cloned().unwrap();
        let read = wait_for(store.read(&table, key, Reach::default()))
            .unwrap()
            .unwrap();
        assert!(
            same_row(&read.row, expected),
            "{:?}\n{expected:?}",
            read.row
        );
    };
    let ids = 1..=60_u64;
    let rounds = || ids.clone().zip(0_usize..);
    let created = burst(
        &store,
        &table,
        rounds().map(|(id, round)| plain(row(id, round))),
    );
    for ((id, round), answer) in rounds().zip(created) {
        same(&wait_for(answer).unwrap(), &row(id, round));
    }
    let replace = |(id, round)| {
        let next = row(id, round + 1);
        store.replace(&table, sample::uuid(id), 1, next, Terms::default())
    };
    let replaced: Vec<_> = rounds().map(replace).collect();
    for ((id, round), answer) in rounds().zip(replaced) {
        same(&wait_for(answer).unwrap(), &row(id, round + 1));
    }
}

#[test]
fn keys_of_every_type_are_told_apart() {
    use specd_domain::column_type::NumericShape;
    let database = database().unwrap();
    let store = prepared(database.url());
    let types = [
        ScalarType::Char(8),
        ScalarType::Text,
        ScalarType::BigInt,
        ScalarType::Numeric(Some(NumericShape {
            precision: 20,
            scale: 4,
        })),
        ScalarType::Timestamp,
        ScalarType::TimestampTz,
        ScalarType::Date,
        ScalarType::Bytea,
    ];
    for (number, scalar) in (1..).zip(types) {
        let name = format!("keys{number}");
        let mut table = table(
            &name,
            vec![column("code", ColumnType::Scalar(ScalarType::Text))],
        );
        let key = table.columns.first_mut().unwrap();
        key.column_type = sample::at(ColumnType::Scalar(scalar));
        key.default = None;
        let table = applied(&store, number, unique(table, &["code"]));
        let keys: Vec<_> = sample::values::rising(scalar).into_iter().take(8).collect();
        let row = |key: &Value, place: usize| {
            let code = if place == 3 { 2 } else { place };
            vec![key.clone(), sample::text(code.to_string())]
        };
        let rows = keys
            .iter()
            .zip(0..)
            .map(|(key, place)| plain(row(key, place)));
        let busy = burst(&store, &table, rows);
        for (place, answer) in (0..).zip(busy) {
            let answer = wait_for(answer);
            assert_eq!(answer.is_ok(), place != 3, "{scalar:?} {place}: {answer:?}");
        }
        let deleted: Vec<_> = keys
            .iter()
            .map(|key| store.delete(&table, key.clone(), Some(1), Terms::default()))
            .collect();
        for (place, answer) in (0..).zip(deleted) {
            let answer = wait_for(answer);
            assert_eq!(answer.is_ok(), place != 3, "{scalar:?} {place}: {answer:?}");
        }
        assert_eq!(count(&database, &name), "0");
    }
}

#[test]
fn owners_are_kept_and_others_do_not_reach_their_records() {
    let (database, store, table) = world();
    let of = |caller: &str| Terms {
        owner: Some(caller.into()),
        reach: Reach::OwnedBy(caller.into()),
        ..Terms::default()
    };
    let name = |id: u64| {
        if id.is_multiple_of(2) {
            "key:a"
        } else {
            "key:b"
        }
    };
    let rows = (0..40).map(|id| match id {
        39 => plain(thing(id, 1)),
        _ => (thing(id, 1), of(name(id))),
    });
    for answer in burst(&store, &table, rows) {
        wait_for(answer).unwrap();
    }
    let replaced: Vec<_> = (0..20)
        .map(|id| store.replace(&table, sample::uuid(id), 1, thing(id, 2), of("key:a")))
        .collect();
    let deleted: Vec<_> = (20..40)
        .map(|id| store.delete(&table, sample::uuid(id), None, of("key:a")))
        .collect();
    let is_not_there = |answer: Result<(), WriteError>| matches!(answer, Err(WriteError::NotThere));
    for (id, answer) in (0..).zip(replaced) {
        assert_eq!(
            is_not_there(wait_for(answer).map(|_| ())),
            id % 2 == 1,
            "{id}"
        );
    }
    for (id, answer) in (20..).zip(deleted) {
        assert_eq!(is_not_there(wait_for(answer)), id % 2 == 1, "{id}");
    }
    let owners = "SELECT specd_owner, size, count(*) FROM things GROUP BY 1, 2 ORDER BY 1, 2";
    assert_eq!(
        database.query(owners).unwrap(),
        "key:a|2|10\nkey:b|1|19\n|1|1"
    );
}

#[test]
fn every_row_of_a_group_has_a_number_of_its_own() {
    let database = database().unwrap();
    let store = prepared(database.url());
    let number = defaulted(
        column("number", ColumnType::Scalar(ScalarType::Integer)),
        DefaultValue::Sequence,
    );
    let table = applied(&store, 1, table("numbered", vec![number]));
    let rows = (0..100).map(|id| plain(vec![sample::uuid(id), Value::Null]));
    let answers = burst(&store, &table, rows);
    let numbers: Vec<_> = answers
        .into_iter()
        .map(|answer| wait_for(answer).unwrap().row)
        .collect();
    let stored =
        database.query("SELECT count(DISTINCT number), min(number), max(number) FROM numbered");
    assert_eq!(stored.unwrap(), "100|1|100");
    for (id, row) in (0..).zip(numbers) {
        let read = wait_for(store.read(&table, sample::uuid(id), Reach::default())).unwrap();
        assert_eq!(read.unwrap().row, row);
    }
}

#[test]
fn a_lock_of_somebody_else_stops_only_who_needs_it() {
    let (database, store, table) = world();
    let size = column("size", ColumnType::Scalar(ScalarType::Integer));
    let others = applied(&store, 2, crate::groups::table("others", vec![size]));
    let row = "INSERT INTO things (id, size) VALUES ('00000000-0007-0000-4000-800000000000', 1)";
    let key = sample::uuid(7).to_text().unwrap();
    let row = row.replace("00000000-0007-0000-4000-800000000000", &key);
    for lock in [row.as_str(), "LOCK TABLE things IN ACCESS EXCLUSIVE MODE"] {
        let mut other = by_hand(&database, &format!("BEGIN; {lock}"));
        let stopped = store.create(&table, thing(7, 2), Terms::default());
        // While the lock is held.
        for answer in burst(&store, &others, (0..50).map(|id| plain(thing(id, 1)))) {
            wait_for(answer).unwrap();
        }
        if lock == row {
            for answer in burst(&store, &table, (100..150).map(|id| plain(thing(id, 1)))) {
                wait_for(answer).unwrap();
            }
        }
        diesel::connection::SimpleConnection::batch_execute(&mut other, "ROLLBACK").unwrap();
        wait_for(stopped).unwrap();
        database
            .query("DELETE FROM things; DELETE FROM others")
            .unwrap();
    }
}
