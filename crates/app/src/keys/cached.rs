//! Keys remembered for at most a second, so that a busy caller does not cost a look-up a request, and a revocation
//! still holds within that second.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::Answer;
use crate::ports::clock::Clock;
use crate::ports::keys::{KeyRepository, StoredKey};
use crate::ports::store::StoreError;

/// How long a found key is remembered.
const LIFETIME: TimeDelta = TimeDelta::seconds(1);
/// How many keys are remembered at once; past it, all are forgotten.
const CAPACITY: usize = 4096;

/// A repository that remembers the keys it found. Keys that are not there are not remembered.
pub struct CachedKeys {
    keys: Arc<dyn KeyRepository>,
    clock: Arc<dyn Clock>,
    found: RwLock<HashMap<String, (DateTime<Utc>, StoredKey)>>,
}

impl CachedKeys {
    /// Remembers what `keys` answers.
    pub fn new(keys: Arc<dyn KeyRepository>, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            clock,
            found: RwLock::default(),
        }
    }

    fn remembered(&self, id: &str) -> Option<StoredKey> {
        let now = self.clock.now();
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let (since, key) = found.get(id)?;
        let is_fresh = (*since..*since + LIFETIME).contains(&now);
        is_fresh.then(|| key.clone())
    }

    fn remember(&self, asked_at: DateTime<Utc>, key: &StoredKey) {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= CAPACITY {
            found.clear();
        }
        found.insert(key.id.clone(), (asked_at, key.clone()));
    }

    fn forget(&self, id: &str) {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        found.remove(id);
    }
}

impl KeyRepository for CachedKeys {
    fn create(&self, key: StoredKey) -> Answer<'_, Result<(), StoreError>> {
        self.keys.create(key)
    }

    fn find(&self, id: &str) -> Answer<'_, Result<Option<StoredKey>, StoreError>> {
        let id = id.to_owned();
        Box::pin(async move {
            if let Some(key) = self.remembered(&id) {
                return Ok(Some(key));
            }
            // The second counts from the question: what is answered may be that old already.
            let asked_at = self.clock.now();
            let found = self.keys.find(&id).await?;
            if let Some(key) = &found {
                self.remember(asked_at, key);
            }
            Ok(found)
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<StoredKey>, StoreError>> {
        self.keys.list()
    }

    fn used(&self, uses: Vec<(String, DateTime<Utc>)>) -> Answer<'_, Result<(), StoreError>> {
        self.keys.used(uses)
    }

    fn revoke(&self, id: &str, at: DateTime<Utc>) -> Answer<'_, Result<bool, StoreError>> {
        let id = id.to_owned();
        Box::pin(async move {
            let revoked = self.keys.revoke(&id, at).await;
            self.forget(&id);
            revoked
        })
    }
}
