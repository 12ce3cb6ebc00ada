//! The deadline of a request: past it the caller is answered, whatever the store's threads still do.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::time::Duration;

use actix_web::rt::time::timeout;
use specd_app::records::{RecordError, WriteGate};

use crate::state::HttpState;

/// How long a write may wait to begin: for its turn, and for the record that it changes.
const BEGIN_DEADLINE: Duration = Duration::from_secs(2);

/// Work that only reads, in time; late, the store counts as away.
pub(crate) async fn read<T>(
    state: &HttpState,
    work: impl Future<Output = Result<T, RecordError>>,
) -> Result<T, RecordError> {
    let outcome = timeout(state.settings.store_deadline, work).await;
    outcome.unwrap_or_else(|_| Err(RecordError::Unavailable(late())))
}

/// Work that writes, in time. What has not begun by then never will, and nothing was stored; of what has begun nobody knows
/// whether it was.
pub(crate) async fn write<T>(
    state: &HttpState,
    gate: &WriteGate,
    work: impl Future<Output = Result<T, RecordError>>,
) -> Result<T, RecordError> {
    let whole = state.settings.store_deadline;
    let patience = whole.min(BEGIN_DEADLINE);
    let mut work = pin!(work);
    for wait in [patience, whole.saturating_sub(patience)] {
        if let Ok(outcome) = timeout(wait, work.as_mut()).await {
            return outcome;
        }
        if gate.close() {
            return Err(RecordError::Unavailable(late()));
        }
    }
    Err(RecordError::OutcomeUnknown(late()))
}

fn late() -> Box<dyn Error + Send + Sync> {
    let reason = "the deadline of the request has passed";
    Box::new(io::Error::new(io::ErrorKind::TimedOut, reason))
}
