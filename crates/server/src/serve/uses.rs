//! When keys were used last, stored while the server runs, and once more at its end.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::task::JoinHandle;
use specd_app::keys::cached::CachedKeys;
use tracing::{info, warn};

/// How often it is looked for uses that are due. Those of one key are stored once a minute at the most.
const EVERY: Duration = Duration::from_secs(5);
/// How long the end of the server waits for a database.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Stores them until it is aborted. A database that is away hears of them later, and the log of that once.
pub(super) fn start(keys: Arc<CachedKeys>) -> JoinHandle<()> {
    rt::spawn(async move {
        let mut is_away = false;
        loop {
            rt::time::sleep(EVERY).await;
            let stored = keys.store_due_uses().await;
            match &stored {
                Ok(()) if is_away => info!("the last use of keys is stored again"),
                Err(error) if !is_away => warn!(
                    error = error as &dyn std::error::Error,
                    "the last use of keys could not be stored, it is tried again"
                ),
                _ => {}
            }
            is_away = stored.is_err();
        }
    })
}

/// Stores what is left.
pub(super) async fn finish(keys: &CachedKeys) {
    match rt::time::timeout(LAST_WAIT, keys.store_all_uses()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => warn!(
            error = &error as &dyn std::error::Error,
            "the last use of keys could not be stored"
        ),
        Err(_) => warn!("the last use of keys was not stored in time"),
    }
}
