//! A panic in one request is that request's alone.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use specd_app::failure::{self, Panicked};

/// What `work` becomes, unless it panics. Nothing it touched is used again but what outlives every request anyway: the
/// shared state, whose locks survive a panic.
///
/// # Errors
/// The panic, which is to be told of.
pub(crate) async fn unless_it_panics<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| {
        let polled = failure::unless_it_panics(|| work.as_mut().poll(context));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    })
    .await
}
