//! Lines on their way out: put down by whoever has one, taken along by one thread.
//!
//! Whoever logs never waits: where the lines that nobody has taken reach [`MOST_BYTES`], more are dropped, counted, and told
//! of as soon as there is room. The thread lets lines gather for [`GATHERING`], so that a busy server writes a hundred times
//! a second and not once a line; a process that is killed loses what it logged in that time.

use std::io::{self, Write};
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::warn;

/// Bytes that may wait: a third of a second of a server that answers forty thousand requests a second.
const MOST_BYTES: usize = 4 << 20;
/// How long lines gather.
const GATHERING: Duration = Duration::from_millis(10);
/// So many bytes are written before that.
const ENOUGH_BYTES: usize = 256 << 10;
/// So much room is kept between two pieces.
const KEPT_BYTES: usize = 64 << 10;

/// Lines that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// There is something to write.
    filled: Condvar,
    /// There is nothing left to write.
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    dropped: u64,
    /// Lines that could not be written since the last that could.
    lost: u64,
    /// Lines that nobody will ever read, since the beginning.
    gone: u64,
    /// The thread sleeps until it is woken.
    is_asleep: bool,
    /// The thread has lines that are not written yet.
    is_writing: bool,
    /// Somebody waits for the last line.
    is_pressed: bool,
}

impl Queue {
    /// Puts a line down, with its end.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.state();
        if state.lines.len() + line.len() > MOST_BYTES {
            state.dropped += 1;
            state.gone += 1;
            return;
        }
        let was_enough = state.has_enough();
        state.lines.extend_from_slice(line);
        let wakes = mem::take(&mut state.is_asleep) || (state.has_enough() && !was_enough);
        drop(state);
        if wakes {
            self.filled.notify_one();
        }
    }

    /// How many lines were dropped or lost since the beginning.
    pub(super) fn gone(&self) -> u64 {
        self.state().gone
    }

    /// The lines that nobody has taken yet.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> String {
        String::from_utf8_lossy(&self.state().lines).into_owned()
    }

    /// Waits until all that was put down is written, but not for longer than this.
    pub(super) fn flush(&self, patience: Duration) {
        let mut state = self.state();
        state.is_pressed = true;
        self.filled.notify_one();
        let waited = self
            .emptied
            .wait_timeout_while(state, patience, |state| !state.is_empty());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_pressed = false;
    }

    /// Waits for lines, and takes them; and how many were dropped meanwhile.
    fn take(&self, lines: &mut Vec<u8>) -> u64 {
        let mut state = self.state();
        state.is_writing = false;
        while state.lines.is_empty() && state.dropped == 0 {
            state.is_asleep = true;
            self.emptied.notify_all();
            let woken = self.filled.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        state.is_asleep = false;
        let gathered = self.filled.wait_timeout_while(state, GATHERING, |state| {
            !state.is_pressed && !state.has_enough()
        });
        let mut state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        state.is_writing = true;
        mem::swap(&mut state.lines, lines);
        mem::take(&mut state.dropped)
    }

    /// Notes how the writing of these lines ended; answers how many were lost before, where that can be told of now.
    fn note(&self, written: &io::Result<()>, lines: &[u8]) -> u64 {
        let mut state = self.state();
        if lines.is_empty() {
            return 0;
        }
        if written.is_ok() {
            return mem::take(&mut state.lost);
        }
        let pieces = lines.split_inclusive(|byte| *byte == b'\n').count();
        let pieces = u64::try_from(pieces).unwrap_or(u64::MAX);
        state.lost = state.lost.saturating_add(pieces);
        state.gone = state.gone.saturating_add(pieces);
        0
    }

    /// Lines are whole or not there: whoever panics elsewhere leaves them so.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_enough(&self) -> bool {
        self.lines.len() >= ENOUGH_BYTES
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && !self.is_writing
    }
}

