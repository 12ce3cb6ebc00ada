//! Who calls: a key looked up and compared. An unknown key, a wrong secret, a revoked and an expired key are one answer.
//!
//! The key is remembered for a second, that it was right is not: to hash a secret again costs less than to look up safely
//! whether it was hashed before.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use specd_domain::access::caller::Caller;
use subtle::ConstantTimeEq;

use super::cached::CachedKeys;
use super::token::Presented;
use crate::ports::clock::Clock;
use crate::ports::keys::StoredKey;
use crate::ports::store::StoreError;

/// Nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The key is not accepted. Why is not told, so that nobody learns which keys exist.
    #[error("the key is not accepted")]
    Refused,
    /// The store could not tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The caller who holds this key; that it was used is noted.
///
/// # Errors
/// The key is not accepted, or the store could not tell.
pub async fn authenticate(
    text: &str,
    keys: &CachedKeys,
    clock: &dyn Clock,
) -> Result<Arc<Caller>, AuthenticateError> {
    // A mistyped key ends here, before any look-up.
    let token = Presented::parse(text).map_err(|_| AuthenticateError::Refused)?;
    let found = keys.look_up(token.id()).await?;
    // An unknown key is compared too, with a hash that no secret has, so that it takes as long.
    let expected = found
        .as_ref()
        .map_or([0; 32].into(), |known| known.key.secret_sha256);
    let is_same = bool::from(token.secret_sha256().ct_eq(expected.expose()));
    let now = clock.now();
    match found {
        Some(known) if is_same && is_live(&known.key, now) => {
            keys.note_use(&known.key.id, now);
            Ok(Arc::clone(&known.caller))
        }
        _ => Err(AuthenticateError::Refused),
    }
}

fn is_live(key: &StoredKey, now: DateTime<Utc>) -> bool {
    let is_over = |moment: Option<DateTime<Utc>>| moment.is_some_and(|moment| moment <= now);
    !is_over(key.expires_at) && !is_over(key.revoked_at)
}
