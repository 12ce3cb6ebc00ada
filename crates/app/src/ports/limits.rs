//! Rate limits: who counts (spec-language, section 10; http-contract, section 5).

use std::error::Error;
use std::fmt;

use chrono::{DateTime, Utc};

use super::Answer;
use crate::limits::Usage;

/// So many requests in every window of this length, and at most so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    /// Requests in a window, at least 1.
    pub requests: u32,
    /// The window, in seconds, at least 1.
    pub window_seconds: u32,
    /// How many may come at once, at least 1; `None` for as many as the window has.
    pub burst: Option<u32>,
}

/// One count: whose requests, against which quota. `Debug` does not say whose.
#[derive(Clone, PartialEq, Eq)]
pub struct Meter {
    /// What is counted together: a spec, a method and a caller, or an address. Any text.
    pub key: String,
    /// The quota.
    pub quota: Quota,
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("quota", &self.quota)
            .finish_non_exhaustive()
    }
}

/// What is left of a quota, after this request where it was admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Requests that would be admitted right now.
    pub requests: u32,
    /// Seconds, rounded up, until more of the quota is there than now; 0 where all of it is.
    pub reset_seconds: u32,
}

/// The verdict over one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The position of the first meter that refused, and in how many seconds, rounded up and at least 1, all of them
    /// would admit it; `None` where all admitted. A refused request is counted by no meter.
    pub refused: Option<(usize, u32)>,
    /// What is left of each meter, in their order.
    pub remaining: Vec<Remaining>,
}

/// The counts cannot be reached.
#[derive(Debug, thiserror::Error)]
#[error("the counts of the rate limits cannot be reached")]
pub struct LimiterError(#[source] pub Box<dyn Error + Send + Sync>);

/// Counts requests. All meters of a request admit it, or none counts it.
pub trait RateLimiter: Send + Sync {
    /// Counts one request at `now` against every meter.
    fn admit<'a>(
        &'a self,
        meters: &'a [Meter],
        now: DateTime<Utc>,
    ) -> Answer<'a, Result<Verdict, LimiterError>>;

    /// What the counts take of this process; `None` where they are elsewhere.
    fn usage(&self) -> Option<Usage> {
        None
    }
}
