//! API keys: what is stored of them.

use chrono::{DateTime, Utc};
use specd_domain::name::ScopeName;
use specd_domain::sensitive::Sensitive;

use super::Answer;
use super::store::StoreError;

/// A key as it is stored: never its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The key's id, as it stands in the key itself.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ScopeName>,
    /// SHA-256 of the secret.
    pub secret_sha256: Sensitive<[u8; 32]>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when it is refused.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was used last, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Stores and finds keys.
pub trait KeyRepository: Send + Sync {
    /// Stores a key. Its id is random, so that a second one of the same id is a failure.
    fn create(&self, key: StoredKey) -> Answer<'_, Result<(), StoreError>>;

    /// The key of this id, revoked and expired ones too; `Ok(None)` where there is none.
    fn find(&self, id: &str) -> Answer<'_, Result<Option<StoredKey>, StoreError>>;

    /// Every key, oldest first, revoked and expired ones too.
    fn list(&self) -> Answer<'_, Result<Vec<StoredKey>, StoreError>>;

    /// Notes when keys were used last; an earlier time than the one that is noted changes nothing. Unknown ids are skipped.
    fn used(&self, uses: Vec<(String, DateTime<Utc>)>) -> Answer<'_, Result<(), StoreError>>;

    /// Revokes a key from `at` on; `Ok(false)` where there is none. One that is revoked keeps its first time.
    fn revoke(&self, id: &str, at: DateTime<Utc>) -> Answer<'_, Result<bool, StoreError>>;
}
