//! Keys in `PostgreSQL`.

use chrono::{DateTime, Utc};
use specd_app::ports::Answer;
use specd_app::ports::keys::{KeyRepository, StoredKey};
use specd_app::ports::store::StoreError;
use specd_sql_support::keys;

use crate::failure::sent_error;
use crate::store::PostgresStore;

impl KeyRepository for PostgresStore {
    fn create(&self, key: StoredKey) -> Answer<'_, Result<(), StoreError>> {
        self.write(
            move |session| keys::create(session, key.clone()),
            sent_error,
        )
    }

    fn find(&self, id: &str) -> Answer<'_, Result<Option<StoredKey>, StoreError>> {
        let id = id.to_owned();
        self.read(move |session| keys::find(session, &id))
    }

    fn list(&self) -> Answer<'_, Result<Vec<StoredKey>, StoreError>> {
        self.read(|session| keys::list(session))
    }

    fn used(&self, uses: Vec<(String, DateTime<Utc>)>) -> Answer<'_, Result<(), StoreError>> {
        self.write(move |session| keys::used(session, uses.clone()), sent_error)
    }

    fn revoke(&self, id: &str, at: DateTime<Utc>) -> Answer<'_, Result<bool, StoreError>> {
        let id = id.to_owned();
        self.write(move |session| keys::revoke(session, &id, at), sent_error)
    }
}
