//! The server: away, back again, refusing, and with other hands on the tables.

use std::sync::Arc;

use specd_adapter_postgres::{PostgresStore, PrepareError};
use specd_app::ports::records::{Reach, RecordRepository as _, Terms, WriteError};
use specd_app::ports::revisions::{ApplyError, NewRevision, RevisionRepository as _, SchemaChange};
use specd_app::ports::store::{StoreError, StoreHealth as _};
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::compat::Step;
use specd_domain::record::Row;
use specd_domain::rule::Comparison;
use specd_domain::table::{DefaultValue, Table};
use specd_domain::value::Value;
use specd_testkit::postgres::{Cluster, Durability, database};
use specd_testkit::sample;
use specd_testkit::sample::{check, column, compare, defaulted, nullable, table};

use crate::connect;

fn people() -> Table {
    let scalar = ColumnType::Scalar;
    let people = table(
        "people",
        vec![
            column("age", scalar(ScalarType::SmallInt)),
            nullable(defaulted(
                column("since", scalar(ScalarType::Timestamp)),
                DefaultValue::Now,
            )),
            defaulted(
                column("number", scalar(ScalarType::Integer)),
                DefaultValue::Sequence,
            ),
        ],
    );
    check(
        people,
        "age",
        compare("age", Comparison::Greater, Value::Integer(0)),
    )
}

