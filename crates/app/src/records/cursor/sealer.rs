//! Sealing: XChaCha20-Poly1305 under a secret that all servers of a database share.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use tokio::sync::OnceCell;

use crate::ports::entropy::Entropy;
use crate::ports::secrets::SecretRepository;
use crate::ports::store::StoreError;

/// The name of the secret.
const SECRET: &str = "cursors";
/// Random nonces of this length do not meet, however many cursors are given out.
const NONCE_LENGTH: usize = 24;

/// Seals cursors and opens them. Asks for the secret when it needs it first, and only once.
pub struct CursorSealer {
    secrets: Arc<dyn SecretRepository>,
    entropy: Arc<dyn Entropy>,
    cipher: OnceCell<XChaCha20Poly1305>,
}

/// A sealer that has its secret.
pub(in crate::records) struct Seal<'a> {
    cipher: &'a XChaCha20Poly1305,
    entropy: &'a dyn Entropy,
}

impl CursorSealer {
    /// A sealer with the secret of this database.
    pub fn new(secrets: Arc<dyn SecretRepository>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            secrets,
            entropy,
            cipher: OnceCell::new(),
        }
    }

    /// The sealer with its secret. May be given up at any point.
    ///
    /// # Errors
    /// The database, which has the secret, is away.
    pub(in crate::records) async fn seal(&self) -> Result<Seal<'_>, StoreError> {
        let ask = || async {
            let fresh = random_256(&*self.entropy);
            let secret = self.secrets.secret(SECRET, fresh.into()).await?;
            Ok::<_, StoreError>(XChaCha20Poly1305::new(&secret.into_exposed().into()))
        };
        Ok(Seal {
            cipher: self.cipher.get_or_try_init(ask).await?,
            entropy: &*self.entropy,
        })
    }
}

impl Seal<'_> {
    /// A nonce and the sealed bytes; `bound` must be the same when they are opened.
    pub(super) fn seal(&self, bytes: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
        let random = random_256(self.entropy);
        let nonce = random.first_chunk::<NONCE_LENGTH>()?;
        let sealed = self.cipher.encrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: bytes,
                aad: bound,
            },
        );
        Some([&nonce[..], &sealed.ok()?].concat())
    }

    /// The bytes that were sealed; `None` where they were changed, cut, sealed elsewhere or bound to something else. The
    /// tags are compared in constant time.
    pub(super) fn open(&self, sealed: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LENGTH>()?;
        let payload = Payload {
            msg: sealed,
            aad: bound,
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

fn random_256(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bits = [0; 32];
    for half in bits.as_chunks_mut::<16>().0 {
        *half = entropy.random_128();
    }
    bits
}
