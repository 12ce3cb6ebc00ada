//! Rollouts in memory.

use specd_app::ports::Answer;
use specd_app::ports::rollouts::{RolloutRepository, StoredStage};
use specd_app::ports::store::StoreError;

use super::MemoryStore;

impl RolloutRepository for MemoryStore {
    fn stages(&self) -> Answer<'_, Result<Vec<StoredStage>, StoreError>> {
        self.transaction(|state| Ok(state.stages.values().cloned().collect()))
    }

    fn set(&self, stage: StoredStage) -> Answer<'_, Result<(), StoreError>> {
        self.transaction(|state| {
            state.stages.insert(stage.spec, stage);
            Ok(())
        })
    }
}
