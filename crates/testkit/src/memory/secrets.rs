//! Secrets in memory.

use specd_app::ports::Answer;
use specd_app::ports::secrets::SecretRepository;
use specd_app::ports::store::StoreError;
use specd_domain::sensitive::Sensitive;

use super::MemoryStore;

impl SecretRepository for MemoryStore {
    fn secret(
        &self,
        name: &'static str,
        fresh: Sensitive<[u8; 32]>,
    ) -> Answer<'_, Result<Sensitive<[u8; 32]>, StoreError>> {
        self.transaction(|state| Ok(*state.secrets.entry(name).or_insert(fresh)))
    }
}
