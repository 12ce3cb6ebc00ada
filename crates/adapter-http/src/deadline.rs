//! The deadline of a request: past it the caller is answered, whatever the store's threads still do.

use std::cell::Cell;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use actix_web::rt::time::timeout;
use specd_app::records::{RecordError, WriteGate};
use tokio::time::error::Elapsed;

use crate::state::HttpState;

/// How long a write may wait to begin: for its turn, and for the record that it changes. It leaves a second of the deadline
/// for the write itself.
const BEGIN_DEADLINE: Duration = Duration::from_secs(4);

tokio::task_local! {
    /// When the request of this task must have been answered.
    static DEADLINE: Cell<Instant>;
}

/// A request, whose deadline begins now: all that is done for it shares the time.
pub(crate) async fn of_request<T>(state: &HttpState, work: impl Future<Output = T>) -> T {
    let deadline = Instant::now() + state.settings.store_deadline;
    DEADLINE.scope(Cell::new(deadline), work).await
}

/// A wait for the client, whose time is not that of the request.
pub(crate) async fn not_counted<T>(wait: impl Future<Output = T>) -> T {
    let since = Instant::now();
    let outcome = wait.await;
    // Outside of a request there is nothing to be late for.
    let _ = DEADLINE.try_with(|deadline| deadline.set(deadline.get() + since.elapsed()));
    outcome
}

/// The time that is left.
fn left(state: &HttpState) -> Duration {
    let whole = state.settings.store_deadline;
    let left =
        DEADLINE.try_with(|deadline| deadline.get().saturating_duration_since(Instant::now()));
    left.unwrap_or(whole).min(whole)
}

/// Work within a time that is asked for, and a timer that is made, only where the work is not done at once.
pub(crate) async fn in_time<T>(
    patience: impl FnOnce() -> Duration,
    work: impl Future<Output = T>,
) -> Result<T, Elapsed> {
    let mut work = pin!(work);
    let at_once = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
    match at_once {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => timeout(patience(), work).await,
    }
}

/// Work that only reads, in time; late, the store counts as away.
pub(crate) async fn read<T>(
    state: &HttpState,
    work: impl Future<Output = Result<T, RecordError>>,
) -> Result<T, RecordError> {
    let outcome = in_time(|| left(state), work).await;
    outcome.unwrap_or_else(|_| Err(RecordError::Unavailable(late())))
}

/// Work that writes, in time. What has not begun by then never will, and nothing was stored; of what has begun nobody knows
/// whether it was.
pub(crate) async fn write<T>(
    state: &HttpState,
    gate: &WriteGate,
    work: impl Future<Output = Result<T, RecordError>>,
) -> Result<T, RecordError> {
    let whole = left(state);
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
