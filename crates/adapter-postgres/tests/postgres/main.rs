//! The store contract, and what is `PostgreSQL`'s alone.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and writes files of its own"
)]

mod filtered;
mod groups;
mod plans;
mod reads;
mod server;
mod transactions;

use specd_adapter_postgres::{PostgresSettings, PostgresStore};
use specd_testkit::contract::StoreUnderTest;
use specd_testkit::postgres;

specd_testkit::store_contract!(make_store);

fn make_store() -> StoreUnderTest {
    let database = postgres::database().unwrap();
    StoreUnderTest::new(prepared(database.url())).keeping(database)
}

/// The same, each request with a statement of its own.
mod without_batching {
    use super::{SETTINGS, StoreUnderTest, postgres, prepared_with};

    specd_testkit::store_contract!(make_store);

    fn make_store() -> StoreUnderTest {
        let database = postgres::database().unwrap();
        let settings = specd_adapter_postgres::PostgresSettings {
            is_batching: false,
            ..SETTINGS
        };
        StoreUnderTest::new(prepared_with(database.url(), settings)).keeping(database)
    }
}

/// A server that is slow to answer is waited for, as `specd serve` does.
fn prepared(url: &str) -> PostgresStore {
    prepared_with(url, SETTINGS)
}

fn prepared_with(url: &str, settings: PostgresSettings) -> PostgresStore {
    const TRIES: usize = 10;
    let store = PostgresStore::connect(url, settings).unwrap();
    for _ in 1..TRIES {
        match wait_for(store.prepare()) {
            Err(error) if error.is_passing() => {}
            outcome => {
                outcome.unwrap();
                return store;
            }
        }
    }
    wait_for(store.prepare()).unwrap();
    store
}

/// A burst on a busy machine may wait longer than a server lets it.
const SETTINGS: PostgresSettings = PostgresSettings {
    readers: 2,
    writers: 4,
    queue_wait_ms: 30_000,
    queue_length: 4096,
    statement_timeout_ms: 10_000,
    is_batching: true,
    keeps_statements: true,
};

fn connect(url: &str) -> PostgresStore {
    PostgresStore::connect(url, SETTINGS).unwrap()
}

fn wait_for<T>(answer: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(answer)
}
