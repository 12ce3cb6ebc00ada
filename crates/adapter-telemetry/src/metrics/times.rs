//! Since when something is counted.

use std::fmt;
use std::sync::Arc;

use specd_app::ports::clock::Clock;
use specd_domain::objective::Period;

/// The time, and when counting began.
pub(super) struct Times {
    clock: Arc<dyn Clock>,
    /// The moment at which counting began.
    pub(super) begun: Period,
}

impl Times {
    /// Counting begins now.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            begun: Period::Since(clock.now()),
            clock,
        }
    }

    /// From now on.
    pub(super) fn now(&self) -> Period {
        Period::Since(self.clock.now())
    }
}

impl fmt::Debug for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Times")
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}
