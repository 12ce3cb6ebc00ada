//! The deadline of a request: past it the caller is answered, whatever the store's threads still do.

use std::error::Error;
use std::future::Future;
use std::io;

use actix_web::rt::time::timeout;
use specd_app::records::RecordError;

use crate::state::HttpState;

/// Work that only reads, in time; late, the store counts as away.
pub(crate) async fn read<T>(
    state: &HttpState,
    work: impl Future<Output = Result<T, RecordError>>,
) -> Result<T, RecordError> {
    let outcome = timeout(state.settings.store_deadline, work).await;
    outcome.unwrap_or_else(|_| Err(RecordError::Unavailable(late())))
}

/// Work that writes, in time; late, nobody knows whether it was stored.
pub(crate) async fn write<T>(
    state: &HttpState,
    work: impl Future<Output = Result<T, RecordError>>,
) -> Result<T, RecordError> {
    let outcome = timeout(state.settings.store_deadline, work).await;
    outcome.unwrap_or_else(|_| Err(RecordError::OutcomeUnknown(late())))
}

fn late() -> Box<dyn Error + Send + Sync> {
    let reason = "the deadline of the request has passed";
    Box::new(io::Error::new(io::ErrorKind::TimedOut, reason))
}
