//! Sweeping, while the server runs: every minute the answers whose time is over are forgotten.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::task::JoinHandle;
use specd_app::idempotency::{Claims, KEPT_PER_CALLER, sweep};
use specd_app::ports::answers::AnswerRepository;
use tracing::{debug, warn};

use crate::system::SystemClock;

/// How often it is swept.
const EVERY: Duration = Duration::from_mins(1);

/// Sweeps until it is aborted. A database that is away is swept later.
pub(super) fn start(claims: Arc<Claims>, answers: Arc<dyn AnswerRepository>) -> JoinHandle<()> {
    rt::spawn(async move {
        loop {
            rt::time::sleep(EVERY).await;
            match sweep(&claims, KEPT_PER_CALLER, &*answers, &SystemClock).await {
                Ok(0) => {}
                Ok(swept) => debug!(swept, "forgot kept answers whose time is over"),
                Err(error) => warn!(
                    error = &error as &dyn std::error::Error,
                    "kept answers could not be swept, they will be in a minute"
                ),
            }
        }
    })
}
