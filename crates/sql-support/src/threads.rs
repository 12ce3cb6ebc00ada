//! Threads that own what cannot be awaited: each has a state of its own, and all take work from one queue.
//!
//! The queue is bounded in length, and in time by a watch that refuses whatever waited too long, also while every thread
//! is stuck in the database.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// How a queue is bounded.
#[derive(Clone, Copy, Debug)]
pub struct QueueLimits {
    /// How long work may wait for a thread.
    pub wait: Duration,
    /// How much may wait.
    pub length: usize,
}

/// Work that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// No thread was free in time; nothing was begun.
    #[error("no connection was free in time")]
    Overloaded,
    /// The thread was lost on the way.
    #[error("the thread that did the work was lost")]
    Lost,
}

/// A group of threads and their queue.
pub struct Threads<S> {
    queue: Arc<Queue<S>>,
    handles: Vec<JoinHandle<()>>,
}

struct Queue<S> {
    state: Mutex<QueueState<S>>,
    arrived: Condvar,
    /// Wakes the watch when the queue stops being empty, and when it closes.
    watched: Condvar,
    limits: QueueLimits,
}

struct QueueState<S> {
    waiting: VecDeque<Work<S>>,
    is_closed: bool,
}

/// Work; without a state it is refused.
type Run<S> = Box<dyn FnOnce(Option<&mut S>) + Send>;

struct Work<S> {
    since: Instant,
    run: Run<S>,
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
        let queue = Arc::new(Queue {
            state: Mutex::new(QueueState {
                waiting: VecDeque::new(),
                is_closed: false,
            }),
            arrived: Condvar::new(),
            watched: Condvar::new(),
            limits,
        });
        let mut threads = Self {
            queue: Arc::clone(&queue),
            handles: Vec::with_capacity(count + 1),
        };
        let state = Arc::new(state);
        for number in 0..count.max(1) {
            let (queue, state) = (Arc::clone(&queue), Arc::clone(&state));
            let builder = Builder::new().name(format!("{name}-{number}"));
            threads
                .handles
                .push(builder.spawn(move || queue.serve(&*state))?);
        }
        let builder = Builder::new().name(format!("{name}-watch"));
        threads.handles.push(builder.spawn(move || queue.watch())?);
        Ok(threads)
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
        let (sender, receiver) = oneshot::channel();
        self.queue.push(Box::new(move |state| {
            let Some(state) = state else {
                let _ = sender.send(Err(Unanswered::Overloaded));
                return;
            };
            if !sender.is_closed() {
                let answer = work(state);
                // Whoever asked may have gone in the meantime.
                let _ = sender.send(Ok(answer));
            }
        }));
        async move { receiver.await.unwrap_or(Err(Unanswered::Lost)) }
    }

    /// Lets the threads finish what waits, and waits for them.
    pub fn finish(&mut self) {
        self.queue.close();
        for handle in self.handles.drain(..) {
            // A thread that panicked has said so already.
            let _ = handle.join();
        }
    }
}

impl<S> Drop for Threads<S> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl<S> std::fmt::Debug for Threads<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").finish_non_exhaustive()
    }
}

impl<S> Queue<S> {
    fn lock(&self) -> MutexGuard<'_, QueueState<S>> {
        // No work runs under the lock, so that a poisoned one is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, run: Run<S>) {
        let mut state = self.lock();
        if state.is_closed || state.waiting.len() >= self.limits.length {
            drop(state);
            run(None);
            return;
        }
        let was_empty = state.waiting.is_empty();
        state.waiting.push_back(Work {
            since: Instant::now(),
            run,
        });
        drop(state);
        self.arrived.notify_one();
        if was_empty {
            self.watched.notify_one();
        }
    }

    fn serve(&self, make: &dyn Fn() -> S) {
        let mut own = make();
        while let Some(run) = self.next() {
            let outcome = catch_unwind(AssertUnwindSafe(|| run(Some(&mut own))));
            if outcome.is_err() {
                tracing::error!("a database thread panicked; its connection is replaced");
                own = make();
            }
        }
    }

    fn next(&self) -> Option<Run<S>> {
        let mut state = self.lock();
        loop {
            if let Some(work) = state.waiting.pop_front() {
                return Some(work.run);
            }
            if state.is_closed {
                return None;
            }
            state = self
                .arrived
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Refuses what waits for too long.
    fn watch(&self) {
        let mut state = self.lock();
        loop {
            let Some(oldest) = state.waiting.front() else {
                if state.is_closed {
                    return;
                }
                state = self
                    .watched
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let waited = oldest.since.elapsed();
            if let Some(left) = self.limits.wait.checked_sub(waited)
                && !left.is_zero()
            {
                state = self
                    .watched
                    .wait_timeout(state, left)
                    .map_or_else(|poison| poison.into_inner().0, |(state, _)| state);
                continue;
            }
            if let Some(work) = state.waiting.pop_front() {
                drop(state);
                (work.run)(None);
                state = self.lock();
            }
        }
    }

    fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_all();
        self.watched.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

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
