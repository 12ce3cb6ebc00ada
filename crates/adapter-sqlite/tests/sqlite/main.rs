//! The store contract, and what is `SQLite`'s alone.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test may fail loudly, and writes files of its own"
)]

mod file;
mod filtered;
mod groups;
mod inline;
mod plans;
mod shown;
mod turns;

use specd_adapter_sqlite::{SqliteSettings, SqliteStore};
use specd_testkit::contract::StoreUnderTest;
use tempfile::TempDir;

specd_testkit::store_contract!(make_store);

/// Each write with its own commit, each read by a thread.
mod one_by_one {
    specd_testkit::store_contract!(crate::make_one_by_one);
}

fn make_store() -> StoreUnderTest {
    let place = TempDir::new().unwrap();
    StoreUnderTest::new(open(&place)).keeping(place)
}

fn make_one_by_one() -> StoreUnderTest {
    let place = TempDir::new().unwrap();
    let settings = SqliteSettings {
        is_batching: false,
        ..settings()
    };
    let store = SqliteStore::open(place.path().join("specd.db"), settings).unwrap();
    StoreUnderTest::new(store).keeping(place)
}

fn open(place: &TempDir) -> SqliteStore {
    SqliteStore::open(place.path().join("specd.db"), settings()).unwrap()
}

/// A burst on a busy machine may wait longer than a server lets it.
fn settings() -> SqliteSettings {
    SqliteSettings {
        queue_wait_ms: 30_000,
        ..SqliteSettings::default()
    }
}
