//! Rollouts in `SQLite`.

use specd_app::ports::Answer;
use specd_app::ports::rollouts::{RolloutRepository, StoredStage};
use specd_app::ports::store::StoreError;
use specd_sql_support::rollouts;

use crate::failure::store_error;
use crate::store::SqliteStore;

impl RolloutRepository for SqliteStore {
    fn stages(&self) -> Answer<'_, Result<Vec<StoredStage>, StoreError>> {
        self.read(|session| rollouts::stages(session))
    }

    fn set(&self, stage: StoredStage) -> Answer<'_, Result<(), StoreError>> {
        self.write(move |session| rollouts::set(session, stage).map_err(store_error))
    }
}
