//! The memory of the process, compared with its budget. Somebody else looks how much it is.

use std::sync::atomic::{AtomicU64, Ordering};

/// From this share of the budget on, connections end with their answer.
const TIGHT_PERCENT: u64 = 80;
/// From this share on, nothing but health is answered.
const EXHAUSTED_PERCENT: u64 = 90;

/// The memory.
#[derive(Debug)]
pub(crate) struct Memory {
    budget: Option<u64>,
    resident: AtomicU64,
}

impl Memory {
    /// Of which nothing is known to be used.
    pub(crate) const fn new(budget: Option<u64>) -> Self {
        Self {
            budget,
            resident: AtomicU64::new(0),
        }
    }

    /// So many bytes are resident now.
    pub(crate) fn note(&self, bytes: u64) {
        self.resident.store(bytes, Ordering::Relaxed);
    }

    /// Whether connections should end with their answer.
    pub(crate) fn is_tight(&self) -> bool {
        self.is_past(TIGHT_PERCENT)
    }

    /// Whether nothing more can be taken in.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.is_past(EXHAUSTED_PERCENT)
    }

    fn is_past(&self, percent: u64) -> bool {
        self.budget
            .is_some_and(|budget| self.resident.load(Ordering::Relaxed) / percent >= budget / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(budget: Option<u64>, resident: u64, expected: (bool, bool)) {
        let memory = Memory::new(budget);
        memory.note(resident);
        assert_eq!((memory.is_tight(), memory.is_exhausted()), expected);
    }

    #[test]
    fn memory_is_tight_at_80_and_exhausted_at_90_percent() {
        check(Some(1_000_000), 799_999, (false, false));
        check(Some(1_000_000), 800_000, (true, false));
        check(Some(1_000_000), 899_999, (true, false));
        check(Some(1_000_000), 900_000, (true, true));
        check(None, u64::MAX, (false, false));
    }
}