/// Has a thread write the lines of `queue` for as long as the process lives.
///
/// # Errors
/// There is no thread to be had.
pub(super) fn write_to(queue: &Arc<Queue>, mut out: impl Write + Send + 'static) -> io::Result<()> {
    let queue = Arc::clone(queue);
    let write = move || {
        let mut lines = Vec::new();
        loop {
            let dropped = queue.take(&mut lines);
            if dropped > 0 {
                warn!(
                    lines = dropped,
                    "log lines were dropped: they came faster than they were taken"
                );
            }
            let written = out.write_all(&lines).and_then(|()| out.flush());
            let lost = queue.note(&written, &lines);
            if lost > 0 {
                warn!(
                    lines = lost,
                    "log lines were lost: standard error could not be written to"
                );
            }
            lines.clear();
            lines.shrink_to(KEPT_BYTES);
        }
    };
    thread::Builder::new()
        .name("specd-log".to_owned())
        .spawn(write)
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{self, Receiver, SyncSender};

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    /// A standard error that takes a piece whenever it is looked at.
    struct Pieces(SyncSender<Vec<u8>>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.send(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn queue(pieces: usize) -> (Arc<Queue>, Receiver<Vec<u8>>) {
        let (sender, receiver) = mpsc::sync_channel(pieces);
        let queue = Arc::new(Queue::default());
        write_to(&queue, Pieces(sender)).unwrap();
        (queue, receiver)
    }

    #[test]
    fn lines_are_written_in_their_order_and_in_pieces() {
        let (queue, pieces) = queue(10_000);
        for number in 0..10_000 {
            queue.push(format!("{number}\n").as_bytes());
        }
        queue.flush(LONG);
        let pieces: Vec<_> = pieces.try_iter().collect();
        assert!(pieces.len() < 1_000, "{} pieces", pieces.len());
        let text = String::from_utf8(pieces.concat()).unwrap();
        let numbers = text.lines().map(|line| line.parse::<u32>().unwrap());
        assert!(numbers.eq(0..10_000));
    }

    /// A standard error that is closed, and opened again.
    struct Door {
        is_closed: Arc<AtomicBool>,
        out: Pieces,
    }

    impl Write for Door {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.is_closed.load(Ordering::SeqCst) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.out.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_cannot_be_written_is_dropped_and_counted_until_it_can_be_told() {
        let (sender, pieces) = mpsc::sync_channel(10);
        let is_closed = Arc::new(AtomicBool::new(true));
        let door = Door {
            is_closed: Arc::clone(&is_closed),
            out: Pieces(sender),
        };
        let queue = Arc::new(Queue::default());
        write_to(&queue, door).unwrap();
        for _ in 0..2 {
            queue.push(b"lost\nlost, too\n");
            queue.flush(LONG);
        }
        assert_eq!(queue.state().lost, 4);
        assert!(queue.state().lines.is_empty());
        is_closed.store(false, Ordering::SeqCst);
        queue.push(b"heard\n");
        queue.flush(LONG);
        assert_eq!(queue.state().lost, 0, "they were told of");
        assert_eq!(queue.gone(), 4, "and stay counted");
        assert_eq!(pieces.try_iter().collect::<Vec<_>>().concat(), b"heard\n");
    }

    #[test]
    fn whoever_logs_does_not_wait_and_what_is_dropped_is_counted() {
        let (queue, pieces) = queue(0);
        let line = [b'x'; 1024];
        // Nobody takes anything: at the most one piece is on its way, and the queue full.
        for _ in 0..3 * MOST_BYTES / line.len() {
            queue.push(&line);
        }
        assert!(queue.state().lines.len() <= MOST_BYTES);
        // The writer may have taken what it is to tell of by now.
        let dropped = queue.gone();
        assert!(dropped > 0);
        queue.flush(Duration::from_millis(1));
        let taken = thread::spawn(move || pieces.iter().map(|piece| piece.len()).sum::<usize>());
        queue.flush(LONG);
        assert_eq!(queue.state().dropped, 0, "they were told of");
        assert!(queue.gone() >= dropped, "and stay counted");
        drop(taken);
    }
}
