//! The store in memory with somebody at its door, who counts, holds up, and lets go.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, Utc};
use specd_app::ports::Answer;
use specd_app::ports::keys::{KeyRepository, StoredKey};
use specd_app::ports::store::StoreError;
use specd_testkit::MemoryStore;
use tokio::sync::Semaphore;

/// Every call goes on to the store.
pub(crate) struct Watched {
    store: Arc<MemoryStore>,
    finds: AtomicUsize,
    batches: AtomicUsize,
    doors: Semaphore,
}

impl Watched {
    pub(crate) fn new(store: &Arc<MemoryStore>) -> Arc<Self> {
        Arc::new(Self {
            store: Arc::clone(store),
            finds: AtomicUsize::new(0),
            batches: AtomicUsize::new(0),
            doors: Semaphore::new(Semaphore::MAX_PERMITS),
        })
    }

    /// How many look-ups were begun.
    pub(crate) fn finds(&self) -> usize {
        self.finds.load(Ordering::Relaxed)
    }

    /// How often uses were stored, whatever came of it.
    pub(crate) fn batches(&self) -> usize {
        self.batches.load(Ordering::Relaxed)
    }

    /// From now on every look-up waits.
    pub(crate) fn close(&self) {
        self.doors.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets every look-up go on.
    pub(crate) fn open(&self) {
        self.doors.add_permits(Semaphore::MAX_PERMITS);
    }
}

impl KeyRepository for Watched {
    fn create(&self, key: StoredKey) -> Answer<'_, Result<(), StoreError>> {
        self.store.create(key)
    }

    fn find(&self, id: &str) -> Answer<'_, Result<Option<StoredKey>, StoreError>> {
        self.finds.fetch_add(1, Ordering::Relaxed);
        let id = id.to_owned();
        Box::pin(async move {
            let _door = self.doors.acquire().await;
            self.store.find(&id).await
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<StoredKey>, StoreError>> {
        KeyRepository::list(&*self.store)
    }

    fn used(&self, uses: Vec<(String, DateTime<Utc>)>) -> Answer<'_, Result<(), StoreError>> {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.store.used(uses)
    }

    fn revoke(&self, id: &str, at: DateTime<Utc>) -> Answer<'_, Result<bool, StoreError>> {
        self.store.revoke(id, at)
    }
}

/// The checksum of a key, by the description in http-contract, section 6: CRC-32 in six digits of base 62.
pub(crate) fn checksum(body: &str) -> String {
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut crc = u32::MAX;
    for byte in body.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    let mut rest = !crc;
    let mut digits: Vec<char> = (0..6)
        .map(|_| {
            let digit = DIGITS.chars().nth((rest % 62) as usize).unwrap();
            rest /= 62;
            digit
        })
        .collect();
    digits.reverse();
    digits.into_iter().collect()
}
