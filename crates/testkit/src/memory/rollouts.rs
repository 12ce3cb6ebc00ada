//! Rollouts in memory.

use specd_app::ports::Answer;
use specd_app::ports::rollouts::{RolloutRepository, StoredStage};
use specd_app::ports::store::StoreError;

use super::MemoryStore;

impl RolloutRepository for MemoryStore {
    fn stages(&self) -> Answer<'_, Result<Vec<StoredStage>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn set(&self, _stage: StoredStage) -> Answer<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}
