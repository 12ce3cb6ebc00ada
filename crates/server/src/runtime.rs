//! The runtime of a command.

use std::future::Future;

/// Runs a future to its end on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}
