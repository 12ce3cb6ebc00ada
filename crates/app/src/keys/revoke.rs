//! Revoking a key: it is refused from now on.

use crate::ports::clock::Clock;
use crate::ports::keys::KeyRepository;
use crate::ports::store::StoreError;

/// Revokes the key of this id; `false` where there is none.
///
/// # Errors
/// The store could not do it.
pub async fn revoke(
    id: &str,
    keys: &dyn KeyRepository,
    clock: &dyn Clock,
) -> Result<bool, StoreError> {
    keys.revoke(id, clock.now()).await
}
