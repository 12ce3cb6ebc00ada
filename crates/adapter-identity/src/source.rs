//! The place of an issuer's keys, asked: a file or a provider, to a set of keys or a reason.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::fetch::{FetchError, Fetcher, MAX_BYTES};
use crate::key_set::{KeySet, KeySetError};
use crate::settings::KeyPlace;

/// There are no keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("its file cannot be read")]
    File(#[from] io::Error),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Keys(#[from] KeySetError),
}

/// What a place holds.
pub(crate) struct Found {
    bytes: Vec<u8>,
    is_secret: bool,
    /// For how long it says that it holds.
    pub(crate) max_age: Option<Duration>,
}

impl Found {
    /// Looks.
    pub(crate) fn at(
        place: &KeyPlace,
        issuer: &str,
        fetcher: &Fetcher,
    ) -> Result<Self, SourceError> {
        let answer = match place {
            KeyPlace::File(path) | KeyPlace::Secret(path) => {
                return Ok(Self {
                    bytes: read(path)?,
                    is_secret: matches!(place, KeyPlace::Secret(_)),
                    max_age: None,
                });
            }
            KeyPlace::Url(url) => fetcher.jwks(url)?,
            KeyPlace::Discovery => fetcher.discover(issuer)?,
        };
        Ok(Self {
            bytes: answer.bytes,
            is_secret: false,
            max_age: answer.max_age,
        })
    }

    /// What tells it from what was found before.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }

    /// The keys in it.
    pub(crate) fn keys(&self) -> Result<KeySet, SourceError> {
        let keys = if self.is_secret {
            KeySet::of_secret(&self.bytes)
        } else {
            KeySet::of_jwks(&self.bytes)
        };
        Ok(keys?)
    }
}

/// The bytes of a file that is no larger than an answer may be, and that ends.
#[expect(
    clippy::disallowed_methods,
    reason = "the operator names this file; no other place of the program reads it"
)]
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > MAX_BYTES {
        return Err(io::Error::other("it has more than 64 KiB"));
    }
    Ok(bytes)
}

/// An error and its sources, for the log.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
