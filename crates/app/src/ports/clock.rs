//! The time.

use chrono::{DateTime, Utc};

/// Tells the time. The only way to it for everything but `server`.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> DateTime<Utc>;
}
