//! Secrets in `SQLite`.

use specd_app::ports::Answer;
use specd_app::ports::secrets::SecretRepository;
use specd_app::ports::store::StoreError;
use specd_domain::sensitive::Sensitive;
use specd_sql_support::secrets;

use crate::failure::store_error;
use crate::store::SqliteStore;

impl SecretRepository for SqliteStore {
    fn secret(
        &self,
        name: &'static str,
        fresh: Sensitive<[u8; 32]>,
    ) -> Answer<'_, Result<Sensitive<[u8; 32]>, StoreError>> {
        self.write(move |session| secrets::secret(session, name, fresh).map_err(store_error))
    }
}
