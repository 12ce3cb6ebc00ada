//! Secrets that all servers on one database share, such as the one that signs cursors.

use specd_domain::sensitive::Sensitive;

use super::Answer;
use super::store::StoreError;

/// Keeps secrets by their names.
pub trait SecretRepository: Send + Sync {
    /// The secret of this name. Where there is none yet, `fresh` becomes it; of several servers that ask at once, all get
    /// the same one.
    fn secret(
        &self,
        name: &'static str,
        fresh: Sensitive<[u8; 32]>,
    ) -> Answer<'_, Result<Sensitive<[u8; 32]>, StoreError>>;
}
