//! A bounded number of places, a bounded wait for them, and a fair share of them for each caller.
//!
//! Whoever waits is let in caller by caller, not request by request; and however many places are free, one caller never
//! holds more than three quarters of them, so that another never finds all of them taken by one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

/// The gate of one class of requests.
pub(crate) struct Gate {
    places: usize,
    share: usize,
    longest_queue: usize,
    patience: Duration,
    state: Mutex<State>,
}

/// A place; free again when it is dropped.
pub(crate) struct Place<'a> {
    gate: &'a Gate,
    who: Arc<str>,
}

#[derive(Default)]
struct State {
    taken: usize,
    /// How many places each caller holds; none stands here with none.
    held: HashMap<Arc<str>, usize>,
    waiting: usize,
    /// The requests of each caller that waits, first come, first served.
    queues: HashMap<Arc<str>, VecDeque<Waiting>>,
    /// The callers that wait, each once, in the order in which they are let in.
    turns: VecDeque<Arc<str>>,
    next: u64,
}

struct Waiting {
    number: u64,
    admitted: oneshot::Sender<()>,
}

/// What a request finds at the gate.
enum Entry {
    Place(Arc<str>),
    Queue(Arc<str>, u64, oneshot::Receiver<()>),
    Full,
}

impl Gate {
    /// A gate with so many places, before which so many requests may wait for so long.
    pub(crate) fn new(places: usize, longest_queue: usize, patience: Duration) -> Self {
        Self {
            places,
            share: (places * 3 / 4).max(1),
            longest_queue,
            patience,
            state: Mutex::default(),
        }
    }

    /// A place for this caller; `None` where none was free in time.
    pub(crate) async fn enter(&self, who: &str) -> Option<Place<'_>> {
        match self.knock(who) {
            Entry::Place(who) => Some(Place { gate: self, who }),
            Entry::Full => None,
            Entry::Queue(who, number, mut admitted) => {
                // Dropped, whether in time or not, it leaves no trace in the queue.
                let mut queued = Queued {
                    gate: self,
                    who: &who,
                    number,
                    is_in: false,
                };
                queued.is_in = match timeout(self.patience, &mut admitted).await {
                    Ok(answer) => answer.is_ok(),
                    // It may have been let in at the last moment.
                    Err(_) => admitted.try_recv().is_ok(),
                };
                let is_in = queued.is_in;
                drop(queued);
                let place = is_in.then(|| Place { gate: self, who });
                // The runtime runs those who are woken from within before those who are woken by their sockets: who was let
                // in queues up behind them, or a crowd that waits here would keep everybody else from being read.
                yield_now().await;
                place
            }
        }
    }

    fn knock(&self, who: &str) -> Entry {
        let mut state = self.state();
        let who = state
            .held
            .get_key_value(who)
            .map_or_else(|| Arc::from(who), |(known, _)| Arc::clone(known));
        // Whoever waits does so because all places are taken, or all of its caller's share.
        if state.taken < self.places && state.held_by(&who) < self.share {
            state.take(&who);
            return Entry::Place(who);
        }
        if state.waiting >= self.longest_queue {
            return Entry::Full;
        }
        let (admitted, receiver) = oneshot::channel();
        let number = state.queue(&who, admitted);
        Entry::Queue(who, number, receiver)
    }

    /// A place is free: the next caller whose share is not used up is let in.
    fn leave(&self, who: &Arc<str>) {
        let mut state = self.state();
        state.give_back(who);
        state.admit_next(self.share);
    }

    fn give_up(&self, who: &Arc<str>, number: u64) {
        let mut state = self.state();
        if state.remove(who, number) {
            return;
        }
        // It was let in, and nobody is there any more.
        state.give_back(who);
        state.admit_next(self.share);
    }

    /// A panic elsewhere leaves the counts whole: they are changed in one go.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.gate.leave(&self.who);
    }
}

/// A request that waits. Dropped before it is let in, it is taken out of the queue.
struct Queued<'a> {
    gate: &'a Gate,
    who: &'a Arc<str>,
    number: u64,
    is_in: bool,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        if !self.is_in {
            self.gate.give_up(self.who, self.number);
        }
    }
}

impl State {
    fn held_by(&self, who: &str) -> usize {
        self.held.get(who).copied().unwrap_or_default()
    }

    fn take(&mut self, who: &Arc<str>) {
        self.taken += 1;
        *self.held.entry(Arc::clone(who)).or_default() += 1;
    }

