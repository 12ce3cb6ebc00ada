//! Listing the keys, without their secrets, which nobody has.

use crate::ports::keys::{KeyRepository, StoredKey};
use crate::ports::store::StoreError;

/// Every key, oldest first, revoked and expired ones too.
///
/// # Errors
/// The store could not tell.
pub async fn list(keys: &dyn KeyRepository) -> Result<Vec<StoredKey>, StoreError> {
    keys.list().await
}
