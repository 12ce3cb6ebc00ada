//! Rate limits: the counts of one server.

use chrono::{DateTime, Utc};

use crate::ports::Answer;
use crate::ports::limits::{LimiterError, Meter, RateLimiter, Remaining, Verdict};

/// Counts in this process.
#[derive(Debug, Default)]
pub struct LocalLimiter;

impl RateLimiter for LocalLimiter {
    fn admit<'a>(
        &'a self,
        meters: &'a [Meter],
        _now: DateTime<Utc>,
    ) -> Answer<'a, Result<Verdict, LimiterError>> {
        let remaining = meters
            .iter()
            .map(|meter| Remaining {
                requests: meter.quota.requests,
                reset_seconds: 0,
            })
            .collect();
        Box::pin(std::future::ready(Ok(Verdict {
            refused: None,
            remaining,
        })))
    }
}
