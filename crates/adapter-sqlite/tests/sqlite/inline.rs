//! Short reads, where they are asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection as _;
use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_app::catalog::compiled::default_order;
use specd_app::ports::records::{Reach, RecordRepository as _, Terms};
use specd_app::ports::revisions::{NewRevision, RevisionRepository as _};
use specd_app::ports::store::StoreError;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::table::Table;
use specd_sql_support::dialect::quoted;
use specd_sql_support::schema::{newest_index, owned_index};
use specd_testkit::long_list;
use specd_testkit::sample::{self, column, table};
use tempfile::TempDir;

use crate::file::{by_hand, created, first};
use crate::open;

fn texts() -> Table {
    table(
        "texts",
        vec![column("words", ColumnType::Scalar(ScalarType::Text))],
    )
}

async fn texts_of(store: &SqliteStore, count: u64, length: usize) -> Arc<Table> {
    let texts = created(store, texts()).await;
    for id in 1..=count {
        let row = vec![sample::uuid(id), sample::text("x".repeat(length))];
        store.create(&texts, row, Terms::default()).await.unwrap();
    }
    texts
}

fn newest(limit: u32) -> ListQuery {
    let key = SortKey {
        column: sample::column_name("id"),
        descending: true,
    };
    ListQuery {
        filters: Vec::new(),
        sort: vec![key],
        after: Vec::new(),
        limit,
    }
}

/// A store whose threads take no work, so that it answers only what it does where it is asked.
fn without_threads(place: &TempDir) -> SqliteStore {
    let settings = SqliteSettings {
        queue_length: 0,
        ..crate::settings()
    };
    SqliteStore::open(place.path().join("specd.db"), settings).unwrap()
}

#[tokio::test]
async fn short_reads_need_no_thread() {
    let place = TempDir::new().unwrap();
    let texts = texts_of(&open(&place), 3, 10).await;
    let store = without_threads(&place);
    let found = store.read(&texts, sample::uuid(1), Reach::default()).await;
    assert!(found.unwrap().is_some());
    let page = store.list(&texts, newest(201), Reach::default()).await;
    assert_eq!(page.unwrap().len(), 3);
}

/// A table from before specd made the index has none until its document changes; its pages are sorted one by one.
#[tokio::test]
async fn a_page_is_short_only_where_its_index_is_there() {
    let owned = Reach::OwnedBy("key:a1".into());
    for (is_owners_only, reach) in [(false, Reach::Everything), (true, owned)] {
        let place = TempDir::new().unwrap();
        let revision = NewRevision {
            spec: Arc::new(long_list::spec(is_owners_only)),
            ..first(texts())
        };
        let many = open(&place).apply(revision).await.unwrap().spec;
        let many = &many.table;
        let query = ListQuery {
            sort: default_order(many),
            ..newest(20)
        };
        let index = match reach {
            Reach::Everything => newest_index(many),
            Reach::OwnedBy(_) => owned_index(many),
        };
        let index = index.unwrap();
        let drop = format!("DROP INDEX {}", quoted(&index.name));
        by_hand(&place).batch_execute(&drop).unwrap();
        let store = without_threads(&place);
        let refused = store.list(many, query.clone(), reach.clone()).await;
        assert!(
            matches!(refused, Err(StoreError::Unavailable(_))),
            "{refused:?}"
        );
        by_hand(&place).batch_execute(&index.statement).unwrap();
        assert_eq!(store.list(many, query, reach).await.unwrap(), []);
    }
}

/// What may be long must not keep those waiting who share the caller's thread.
#[tokio::test]
async fn reads_that_may_be_long_are_done_by_threads_of_their_own() {
    let place = TempDir::new().unwrap();
    let with_threads = open(&place);
    let texts = texts_of(&with_threads, 30, 10_000).await;
    let store = without_threads(&place);
    let filter = Filter {
        column: sample::column_name("words"),
        operator: FilterOperator::Eq,
        values: vec![sample::text("y")],
    };
    let filtered = ListQuery {
        filters: vec![filter],
        ..newest(20)
    };
    let mut other_order = newest(20);
    let words = SortKey {
        column: sample::column_name("words"),
        descending: false,
    };
    other_order.sort.insert(0, words);
    let many = newest(202);
    // Few records, and long ones.
    let long = newest(30);
    for (query, count) in [(many, 30), (filtered, 0), (other_order, 20), (long, 30)] {
        let refused = store.list(&texts, query.clone(), Reach::default()).await;
        assert!(
            matches!(refused, Err(StoreError::Unavailable(_))),
            "{query:?}"
        );
        let found = with_threads
            .list(&texts, query.clone(), Reach::default())
            .await;
        assert_eq!(found.unwrap().len(), count, "{query:?}");
    }
}

#[tokio::test]
async fn a_read_sees_every_write_that_was_acknowledged_before_it() {
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let texts = created(&store, texts()).await;
    for id in 1..=100 {
        let row = vec![sample::uuid(id), sample::text("x")];
        store.create(&texts, row, Terms::default()).await.unwrap();
        let found = store.read(&texts, sample::uuid(id), Reach::default()).await;
        assert!(found.unwrap().is_some(), "{id}");
    }
}

/// Another process that keeps the file for itself keeps readers out too; a caller's thread does not wait for it.
#[tokio::test]
async fn a_short_read_that_meets_a_lock_is_left_to_a_thread() {
    let place = TempDir::new().unwrap();
    let texts = texts_of(&open(&place), 1, 10).await;
    let (store, threadless) = (open(&place), without_threads(&place));
    let mut other = by_hand(&place);
    let alone = "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT";
    other.batch_execute(alone).unwrap();
    let refused = threadless
        .read(&texts, sample::uuid(1), Reach::default())
        .await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    let answer = store.read(&texts, sample::uuid(1), Reach::default());
    drop(other);
    assert!(answer.await.unwrap().is_some());
    assert!(
        threadless
            .read(&texts, sample::uuid(1), Reach::default())
            .await
            .unwrap()
            .is_some()
    );
}

/// Before one reader ends, another has begun: there is no moment at which nobody needs the log.
#[test]
fn the_log_does_not_grow_while_there_is_always_a_reader() {
    const WRITES: u64 = 1_200;
    const LENGTH: usize = 100_000;
    const MOST: u64 = 90_000_000;
    let place = TempDir::new().unwrap();
    let store = open(&place);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let texts = runtime.block_on(texts_of(&store, 1, 10));
    let is_over = AtomicBool::new(false);
    let longest = std::thread::scope(|scope| {
        scope.spawn(|| {
            let read = "BEGIN; SELECT count(*) FROM texts";
            let (mut one, mut other) = (by_hand(&place), by_hand(&place));
            one.batch_execute(read).unwrap();
            while !is_over.load(Ordering::Relaxed) {
                other.batch_execute(read).unwrap();
                one.batch_execute("COMMIT").unwrap();
                std::mem::swap(&mut one, &mut other);
                std::thread::yield_now();
            }
        });
        let mut longest = 0;
        for group in 0..WRITES / 20 {
            let create = |id| {
                let row = vec![sample::uuid(id), sample::text("x".repeat(LENGTH))];
                store.create(&texts, row, Terms::default())
            };
            let answers: Vec<_> = (0..20).map(|id| create(10 + group * 20 + id)).collect();
            for answer in answers {
                runtime.block_on(answer).unwrap();
            }
            let log = std::fs::metadata(place.path().join("specd.db-wal")).unwrap();
            longest = longest.max(log.len());
        }
        is_over.store(true, Ordering::Relaxed);
        longest
    });
    assert!(longest < MOST, "{longest} bytes");
}
