//! Answers in `SQLite`.

use chrono::{DateTime, Utc};
use specd_app::ports::Answer;
use specd_app::ports::answers::{AnswerRepository, ClaimId, KeptAnswer};
use specd_app::ports::store::StoreError;
use specd_sql_support::answers;

use crate::failure::store_error;
use crate::store::SqliteStore;

impl AnswerRepository for SqliteStore {
    fn find(
        &self,
        id: ClaimId,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<Option<KeptAnswer>, StoreError>> {
        self.read_short(move |session| answers::find(session, id, now))
    }

    fn purge(&self, now: DateTime<Utc>, limit: u32) -> Answer<'_, Result<u64, StoreError>> {
        self.write(move |session| answers::purge(session, now, limit).map_err(store_error))
    }

    fn crowded(&self, more_than: u64) -> Answer<'_, Result<Vec<(String, u64)>, StoreError>> {
        self.read(move |session| answers::crowded(session, more_than))
    }
}
