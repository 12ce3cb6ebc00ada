//! Keys in memory.

use chrono::{DateTime, Utc};
use specd_app::ports::Answer;
use specd_app::ports::keys::{KeyRepository, StoredKey};
use specd_app::ports::store::StoreError;

use super::{MemoryStore, failed};

impl KeyRepository for MemoryStore {
    fn create(&self, key: StoredKey) -> Answer<'_, Result<(), StoreError>> {
        self.transaction(|state| {
            if state.keys.iter().any(|stored| stored.id == key.id) {
                return Err(failed("there already is a key of this id"));
            }
            state.keys.push(key);
            state.keys.sort_by(|left, right| {
                (left.created_at, &left.id).cmp(&(right.created_at, &right.id))
            });
            Ok(())
        })
    }

    fn find(&self, id: &str) -> Answer<'_, Result<Option<StoredKey>, StoreError>> {
        self.transaction(|state| Ok(state.keys.iter().find(|key| key.id == id).cloned()))
    }

    fn list(&self) -> Answer<'_, Result<Vec<StoredKey>, StoreError>> {
        self.transaction(|state| Ok(state.keys.clone()))
    }

    fn used(&self, uses: Vec<(String, DateTime<Utc>)>) -> Answer<'_, Result<(), StoreError>> {
        self.transaction(|state| {
            for (id, at) in uses {
                if let Some(key) = state.keys.iter_mut().find(|key| key.id == id) {
                    key.last_used_at = key.last_used_at.max(Some(at));
                }
            }
            Ok(())
        })
    }

    fn revoke(&self, id: &str, at: DateTime<Utc>) -> Answer<'_, Result<bool, StoreError>> {
        self.transaction(|state| {
            let Some(key) = state.keys.iter_mut().find(|key| key.id == id) else {
                return Ok(false);
            };
            key.revoked_at.get_or_insert(at);
            Ok(true)
        })
    }
}
