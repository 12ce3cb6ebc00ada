//! Answers in memory.

use chrono::{DateTime, Utc};
use specd_app::ports::Answer;
use specd_app::ports::answers::{AnswerRepository, ClaimId, KeptAnswer};
use specd_app::ports::store::StoreError;

use super::MemoryStore;

impl AnswerRepository for MemoryStore {
    fn find(
        &self,
        _id: ClaimId,
        _now: DateTime<Utc>,
    ) -> Answer<'_, Result<Option<KeptAnswer>, StoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn purge(&self, _now: DateTime<Utc>, _limit: u32) -> Answer<'_, Result<u64, StoreError>> {
        Box::pin(async { Ok(0) })
    }

    fn crowded(&self, _more_than: u64) -> Answer<'_, Result<Vec<(String, u64)>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}