    fn give_back(&mut self, who: &Arc<str>) {
        self.taken = self.taken.saturating_sub(1);
        if let Some(held) = self.held.get_mut(who) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                self.held.remove(who);
            }
        }
    }

    fn queue(&mut self, who: &Arc<str>, admitted: oneshot::Sender<()>) -> u64 {
        let number = self.next;
        self.next = self.next.wrapping_add(1);
        self.waiting += 1;
        let queue = self.queues.entry(Arc::clone(who)).or_default();
        if queue.is_empty() {
            self.turns.push_back(Arc::clone(who));
        }
        queue.push_back(Waiting { number, admitted });
        number
    }

    /// Takes a request out of its queue; `false` where it is not in there any more.
    fn remove(&mut self, who: &Arc<str>, number: u64) -> bool {
        let Some(queue) = self.queues.get_mut(who) else {
            return false;
        };
        let Some(at) = queue.iter().position(|waiting| waiting.number == number) else {
            return false;
        };
        queue.remove(at);
        self.waiting = self.waiting.saturating_sub(1);
        if queue.is_empty() {
            self.queues.remove(who);
            self.turns.retain(|other| other != who);
        }
        true
    }

    fn admit_next(&mut self, share: usize) {
        for _ in 0..self.turns.len() {
            let Some(who) = self.turns.pop_front() else {
                return;
            };
            let has_share = self.held_by(&who) < share;
            let first = if has_share {
                self.queues.get_mut(&who).and_then(VecDeque::pop_front)
            } else {
                None
            };
            if self.queues.get(&who).is_none_or(VecDeque::is_empty) {
                self.queues.remove(&who);
            } else {
                self.turns.push_back(Arc::clone(&who));
            }
            if let Some(waiting) = first {
                self.waiting = self.waiting.saturating_sub(1);
                self.take(&who);
                // Where nobody listens any more, its place is given back by whoever stopped listening.
                let _ = waiting.admitted.send(());
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::rt::System;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);
    const SHORT: Duration = Duration::from_millis(20);

    /// Places for one caller.
    async fn places<'a>(gate: &'a Gate, who: &str, count: usize) -> Vec<Place<'a>> {
        let mut places = Vec::new();
        for _ in 0..count {
            places.push(gate.enter(who).await.unwrap());
        }
        places
    }

    fn run<T>(test: impl Future<Output = T>) -> T {
        System::new().block_on(test)
    }

    #[test]
    fn whoever_finds_no_place_in_time_is_refused_and_leaves_no_trace() {
        run(async {
            let gate = Gate::new(4, 10, SHORT);
            let held = places(&gate, "a", 3).await;
            let other = places(&gate, "b", 1).await;
            assert!(gate.enter("b").await.is_none());
            assert!(gate.enter("c").await.is_none());
            assert_eq!(gate.state().waiting, 0);
            assert!(gate.state().queues.is_empty() && gate.state().turns.is_empty());
            drop((held, other));
            assert_eq!(gate.state().taken, 0);
            assert!(gate.state().held.is_empty());
        });
    }

    #[test]
    fn one_caller_never_holds_all_places() {
        run(async {
            let gate = Gate::new(4, 10, SHORT);
            let held = places(&gate, "a", 3).await;
            assert!(
                gate.enter("a").await.is_none(),
                "the share is three of four"
            );
            assert!(gate.enter("b").await.is_some());
            drop(held);
            assert!(gate.enter("a").await.is_some());
        });
    }

    #[test]
    fn more_than_may_wait_are_refused_at_once() {
        run(async {
            let gate = Gate::new(1, 0, LONG);
            let _held = gate.enter("a").await.unwrap();
            assert!(gate.enter("b").await.is_none());
        });
    }

    #[test]
    fn those_who_wait_are_let_in_caller_by_caller() {
        run(async {
            let gate = Gate::new(1, 100, LONG);
            let held = gate.enter("x").await.unwrap();
            let order = std::cell::RefCell::new(Vec::new());
            let one = async |who: &'static str| {
                let place = gate.enter(who).await.unwrap();
                order.borrow_mut().push(who);
                drop(place);
            };
            // Ten requests of a greedy caller come first, then one of a modest one.
            let mut waiting: Vec<_> = (0..10).map(|_| Box::pin(one("greedy"))).collect();
            waiting.push(Box::pin(one("modest")));
            let mut held = Some(held);
            std::future::poll_fn(|context| {
                waiting.retain_mut(|request| request.as_mut().poll(context).is_pending());
                // All wait by now.
                held = None;
                if waiting.is_empty() {
                    std::task::Poll::Ready(())
                } else {
                    std::task::Poll::Pending
                }
            })
            .await;
            assert_eq!(order.borrow()[..2], ["greedy", "modest"]);
            assert_eq!(order.borrow().len(), 11);
        });
    }

    #[test]
    fn a_request_that_is_given_up_gives_its_place_on() {
        run(async {
            let gate = Gate::new(1, 100, LONG);
            let held = gate.enter("a").await.unwrap();
            let mut given_up = Box::pin(gate.enter("b"));
            let mut patient = Box::pin(gate.enter("c"));
            std::future::poll_fn(|context| {
                assert!(given_up.as_mut().poll(context).is_pending());
                assert!(patient.as_mut().poll(context).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
            // Let in, and gone before it could know.
            drop(held);
            drop(given_up);
            assert!(patient.await.is_some());
        });
    }
}
