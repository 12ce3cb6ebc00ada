//! Creating a key. Its secret is shown once and stored only as a hash.

use chrono::{DateTime, Utc};
use specd_domain::name::ScopeName;

use super::token::Token;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::keys::{KeyRepository, StoredKey};
use crate::ports::store::StoreError;

/// A key to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ScopeName>,
    /// From when on it is refused.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key that was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedKey {
    /// What is stored of it.
    pub stored: StoredKey,
    /// The key itself, which cannot be had again.
    pub token: Token,
}

/// Creates a key.
///
/// # Errors
/// The store could not keep it.
pub async fn create(
    new: NewKey,
    keys: &dyn KeyRepository,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<CreatedKey, StoreError> {
    let token = Token::generate(entropy);
    let stored = StoredKey {
        id: token.id().to_owned(),
        name: new.name,
        scopes: new.scopes,
        secret_sha256: token.secret_sha256().into(),
        created_at: clock.now(),
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    keys.create(stored.clone()).await?;
    Ok(CreatedKey { stored, token })
}
