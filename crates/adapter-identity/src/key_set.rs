//! The keys of one issuer at one time, and the tokens that were found good by them.

use jsonwebtoken::{Algorithm, crypto};
use serde::Deserialize;
use serde_json::Value;

use crate::jwk::VerifyingKey;
use crate::token::Token;
use crate::verified::Verified;

/// The shortest secret of HS256, in bytes (RFC 7518, 3.2).
const SECRET_BYTES: usize = 32;

/// Bytes that hold no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeySetError {
    #[error("it is no JWK Set: expected a JSON object with an array `keys`")]
    NoSet,
    #[error("the secret has fewer than 32 bytes; make one with `openssl rand -base64 48`")]
    ShortSecret,
}

/// Why a token was not signed by these keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSigned {
    /// It names a key that is not there; it may have come since.
    UnknownKey,
    /// It is refused whatever keys may come.
    Refused(&'static str),
}

/// Keys.
pub(crate) struct KeySet {
    keys: Keys,
    /// How many keys of the set are of no use, and why the first one is not.
    pub(crate) unusable: Option<(usize, &'static str)>,
    /// What was found good. It is gone with the keys that found it so.
    pub(crate) verified: Verified,
}

enum Keys {
    /// Published: never for HS256, so that nobody signs with what everybody can read.
    Published(Vec<VerifyingKey>),
    /// Given by the operator: for HS256 alone.
    Secret(Box<VerifyingKey>),
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a JWK Set. Keys that cannot be used are left out (RFC 7517, 5); a set without keys accepts nothing.
    pub(crate) fn of_jwks(json: &[u8]) -> Result<Self, KeySetError> {
        let set: JwkSet = serde_json::from_slice(json).map_err(|_| KeySetError::NoSet)?;
        let mut keys: Vec<VerifyingKey> = Vec::new();
        let mut reasons = Vec::new();
        for value in &set.keys {
            match VerifyingKey::read(value) {
                Ok(key) => keys.push(key),
                Err(reason) => reasons.push(reason),
            }
        }
        Ok(Self {
            keys: Keys::Published(keys),
            unusable: reasons.first().map(|reason| (reasons.len(), *reason)),
            verified: Verified::default(),
        })
    }

    /// Takes a secret; one line break at its end does not belong to it.
    pub(crate) fn of_secret(bytes: &[u8]) -> Result<Self, KeySetError> {
        let secret = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let secret = secret.strip_suffix(b"\r").unwrap_or(secret);
        if secret.len() < SECRET_BYTES {
            return Err(KeySetError::ShortSecret);
        }
        Ok(Self {
            keys: Keys::Secret(Box::new(VerifyingKey::of_secret(secret))),
            unusable: None,
            verified: Verified::default(),
        })
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        match &self.keys {
            Keys::Published(keys) => keys.len(),
            Keys::Secret(_) => 1,
        }
    }

    /// Whether one of the keys signed the token.
    pub(crate) fn check(&self, token: &Token<'_>) -> Result<(), NotSigned> {
        let key = self.key_of(token)?;
        if key.algorithm != token.algorithm {
            return Err(NotSigned::Refused("its algorithm is not that of its key"));
        }
        let message = token.message.as_bytes();
        match crypto::verify(token.signature, message, &key.key, key.algorithm) {
            Ok(true) => Ok(()),
            _ => Err(NotSigned::Refused("its signature is wrong")),
        }
    }

    fn key_of(&self, token: &Token<'_>) -> Result<&VerifyingKey, NotSigned> {
        let keys = match &self.keys {
            Keys::Secret(secret) => return Ok(secret),
            Keys::Published(_) if token.algorithm == Algorithm::HS256 => {
                return Err(NotSigned::Refused("a published key is no secret"));
            }
            Keys::Published(keys) => keys.as_slice(),
        };
        let Some(id) = token.key_id.as_deref() else {
            return match keys {
                [only] => Ok(only),
                _ => Err(NotSigned::Refused(
                    "it does not say which key it is signed with",
                )),
            };
        };
        // Keys of different types may share an id (RFC 7517, 4.5).
        let named = || keys.iter().filter(|key| key.id.as_deref() == Some(id));
        let fitting = named().find(|key| key.algorithm == token.algorithm);
        fitting
            .or_else(|| named().next())
            .ok_or(NotSigned::UnknownKey)
    }
}
