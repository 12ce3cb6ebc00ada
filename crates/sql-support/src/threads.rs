//! Threads that own what cannot be awaited: each has a state of its own, and all take work from one queue, one piece at a
//! time.

use std::sync::Arc;

use specd_app::ports::telemetry::QueueMeter;

use crate::groups::Groups;
use crate::queue::{GroupLimits, Work};
use crate::reply::reply;

pub use crate::queue::{QueueLimits, Unanswered};

/// A group of threads and their queue.
pub struct Threads<S: 'static>(Groups<Errand<S>>);

/// Work on the state of a thread; without one it is refused.
type Run<S> = Box<dyn FnOnce(Option<&mut S>) + Send>;

struct Errand<S>(Run<S>);

impl<S: 'static> Work for Errand<S> {
    fn refuse(self) {
        (self.0)(None);
    }

    fn is_abandoned(&self) -> bool {
        // It finds out by itself.
        false
    }
}

impl<S: 'static> Threads<S> {
    /// Starts `count` threads; each makes its state anew with `state`, also after its work panicked.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(
        name: &str,
        count: usize,
        limits: QueueLimits,
        state: impl Fn() -> S + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let one = GroupLimits { count: 1, bytes: 0 };
        let groups = Groups::start(name, count, limits, one, move || {
            let mut own = state();
            move |errands: Vec<Errand<S>>| {
                for errand in errands {
                    (errand.0)(Some(&mut own));
                }
            }
        });
        groups.map(Self)
    }

    /// Queues work at once and answers when a thread has done it. Work whose answer nobody awaits any more when its turn
    /// comes is not begun.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn run<T, W>(
        &self,
        work: W,
    ) -> impl Future<Output = Result<T, Unanswered>> + Send + use<T, W, S>
    where
        T: Send + 'static,
        W: FnOnce(&mut S) -> T + Send + 'static,
    {
        let (reply, answer) = reply();
        self.0.push(Errand(Box::new(move |state: Option<&mut S>| {
            let Some(state) = state else {
                reply.send(Err(Unanswered::Overloaded));
                return;
            };
            if !reply.is_abandoned() {
                reply.send(Ok(work(state)));
            }
        })));
        async move { answer.await.flatten() }
    }

    /// Queues work that answers by itself. Refused, it is given no state.
    pub fn push(&self, work: impl FnOnce(Option<&mut S>) + Send + 'static) {
        self.0.push(Errand(Box::new(work)));
    }

    /// Has the queue watched from now on.
    pub fn measure(&self, meter: Arc<dyn QueueMeter>) {
        self.0.measure(meter);
    }

    /// Lets the threads finish what waits, and waits for them.
    pub fn finish(&mut self) {
        self.0.finish();
    }
}

impl<S> std::fmt::Debug for Threads<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    fn limits(wait_ms: u64) -> QueueLimits {
        QueueLimits {
            wait: Duration::from_millis(wait_ms),
            length: 3,
        }
    }

    #[tokio::test]
    async fn work_is_answered_in_order_by_one_thread() {
        let threads = Threads::start("t", 1, limits(10_000), Vec::new).unwrap();
        let first = threads.run(|seen: &mut Vec<u32>| seen.push(1));
        let second = threads.run(|seen: &mut Vec<u32>| seen.clone());
        assert_eq!(second.await, Ok(vec![1]));
        assert_eq!(first.await, Ok(()));
    }

    #[tokio::test]
    async fn waiting_ends_in_time_while_every_thread_is_stuck() {
        let threads = Threads::start("t", 1, limits(20), || ()).unwrap();
        let (release, stuck) = mpsc::channel::<()>();
        let (begin, under_way) = mpsc::channel();
        let first = threads.run(move |()| {
            begin.send(()).unwrap();
            stuck.recv()
        });
        under_way.recv().unwrap();
        let second = threads.run(|()| ());
        assert_eq!(second.await, Err(Unanswered::Overloaded));
        release.send(()).unwrap();
        assert_eq!(first.await, Ok(Ok(())));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let threads = Threads::start("t", 1, limits(10_000), || ()).unwrap();
        let (release, stuck) = mpsc::channel::<()>();
        let (begin, under_way) = mpsc::channel();
        let _first = threads.run(move |()| {
            begin.send(()).unwrap();
            stuck.recv()
        });
        under_way.recv().unwrap();
        let waiting: Vec<_> = (0..3).map(|_| threads.run(|()| ())).collect();
        assert_eq!(threads.run(|()| ()).await, Err(Unanswered::Overloaded));
        release.send(()).unwrap();
        for work in waiting {
            assert_eq!(work.await, Ok(()));
        }
    }

    #[tokio::test]
    async fn a_panic_costs_one_answer_and_no_thread() {
        let threads = Threads::start("t", 1, limits(10_000), || 7).unwrap();
        let lost = threads.run(|_: &mut i32| -> () { panic!("as planned") });
        assert_eq!(lost.await, Err(Unanswered::Lost));
        assert_eq!(threads.run(|state| *state).await, Ok(7));
    }

    #[tokio::test]
    async fn finishing_does_what_was_queued() {
        let mut threads = Threads::start("t", 2, limits(10_000), || ()).unwrap();
        let work = threads.run(|()| 1);
        threads.finish();
        assert_eq!(work.await, Ok(1));
        assert_eq!(threads.run(|()| 2).await, Err(Unanswered::Overloaded));
    }
}
