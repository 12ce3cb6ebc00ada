//! The gate before a write: once it is closed, a write that has not begun never will.
//!
//! A caller whose time is up can be told that nothing was stored, as long as nothing has begun.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::error::RecordError;

const OPEN: u8 = 0;
const BUSY: u8 = 1;
const CLOSED: u8 = 2;

/// The gate of one write. Clones are the same gate.
#[derive(Clone, Debug, Default)]
pub struct WriteGate(Arc<AtomicU8>);

impl WriteGate {
    /// Closes the gate; `false` where a write is under way, or was and has an outcome, so that the gate stays as it is.
    pub fn close(&self) -> bool {
        self.step(OPEN, CLOSED) || self.0.load(Ordering::SeqCst) == CLOSED
    }

    /// Goes through, right before the store is asked to write.
    ///
    /// # Errors
    /// The gate is closed.
    pub(super) fn enter(&self) -> Result<(), RecordError> {
        if self.step(OPEN, BUSY) {
            return Ok(());
        }
        Err(RecordError::Unavailable(
            "the deadline passed before the write began".into(),
        ))
    }

    /// Comes back from a write that surely stored nothing and will be tried again.
    pub(super) fn leave(&self) {
        self.step(BUSY, OPEN);
    }

    fn step(&self, from: u8, to: u8) -> bool {
        self.0
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_gate_lets_no_write_in() {
        let gate = WriteGate::default();
        assert!(gate.clone().close());
        assert!(gate.enter().is_err());
        assert!(gate.close(), "it stays closed");
    }

    #[test]
    fn a_gate_is_not_closed_behind_a_write() {
        let gate = WriteGate::default();
        gate.enter().unwrap();
        assert!(!gate.close());
        gate.leave();
        assert!(gate.close());
    }
}
