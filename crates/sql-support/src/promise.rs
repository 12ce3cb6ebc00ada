//! A promise: whoever waits for an answer hears it once, or that whoever had to give it is lost.

use tokio::sync::oneshot;

use crate::queue::Unanswered;

/// The end that answers. Dropped, it says [`Unanswered::Lost`].
#[derive(Debug)]
pub struct Promise<T>(oneshot::Sender<T>);

/// A promise, and what waits for it.
pub fn promise<T: Send>() -> (
    Promise<T>,
    impl Future<Output = Result<T, Unanswered>> + Send + use<T>,
) {
    let (sender, receiver) = oneshot::channel();
    let answer = async move { receiver.await.map_err(|_| Unanswered::Lost) };
    (Promise(sender), answer)
}

impl<T> Promise<T> {
    /// Answers; whoever asked may have gone in the meantime.
    pub fn keep(self, answer: T) {
        let _ = self.0.send(answer);
    }

    /// Whether nobody waits any more.
    pub fn is_abandoned(&self) -> bool {
        self.0.is_closed()
    }
}
