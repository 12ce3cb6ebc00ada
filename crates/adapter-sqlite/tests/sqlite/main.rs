//! The store contract, and what is `SQLite`'s alone.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and writes files of its own"
)]

mod file;
mod plans;
mod turns;

use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_testkit::contract::StoreUnderTest;
use tempfile::TempDir;

specd_testkit::store_contract!(make_store);

fn make_store() -> StoreUnderTest {
    let place = TempDir::new().unwrap();
    StoreUnderTest::new(open(&place)).keeping(place)
}

/// A burst on a busy machine may wait longer than a server lets it.
fn open(place: &TempDir) -> SqliteStore {
    let settings = SqliteSettings {
        queue_wait_ms: 30_000,
        ..SqliteSettings::default()
    };
    SqliteStore::open(place.path().join("specd.db"), settings).unwrap()
}
