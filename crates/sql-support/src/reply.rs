//! Replies: how a thread that owns a connection answers whoever waits elsewhere.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::queue::Unanswered;

/// The end that answers. Dropped without an answer, it says [`Unanswered::Lost`].
#[derive(Debug)]
pub struct Reply<T>(oneshot::Sender<T>);

/// The end that waits.
#[derive(Debug)]
pub struct Awaited<T>(oneshot::Receiver<T>);

/// Both ends.
pub fn reply<T>() -> (Reply<T>, Awaited<T>) {
    let (sender, receiver) = oneshot::channel();
    (Reply(sender), Awaited(receiver))
}

impl<T> Reply<T> {
    /// Whether nobody waits any more.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_closed()
    }

    /// Answers. Whoever asked may have gone in the meantime.
    pub fn send(self, answer: T) {
        let _ = self.0.send(answer);
    }
}

impl<T> Future for Awaited<T> {
    type Output = Result<T, Unanswered>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = Pin::new(&mut self.0).poll(context);
        answer.map(|answer| answer.map_err(|_| Unanswered::Lost))
    }
}
