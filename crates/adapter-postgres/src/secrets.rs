//! Secrets in `PostgreSQL`.

use specd_app::ports::Answer;
use specd_app::ports::secrets::SecretRepository;
use specd_app::ports::store::StoreError;
use specd_domain::sensitive::Sensitive;
use specd_sql_support::secrets;

use crate::failure::sent_error;
use crate::store::PostgresStore;

impl SecretRepository for PostgresStore {
    fn secret(
        &self,
        name: &'static str,
        fresh: Sensitive<[u8; 32]>,
    ) -> Answer<'_, Result<Sensitive<[u8; 32]>, StoreError>> {
        self.write(
            move |session| secrets::secret(session, name, fresh),
            sent_error,
        )
    }
}
