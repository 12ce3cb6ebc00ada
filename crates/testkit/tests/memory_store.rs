//! The store in memory keeps the contract.

use specd_testkit::MemoryStore;
use specd_testkit::contract::StoreUnderTest;

fn memory() -> StoreUnderTest {
    StoreUnderTest::new(MemoryStore::default())
}

specd_testkit::store_contract!(memory);
