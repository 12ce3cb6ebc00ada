//! Reads that share a statement: the same answers as without, and none that is lost with another.

use std::sync::Arc;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use specd_adapter_postgres::{PostgresSettings, PostgresStore};
use specd_app::ports::records::{Reach, RecordRepository as _, Shown, Terms};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _, SchemaChange};
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::record::Projection;
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::list::shared::is_shareable;
use specd_testkit::postgres::{Cluster, Durability, database};
use specd_testkit::sample::everything::everything;
use specd_testkit::sample::{self, column, column_name, index, nullable, table};
use specd_testkit::strategies::rows;

use crate::{SETTINGS, prepared, wait_for};

fn created(store: &PostgresStore, table: Table) -> Arc<Table> {
    let new = NewRevision {
        spec: Arc::new(sample::spec(1, table)),
        digest: "0".repeat(64),
        follows: None,
        change: SchemaChange::CreateTable,
        applied_at: sample::time("2025-03-01T12:00:00Z"),
    };
    Arc::clone(&wait_for(store.apply(new)).unwrap().spec.table)
}

/// Every column.
fn whole(table: &Table) -> Arc<Projection> {
    let names = table.columns.iter().map(|column| column.name.value.clone());
    Arc::new(Projection::new(table, &names.collect::<Vec<_>>()))
}

/// Any values of every type.
#[test]
fn with_and_without_sharing_the_same_bytes_are_shown() {
    let database = database().unwrap();
    let together = prepared(database.url());
    let settings = PostgresSettings {
        is_batching: false,
        ..SETTINGS
    };
    let apart = PostgresStore::connect(database.url(), settings).unwrap();
    let table = created(&together, everything());
    let projection = whole(&table);
    let mut runner = TestRunner::deterministic();
    let mut keys = Vec::new();
    for _ in 0..150 {
        let row = rows(&table).new_tree(&mut runner).unwrap().current();
        let key = row[0].clone();
        // Some are outside of what the database can hold.
        if wait_for(together.create(&table, row, Terms::default())).is_ok() {
            keys.push(key);
        }
    }
    assert!(keys.len() > 50, "only {} were stored", keys.len());
    let asked: Vec<_> = keys
        .iter()
        .map(|key| together.show(&table, key.clone(), Reach::default(), &projection))
        .collect();
    for (key, shown) in keys.iter().zip(asked) {
        let shown = wait_for(shown).unwrap();
        assert!(shown.is_some(), "{key:?}");
        let alone = apart.show(&table, key.clone(), Reach::default(), &projection);
        assert_eq!(shown, wait_for(alone).unwrap());
    }
    for name in [
        "id",
        "of_text",
        "of_numeric",
        "of_timestamptz",
        "list_of_char",
    ] {
        let mut query = newest(name, 7);
        while let Some(end) = same_page(&together, &apart, &table, &query, &projection) {
            query.after = end;
        }
    }
}

fn newest(name: &str, limit: u32) -> ListQuery {
    let descending = |name| SortKey {
        column: column_name(name),
        descending: true,
    };
    let mut sort = vec![descending(name)];
    if name != "id" {
        sort.push(descending("id"));
    }
    ListQuery {
        filters: Vec::new(),
        sort,
        after: Vec::new(),
        limit,
    }
}

fn same_page(
    together: &PostgresStore,
    apart: &PostgresStore,
    table: &Arc<Table>,
    query: &ListQuery,
    projection: &Arc<Projection>,
) -> Option<Vec<Value>> {
    let page = |store: &PostgresStore| {
        wait_for(store.show_page(table, query.clone(), Reach::default(), projection)).unwrap()
    };
    let shown = page(together);
    assert_eq!(shown, page(apart), "{query:?}");
    shown.end
}

fn words() -> Table {
    let mut words = table("words", Vec::new());
    words.columns.clear();
    words
        .columns
        .push(column("id", ColumnType::Scalar(ScalarType::Text)));
    words
}

fn text(word: impl Into<String>) -> Value {
    Value::Text(word.into())
}