fn first(table: Table) -> NewRevision {
    NewRevision {
        spec: Arc::new(sample::spec(1, table)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    }
}

async fn created(store: &PostgresStore, table: Table) -> Arc<Table> {
    let revision = store.apply(first(table)).await.unwrap();
    Arc::clone(&revision.spec.table)
}

fn person(number: u64) -> Row {
    vec![
        sample::uuid(number),
        Value::Integer(30),
        Value::Null,
        Value::Null,
    ]
}

#[tokio::test]
async fn a_server_that_went_away_is_told_and_is_found_again() {
    let mut cluster = Cluster::start(Durability::On).unwrap();
    let store = connect(cluster.url());
    store.prepare().await.unwrap();
    let people = created(&store, people()).await;
    for number in 0..10 {
        store
            .create(&people, person(number), Terms::default())
            .await
            .unwrap();
    }
    cluster.kill().unwrap();
    let read = store.read(&people, sample::uuid(1), Reach::default()).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    let write = store.create(&people, person(100), Terms::default()).await;
    assert!(
        matches!(
            write,
            Err(WriteError::Store(
                StoreError::Unavailable(_) | StoreError::OutcomeUnknown(_)
            ))
        ),
        "{write:?}"
    );
    let waits = store.prepare().await.unwrap_err();
    assert!(waits.is_passing(), "{waits}");
    assert!(store.ready().await.is_err());
    cluster.start_again().unwrap();
    store.prepare().await.unwrap();
    // Everything that was acknowledged, at the first try.
    for number in 0..10 {
        let found = store
            .read(&people, sample::uuid(number), Reach::default())
            .await
            .unwrap();
        assert!(found.is_some(), "{number}");
    }
    store
        .create(&people, person(10), Terms::default())
        .await
        .unwrap();
    store.ready().await.unwrap();
}

#[tokio::test]
async fn connections_that_were_cut_cost_no_read() {
    let database = database().unwrap();
    let store = connect(database.url());
    store.prepare().await.unwrap();
    let people = created(&store, people()).await;
    store
        .create(&people, person(1), Terms::default())
        .await
        .unwrap();
    for _ in 0..3 {
        database
            .query(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            .unwrap();
        let found = store
            .read(&people, sample::uuid(1), Reach::default())
            .await
            .unwrap();
        assert!(found.is_some());
    }
    // The reads have noticed, so that a write asks before it trusts a connection.
    store
        .create(&people, person(2), Terms::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_server_that_refuses_is_told_from_one_that_is_away() {
    let cluster = Cluster::start(Durability::Off).unwrap();
    let settings = cluster.place().join("data/pg_hba.conf");
    let rules = std::fs::read_to_string(&settings).unwrap();
    let locked = "host all locked 127.0.0.1/32 scram-sha-256\n";
    std::fs::write(&settings, format!("{locked}{rules}")).unwrap();
    let address = |user: &str, database: &str| {
        format!("postgres://{user}@127.0.0.1:{}/{database}", cluster.port())
    };
    let admin = connect(cluster.url());
    admin.prepare().await.unwrap();
    specd_testkit::postgres::binaries::psql(
        cluster.url(),
        "CREATE ROLE locked LOGIN PASSWORD 'right'; SELECT pg_reload_conf()",
    )
    .unwrap();
    let refused = async |url: String| {
        // The server reads its settings again in its own time.
        loop {
            let outcome = connect(&url).prepare().await;
            if let Err(error) = outcome {
                assert!(matches!(error, PrepareError::Refused(_)), "{error}");
                break error.to_string();
            }
        }
    };
    let error = refused(address("locked:wr0ng%21", "postgres")).await;
    assert!(error.contains("password authentication failed"), "{error}");
    assert!(!error.contains("wr0ng"), "{error}");
    let error = refused(address("specd", "nowhere")).await;
    assert!(
        error.contains("database \"nowhere\" does not exist"),
        "{error}"
    );
    let error = refused(address("nobody", "postgres")).await;
    assert!(error.contains("role \"nobody\" does not exist"), "{error}");
}

#[tokio::test]
async fn nobody_listening_is_away_and_an_address_of_nothing_is_not() {
    let error = connect("postgres://u:geheim@127.0.0.1:1/d")
        .prepare()
        .await
        .unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert!(!error.to_string().contains("geheim"), "{error}");
    let error = connect("postgres://u:ge%heim@127.0.0.1/d")
        .prepare()
        .await
        .unwrap_err();
    assert!(matches!(error, PrepareError::Address(_)), "{error}");
    assert!(!error.to_string().contains("heim"), "{error}");
}

#[tokio::test]
async fn rows_written_by_hand_take_the_defaults_and_keep_the_checks() {
    let database = database().unwrap();
    let store = connect(database.url());
    store.prepare().await.unwrap();
    let people = created(&store, people()).await;
    let stored = store
        .create(&people, person(1), Terms::default())
        .await
        .unwrap();
    let row = database
        .query("INSERT INTO people (age) VALUES (7) RETURNING number, specd_version, since IS NULL")
        .unwrap();
    assert_eq!(stored.row.last(), Some(&Value::Integer(1)));
    assert!(row.starts_with("2|1|f"), "{row}");
    let error = database.query("INSERT INTO people (age) VALUES (0)");
    let error = error.unwrap_err().to_string();
    assert!(error.contains("people_age_check"), "{error}");
}

#[tokio::test]
async fn a_table_of_somebody_else_is_left_alone() {
    let database = database().unwrap();
    let store = connect(database.url());
    store.prepare().await.unwrap();
    database.query("CREATE TABLE people (id int)").unwrap();
    let error = store.apply(first(people())).await.unwrap_err();
    assert!(matches!(error, ApplyError::TableThere(_)), "{error}");
}

#[tokio::test]
async fn preparing_at_once_is_done_once() {
    let database = database().unwrap();
    let stores: Vec<_> = (0..4).map(|_| connect(database.url())).collect();
    let answers: Vec<_> = stores.iter().map(PostgresStore::prepare).collect();
    for answer in answers {
        answer.await.unwrap();
    }
    let known = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
    let known = std::fs::read_dir(known).unwrap().count();
    let count = database.query("SELECT count(*) FROM __diesel_schema_migrations");
    assert_eq!(count.unwrap(), known.to_string());
}

#[tokio::test]
async fn rows_that_are_there_get_what_a_new_column_begins_with() {
    let database = database().unwrap();
    let store = connect(database.url());
    store.prepare().await.unwrap();
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
