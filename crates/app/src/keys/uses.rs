//! When keys were used last: noted in memory with every request, stored in the background at most once a minute each.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Utc};

use crate::ports::keys::KeyRepository;
use crate::ports::store::StoreError;

/// How often the last use of one key is stored.
const INTERVAL_MICROS: i64 = 60_000_000;
/// How many keys are noted at once. The uses of more are not noted until others were stored.
const MAX_NOTED: usize = 16_384;
/// How many are stored by one call.
const BATCH: usize = 500;
/// Before every time.
const NEVER: i64 = i64::MIN;

/// What was noted of each key, by its id.
#[derive(Default)]
pub(super) struct Uses(RwLock<HashMap<String, Use>>);

/// Times are microseconds since 1970. None of them is read together with another.
struct Use {
    last: AtomicI64,
    stored: AtomicI64,
    stored_at: AtomicI64,
}

impl Uses {
    /// Notes one use.
    pub(super) fn note(&self, id: &str, at: DateTime<Utc>) {
        let at = at.timestamp_micros();
        let noted = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = noted.get(id) {
            known.last.fetch_max(at, Ordering::Relaxed);
            return;
        }
        drop(noted);
        let mut noted = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= MAX_NOTED {
            noted.retain(|_, known| !known.is_stored());
        }
        if noted.len() >= MAX_NOTED {
            return;
        }
        let known = noted.entry(id.to_owned()).or_insert_with(|| Use {
            last: AtomicI64::new(at),
            stored: AtomicI64::new(NEVER),
            stored_at: AtomicI64::new(NEVER),
        });
        known.last.fetch_max(at, Ordering::Relaxed);
    }

    /// Stores those that were not stored within a minute.
    pub(super) async fn store_due(
        &self,
        keys: &dyn KeyRepository,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let now = now.timestamp_micros();
        let is_due = |known: &Use| {
            let stored_at = known.stored_at.load(Ordering::Relaxed);
            stored_at == NEVER || now.abs_diff(stored_at) >= INTERVAL_MICROS.unsigned_abs()
        };
        self.store(keys, now, is_due).await
    }

    /// Stores all that are not stored.
    pub(super) async fn store_all(
        &self,
        keys: &dyn KeyRepository,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.store(keys, now.timestamp_micros(), |_| true).await
    }

    async fn store(
        &self,
        keys: &dyn KeyRepository,
        now: i64,
        is_wanted: impl Fn(&Use) -> bool,
    ) -> Result<(), StoreError> {
        let wanted = self.unstored(is_wanted);
        for batch in wanted.chunks(BATCH) {
            let uses = batch.iter().filter_map(|(id, last)| {
                let at = DateTime::from_timestamp_micros(*last)?;
                Some((id.clone(), at))
            });
            keys.used(uses.collect()).await?;
            self.mark_stored(batch, now);
        }
        Ok(())
    }

    fn unstored(&self, is_wanted: impl Fn(&Use) -> bool) -> Vec<(String, i64)> {
        let noted = self.0.read().unwrap_or_else(PoisonError::into_inner);
        noted
            .iter()
            .filter(|(_, known)| !known.is_stored() && is_wanted(known))
            .map(|(id, known)| (id.clone(), known.last.load(Ordering::Relaxed)))
            .collect()
    }

    fn mark_stored(&self, batch: &[(String, i64)], now: i64) {
        let noted = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for (id, last) in batch {
            if let Some(known) = noted.get(id) {
                known.stored.fetch_max(*last, Ordering::Relaxed);
                known.stored_at.store(now, Ordering::Relaxed);
            }
        }
    }
}

impl Use {
    fn is_stored(&self) -> bool {
        self.stored.load(Ordering::Relaxed) >= self.last.load(Ordering::Relaxed)
    }
}
