//! The store contract, and what is `SQLite`'s alone.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and writes files of its own"
)]

mod file;

use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_testkit::contract::StoreUnderTest;
use tempfile::TempDir;

specd_testkit::store_contract!(make_store);

fn make_store() -> StoreUnderTest {
    let place = TempDir::new().unwrap();
    StoreUnderTest::new(open(&place)).keeping(place)
}

fn open(place: &TempDir) -> SqliteStore {
    SqliteStore::open(place.path().join("specd.db"), SqliteSettings::default()).unwrap()
}
