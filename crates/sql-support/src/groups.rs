//! Threads that take whatever waits as one group: what comes while a group is in flight becomes the next one. Nobody waits
//! for a group to fill, so that a lone piece of work is done at once.

use std::error::Error;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use specd_app::failure::unless_it_panics;
use specd_app::ports::telemetry::QueueMeter;

use crate::queue::{GroupLimits, Queue, QueueLimits, Work};

/// A crew of threads and their queue.
pub struct Groups<W: Work> {
    queue: Arc<Queue<W>>,
    handles: Vec<JoinHandle<()>>,
}

impl<W: Work> Groups<W> {
    /// Starts `count` threads; each does groups with a worker of its own, which `worker` makes anew after a panic. Work of
    /// a group that panics is dropped without an answer.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start<D>(
        name: &str,
        count: usize,
        queue: QueueLimits,
        group: GroupLimits,
        worker: impl Fn() -> D + Send + Sync + 'static,
    ) -> std::io::Result<Self>
    where
        D: FnMut(Vec<W>),
    {
        let queue = Queue::new(queue);
        let mut groups = Self {
            queue: Arc::clone(&queue),
            handles: Vec::with_capacity(count + 1),
        };
        let worker = Arc::new(worker);
        for number in 0..count.max(1) {
            let (queue, worker) = (Arc::clone(&queue), Arc::clone(&worker));
            let builder = Builder::new().name(format!("{name}-{number}"));
            let serve = move || serve(&queue, group, &*worker);
            groups.handles.push(builder.spawn(serve)?);
        }
        let builder = Builder::new().name(format!("{name}-watch"));
        groups.handles.push(builder.spawn(move || queue.watch())?);
        Ok(groups)
    }

    /// Queues work, or refuses it where too much waits.
    pub fn push(&self, work: W) {
        self.queue.push(work);
    }

    /// Has the queue watched from now on.
    pub fn measure(&self, meter: Arc<dyn QueueMeter>) {
        self.queue.measure(meter);
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

impl<W: Work> Drop for Groups<W> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl<W: Work> std::fmt::Debug for Groups<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Groups").finish_non_exhaustive()
    }
}

fn serve<W: Work, D: FnMut(Vec<W>)>(queue: &Queue<W>, limits: GroupLimits, make: &dyn Fn() -> D) {
    let mut worker = make();
    while let Some(group) = queue.take(limits) {
        if let Err(panicked) = unless_it_panics(|| worker(group)) {
            tracing::error!(
                error = &panicked as &dyn Error,
                "the work of a database thread was given up; its connection is replaced"
            );
            worker = make();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Unanswered;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    /// Tells which group it was in, by the numbers of all in it.
    struct Piece {
        number: u32,
        bytes: usize,
        is_abandoned: bool,
        told: Sender<Result<Vec<u32>, Unanswered>>,
    }

    impl Work for Piece {
        fn refuse(self) {
            self.told.send(Err(Unanswered::Overloaded)).unwrap();
        }

        fn is_abandoned(&self) -> bool {
            self.is_abandoned
        }

        fn bytes(&self) -> usize {
            self.bytes
        }
    }

    /// Groups of one thread that is busy until it is released; then what was queued meanwhile is grouped.
    fn busy(count: usize, bytes: usize) -> (Groups<Piece>, Sender<()>) {
        let (release, released) = channel::<()>();
        let released = std::sync::Mutex::new(Some(released));
        let queue = QueueLimits {
            wait: Duration::from_secs(10),
            length: 100,
        };
        let groups = Groups::start("t", 1, queue, GroupLimits { count, bytes }, move || {
            let mut released: Option<Receiver<()>> = released.lock().unwrap().take();
            move |group: Vec<Piece>| {
                if let Some(released) = released.take() {
                    released.recv().unwrap();
                }
                let numbers: Vec<_> = group.iter().map(|piece| piece.number).collect();
                assert_ne!(numbers, [666], "as planned");
                for piece in group {
                    piece.told.send(Ok(numbers.clone())).unwrap();
                }
            }
        });
        let groups = groups.unwrap();
        let first = push(&groups, 0, 0, false);
        // It is in flight once the queue is empty again.
        while !groups.queue.is_empty() {
            std::thread::yield_now();
        }
        drop(first);
        (groups, release)
    }

    type Told = Receiver<Result<Vec<u32>, Unanswered>>;

    fn push(groups: &Groups<Piece>, number: u32, bytes: usize, is_abandoned: bool) -> Told {
        let (told, hears) = channel();
        groups.push(Piece {
            number,
            bytes,
            is_abandoned,
            told,
        });
        hears
    }

    #[test]
    fn what_waits_meanwhile_is_one_group() {
        let (groups, release) = busy(100, 1000);
        let pieces: Vec<_> = (1..=3)
            .map(|number| push(&groups, number, 10, false))
            .collect();
        release.send(()).unwrap();
        for piece in pieces {
            assert_eq!(piece.recv().unwrap(), Ok(vec![1, 2, 3]));
        }
    }

    #[test]
    fn a_group_ends_at_its_limits() {
        let (groups, release) = busy(2, 100);
        let count: Vec<_> = (1..=3)
            .map(|number| push(&groups, number, 0, false))
            .collect();
        let large = push(&groups, 4, 500, false);
        let small = push(&groups, 5, 1, false);
        release.send(()).unwrap();
        let groups: Vec<_> = count.iter().map(|piece| piece.recv().unwrap()).collect();
        assert_eq!(groups, [Ok(vec![1, 2]), Ok(vec![1, 2]), Ok(vec![3])]);
        assert_eq!(large.recv().unwrap(), Ok(vec![4]));
        assert_eq!(small.recv().unwrap(), Ok(vec![5]));
    }

    #[test]
    fn what_nobody_awaits_is_left_out() {
        let (groups, release) = busy(100, 1000);
        let gone = push(&groups, 1, 10, true);
        let here = push(&groups, 2, 10, false);
        release.send(()).unwrap();
        assert_eq!(here.recv().unwrap(), Ok(vec![2]));
        assert!(gone.recv().is_err());
    }

    #[test]
    fn a_panic_costs_one_group_and_no_thread() {
        let (groups, release) = busy(1, 0);
        let lost = push(&groups, 666, 0, false);
        let next = push(&groups, 1, 0, false);
        release.send(()).unwrap();
        assert!(lost.recv().is_err());
        assert_eq!(next.recv().unwrap(), Ok(vec![1]));
    }
}