/// A NUL is no text to the server, and the domain should have refused it.
#[test]
fn a_key_that_the_server_refuses_takes_no_other_with_it() {
    let database = database().unwrap();
    let store = prepared(database.url());
    let table = created(&store, words());
    for number in 0..20 {
        let row = vec![text(format!("word {number}"))];
        wait_for(store.create(&table, row, Terms::default())).unwrap();
    }
    let projection = whole(&table);
    let show = |word: String| store.show(&table, text(word), Reach::default(), &projection);
    let page = |word: String| {
        let query = ListQuery {
            after: vec![text(word)],
            ..newest("id", 1)
        };
        store.show_page(&table, query, Reach::default(), &projection)
    };
    let asked: Vec<_> = (0..20)
        .map(|number| {
            let refused = (show("\0".to_owned()), page("\0".to_owned()));
            (
                show(format!("word {number}")),
                page(format!("word {number}!")),
                refused,
            )
        })
        .collect();
    for (number, (found, page, refused)) in asked.into_iter().enumerate() {
        let json = format!("{{\"id\":\"word {number}\"}}");
        let shown = wait_for(found).unwrap();
        assert_eq!(shown.map(|shown| shown.json), Some(json.clone().into()));
        assert_eq!(wait_for(page).unwrap().items, json.into());
        let (found, page) = refused;
        let found = wait_for(found);
        assert!(matches!(found, Err(StoreError::Failed(_))), "{found:?}");
        let page = wait_for(page);
        assert!(matches!(page, Err(StoreError::Failed(_))), "{page:?}");
    }
}

/// Whether a page of a table with two indexes shares its statement.
fn is_shared(
    sort: &[&str],
    filters: &[(&str, FilterOperator)],
    after: &[Value],
    reach: &Reach,
) -> bool {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let numbers = table("numbers", vec![integer("a"), integer("b")]);
    let numbers = index(index(numbers, &["a"]), &["-a", "-b", "-id"]);
    let query = ListQuery {
        filters: filters
            .iter()
            .map(|(name, operator)| Filter {
                column: column_name(name),
                operator: *operator,
                values: vec![Value::Integer(1)],
            })
            .collect(),
        sort: sort
            .iter()
            .map(|name| SortKey {
                column: column_name(name.trim_start_matches('-')),
                descending: name.starts_with('-'),
            })
            .collect(),
        after: after.to_vec(),
        limit: 20,
    };
    is_shareable(&numbers, &query, reach)
}

/// Behind the filters an index has the order of the list that is asked for none; and before that the owner.
#[test]
fn a_filter_by_the_columns_of_an_index_shares_its_statement() {
    use FilterOperator::{Eq, In};
    let all = || Reach::Everything;
    let own = || Reach::OwnedBy("key:a".into());
    let id = [sample::uuid(1)];
    assert!(is_shared(&["-id"], &[("a", Eq)], &[], &all()));
    assert!(is_shared(&["-id"], &[("a", Eq)], &id, &own()));
    assert!(!is_shared(&["id"], &[("a", Eq)], &[], &own()));
    assert!(is_shared(&["-id"], &[("a", Eq), ("b", Eq)], &[], &all()));
    // These leave out rows of the index, or have none.
    assert!(!is_shared(&["-id"], &[("a", Eq), ("a", Eq)], &[], &all()));
    assert!(!is_shared(&["-id"], &[("b", Eq)], &[], &all()));
    assert!(!is_shared(&["-id"], &[("a", In)], &[], &all()));
}

