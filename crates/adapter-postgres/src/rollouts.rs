//! Rollouts in `PostgreSQL`.

use specd_app::ports::Answer;
use specd_app::ports::rollouts::{RolloutRepository, StoredStage};
use specd_app::ports::store::StoreError;
use specd_sql_support::rollouts;

use crate::failure::sent_error;
use crate::store::PostgresStore;

impl RolloutRepository for PostgresStore {
    fn stages(&self) -> Answer<'_, Result<Vec<StoredStage>, StoreError>> {
        self.read(|session| rollouts::stages(session))
    }

    fn set(&self, stage: StoredStage) -> Answer<'_, Result<(), StoreError>> {
        self.write(
            move |session| rollouts::set(session, stage.clone()),
            sent_error,
        )
    }
}
