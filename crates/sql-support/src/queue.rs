//! Work that waits for a thread, in the order in which it came.
//!
//! A queue is bounded in length, and in time by a watch that refuses whatever waited too long, also while every thread
//! is stuck in the database.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use specd_app::ports::store::StoreError;
use specd_app::ports::telemetry::QueueMeter;

/// How a queue is bounded.
#[derive(Clone, Copy, Debug)]
pub struct QueueLimits {
    /// How long work may wait for a thread.
    pub wait: Duration,
    /// How much may wait.
    pub length: usize,
}

/// How much one thread takes from a queue at once.
#[derive(Clone, Copy, Debug)]
pub struct GroupLimits {
    /// How many pieces of work.
    pub count: usize,
    /// How much they may weigh together, in bytes; one alone may weigh more.
    pub bytes: usize,
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

impl Unanswered {
    /// What it is for whoever wanted to read.
    pub fn of_read(self) -> StoreError {
        match self {
            Self::Overloaded => StoreError::Unavailable(Box::new(self)),
            Self::Lost => StoreError::Failed(Box::new(self)),
        }
    }

    /// What it is for whoever wanted to write: a thread that is lost may have written.
    pub fn of_write(self) -> StoreError {
        match self {
            Self::Overloaded => StoreError::Unavailable(Box::new(self)),
            Self::Lost => StoreError::OutcomeUnknown(Box::new(self)),
        }
    }
}

/// Something that can wait in a queue.
pub trait Work: Send + 'static {
    /// Tells whoever waits that it will not be begun.
    fn refuse(self);

    /// Whether nobody waits for its answer any more, so that it need not be begun.
    fn is_abandoned(&self) -> bool;

    /// How much it adds to a group, in bytes.
    fn bytes(&self) -> usize {
        0
    }
}

/// The queue.
pub(crate) struct Queue<W> {
    state: Mutex<State<W>>,
    arrived: Condvar,
    /// Wakes the watch when the queue stops being empty, and when it closes.
    watched: Condvar,
    limits: QueueLimits,
    meter: OnceLock<Arc<dyn QueueMeter>>,
}

struct State<W> {
    waiting: VecDeque<(Instant, W)>,
    /// How many threads wait for work. To wake nobody costs a call of the system.
    parked: usize,
    is_watch_parked: bool,
    is_closed: bool,
}

impl<W: Work> Queue<W> {
    pub(crate) fn new(limits: QueueLimits) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                parked: 0,
                is_watch_parked: false,
                is_closed: false,
            }),
            arrived: Condvar::new(),
            watched: Condvar::new(),
            limits,
            meter: OnceLock::new(),
        })
    }

    /// Has this queue watched from now on, by the first who asks.
    pub(crate) fn measure(&self, meter: Arc<dyn QueueMeter>) {
        // Two meters would count everything twice.
        let _ = self.meter.set(meter);
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        // No work runs under the lock, so that a poisoned one is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues work, or refuses it where there is too much.
    pub(crate) fn push(&self, work: W) {
        let mut state = self.lock();
        if state.is_closed || state.waiting.len() >= self.limits.length {
            drop(state);
            self.refuse(work);
            return;
        }
        state.waiting.push_back((Instant::now(), work));
        let (wakes_thread, wakes_watch) = (state.parked > 0, state.is_watch_parked);
        if wakes_thread {
            state.parked -= 1;
        }
        state.is_watch_parked = false;
        drop(state);
        if wakes_thread {
            self.arrived.notify_one();
        }
        if wakes_watch {
            self.watched.notify_one();
        }
    }

    /// Waits for work and takes what is there, the oldest first. `None` once the queue is closed and empty.
    pub(crate) fn take(&self, limits: GroupLimits) -> Option<Vec<W>> {
        let mut state = self.lock();
        loop {
            let group = state.group(limits);
            if !group.is_empty() {
                drop(state);
                return Some(self.begun(group));
            }
            if state.is_closed {
                return None;
            }
            state.parked += 1;
            state = self
                .arrived
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Refuses what waits for too long, until the queue is closed and empty.
    pub(crate) fn watch(&self) {
        let mut state = self.lock();
        loop {
            let Some((since, _)) = state.waiting.front() else {
                if state.is_closed {
                    return;
                }
                state.is_watch_parked = true;
                state = self
                    .watched
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = self.limits.wait.saturating_sub(since.elapsed());
            if !left.is_zero() {
                state = self
                    .watched
                    .wait_timeout(state, left)
                    .map_or_else(|poison| poison.into_inner().0, |(state, _)| state);
                continue;
            }
            if let Some((_, work)) = state.waiting.pop_front() {
                drop(state);
                self.refuse(work);
                state = self.lock();
            }
        }
    }

    /// A group without the moments at which each of it came, which the meter is told.
    fn begun(&self, group: Vec<(Instant, W)>) -> Vec<W> {
        if let Some(meter) = self.meter.get() {
            let now = Instant::now();
            for (since, _) in &group {
                meter.waited(now.saturating_duration_since(*since));
            }
            meter.taken(group.len());
        }
        group.into_iter().map(|(_, work)| work).collect()
    }

    fn refuse(&self, work: W) {
        if let Some(meter) = self.meter.get() {
            meter.refused();
        }
        work.refuse();
    }

    /// Whether nothing waits.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    /// Takes no more work; what waits is still done.
    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.arrived.notify_all();
        self.watched.notify_all();
    }
}

impl<W: Work> State<W> {
    fn group(&mut self, limits: GroupLimits) -> Vec<(Instant, W)> {
        let mut group = Vec::new();
        let mut bytes = 0_usize;
        while group.len() < limits.count.max(1) {
            let Some((_, next)) = self.waiting.front() else {
                break;
            };
            let is_abandoned = next.is_abandoned();
            let total = bytes.saturating_add(next.bytes());
            if !is_abandoned && !group.is_empty() && total > limits.bytes {
                break;
            }
            let Some(next) = self.waiting.pop_front() else {
                break;
            };
            if !is_abandoned {
                bytes = total;
                group.push(next);
            }
        }
        group
    }
}