/// A page that may take long, or that is several ranges, keeps no other waiting.
#[test]
fn only_a_range_of_an_index_shares_its_statement() {
    let all = Reach::Everything;
    let own = Reach::OwnedBy("key:a".into());
    let [one, id, null] = [Value::Integer(1), sample::uuid(1), Value::Null];
    let whole = ["-a", "-b", "-id"];
    let fixed = [("a", FilterOperator::Eq)];
    for (number, (is_expected, is_found)) in [
        (true, is_shared(&["-id"], &[], &[], &all)),
        (
            true,
            is_shared(&["-id"], &[], std::slice::from_ref(&id), &own),
        ),
        (
            true,
            is_shared(&["id"], &[], std::slice::from_ref(&id), &all),
        ),
        (true, is_shared(&whole, &[], &[], &all)),
        (
            true,
            is_shared(&whole, &[], &[one.clone(), one.clone(), id.clone()], &all),
        ),
        (
            true,
            is_shared(&["-b", "-id"], &fixed, &[one.clone(), id.clone()], &all),
        ),
        // The filter leaves out rows of the index, or fixes too much of it, or nothing.
        (
            false,
            is_shared(&["-b", "-id"], &[("a", FilterOperator::Gt)], &[], &all),
        ),
        (false, is_shared(&whole, &fixed, &[], &all)),
        // Ties are sorted, which are as many as there may be.
        (false, is_shared(&["-a", "-id"], &[], &[], &all)),
        (false, is_shared(&["-b", "-id"], &[], &[], &all)),
        // Two ranges: nulls stand behind.
        (
            false,
            is_shared(
                &["a", "b", "id"],
                &[],
                &[one.clone(), one.clone(), id.clone()],
                &all,
            ),
        ),
        (
            false,
            is_shared(&whole, &[], &[null, one.clone(), id.clone()], &all),
        ),
        (false, is_shared(&["-a", "b", "id"], &[], &[], &all)),
        // The rows of others stand between.
        (false, is_shared(&["id"], &[], &[id], &own)),
        (false, is_shared(&whole, &[], &[], &own)),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(is_found, is_expected, "case {number}");
    }
}

/// The connections are cut while a group waits for a table that somebody has locked, and another one behind it.
#[test]
fn a_connection_that_is_lost_on_the_way_answers_everybody() {
    let cluster = Cluster::start(Durability::Off).unwrap();
    let store = prepared(cluster.url());
    let table = created(&store, words());
    for number in 0..30 {
        let row = vec![text(format!("word {number}"))];
        wait_for(store.create(&table, row, Terms::default())).unwrap();
    }
    let projection = whole(&table);
    let mut other = Other::connect(cluster.url());
    other.run("BEGIN; LOCK TABLE words");
    let ask = |number: usize| {
        let word = text(format!("word {number}"));
        let query = newest("id", 30);
        (
            store.show(&table, word, Reach::default(), &projection),
            store.show_page(&table, query, Reach::default(), &projection),
        )
    };
    let first = ask(0);
    other.wait_for_blocked(2);
    let behind: Vec<_> = (1..30).map(ask).collect();
    Other::connect(cluster.url()).run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    );
    other.run("COMMIT");
    for (number, (found, page)) in std::iter::once(first).chain(behind).enumerate() {
        let expected = Shown {
            json: format!("{{\"id\":\"word {number}\"}}").into(),
            version: 1,
        };
        assert_eq!(wait_for(found).unwrap(), Some(expected));
        assert_eq!(
            wait_for(page)
                .unwrap()
                .items
                .expose()
                .matches("word")
                .count(),
            30
        );
    }
}

/// Nobody waits for ever, and somebody who comes later is served.
#[test]
fn a_server_that_is_away_is_told_to_everybody() {
    let mut cluster = Cluster::start(Durability::On).unwrap();
    let store = prepared(cluster.url());
    let table = created(&store, words());
    wait_for(store.create(&table, vec![text("kept")], Terms::default())).unwrap();
    let projection = whole(&table);
    let show = || store.show(&table, text("kept"), Reach::default(), &projection);
    wait_for(show()).unwrap();
    cluster.kill().unwrap();
    let asked: Vec<_> = (0..20).map(|_| show()).collect();
    for found in asked {
        let found = wait_for(found);
        assert!(
            matches!(found, Err(StoreError::Unavailable(_))),
            "{found:?}"
        );
    }
    cluster.start_again().unwrap();
    wait_for(store.prepare()).unwrap();
    assert!(wait_for(show()).unwrap().is_some());
}

/// Somebody else at the same database.
struct Other(diesel::pg::PgConnection);

impl Other {
    fn connect(url: &str) -> Self {
        Self(diesel::Connection::establish(url).unwrap())
    }

    fn run(&mut self, sql: &str) {
        diesel::connection::SimpleConnection::batch_execute(&mut self.0, sql).unwrap();
    }

    fn wait_for_blocked(&mut self, count: i64) {
        use diesel::RunQueryDsl as _;
        use diesel::dsl::sql;
        use diesel::sql_types::BigInt;
        loop {
            let blocked: i64 = diesel::select(sql::<BigInt>(
                "(SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock')",
            ))
            .get_result(&mut self.0)
            .unwrap();
            if blocked == count {
                return;
            }
            std::thread::yield_now();
        }
    }
}
