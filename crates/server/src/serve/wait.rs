//! Waiting for a database that is away.

use std::time::Duration;

use anyhow::{Context as _, Result};
use specd_app::ports::store::StoreError;
use specd_sql_support::prepare::PrepareError;

use crate::database::DatabaseUrl;
use crate::stores::Stores;

/// Between two attempts.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// Brings specd's own tables up to date, as soon as the database is there.
///
/// # Errors
/// The database is there and refuses us: waiting would not help.
pub(crate) async fn for_database(stores: &Stores, database: &DatabaseUrl) -> Result<()> {
    let mut attempt: u64 = 0;
    loop {
        match stores.prepare().await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_passing() => {
                attempt += 1;
                announce(attempt, database, &error);
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("could not use the database `{database}`"));
            }
        }
    }
}

/// Asks again for as long as the store is away or busy, which it is when a machine starts many things at once.
/// `store_error` finds the store's part in an error of the work.
///
/// # Errors
/// The store could answer, and failed; or the work failed otherwise.
pub(crate) async fn while_away<T, E>(
    what_for: &'static str,
    store_error: fn(&E) -> Option<&StoreError>,
    work: impl AsyncFn() -> Result<T, E>,
) -> Result<T, E> {
    loop {
        let decided = work().await;
        let Some(StoreError::Unavailable(reason)) = decided.as_ref().err().and_then(store_error)
        else {
            return decided;
        };
        tracing::warn!(error = &**reason, "waiting for the database to {what_for}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Says it at once, and then ever more rarely.
fn announce(attempt: u64, database: &DatabaseUrl, reason: &PrepareError) {
    if attempt.is_power_of_two() {
        tracing::warn!(
            %database,
            error = reason as &dyn std::error::Error,
            "waiting for the database; serving as soon as it answers"
        );
    }
}
