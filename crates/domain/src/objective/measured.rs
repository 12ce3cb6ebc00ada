//! What was counted of a document, and when: what its objectives are judged by.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};

use super::{Indicator, Window};

/// Requests, and those that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All requests.
    pub requests: u64,
    /// Those that were answered with a 5xx.
    pub failed: u64,
    /// Those that were answered within a latency, in seconds, for each latency that is the edge of a bucket.
    pub within: Vec<(BigDecimal, u64)>,
}

impl Counts {
    /// Adds requests that were answered within a latency, in seconds.
    pub fn add_within(&mut self, seconds: &BigDecimal, count: u64) {
        match self.within.iter_mut().find(|(edge, _)| edge == seconds) {
            Some((_, within)) => *within += count,
            None => self.within.push((seconds.clone(), count)),
        }
    }

    /// How many failed in the sense of an indicator; `None` for a latency that is the edge of no bucket.
    pub fn failed(&self, indicator: &Indicator) -> Option<u64> {
        let failed = match indicator {
            Indicator::Failed => self.failed,
            Indicator::SlowerThan(seconds) => {
                let mut edges = self.within.iter();
                let (_, within) = edges.find(|(edge, _)| edge == seconds)?;
                self.requests.saturating_sub(*within)
            }
        };
        Some(failed.min(self.requests))
    }
}

/// The time that something was counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// From a moment on.
    Since(DateTime<Utc>),
    /// Up to now, for so long.
    Last(Window),
}

impl Period {
    /// From a moment on, in seconds since 1970; `None` beyond what a date can be.
    pub fn since_unix(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self::Since)
    }

    /// The moment from which on, in seconds since 1970.
    pub const fn unix_seconds(&self) -> Option<i64> {
        match self {
            Self::Since(since) => Some(since.timestamp()),
            Self::Last(_) => None,
        }
    }
}

/// What was counted of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// When.
    pub period: Period,
    /// In all of it.
    pub whole: Counts,
    /// In the last part of it, for each window that is known.
    pub windows: Vec<(Window, Counts)>,
}

impl Measured {
    /// What was counted in a window; `None` where that is not known.
    pub(super) fn last(&self, window: Window) -> Option<&Counts> {
        let mut windows = self.windows.iter();
        windows
            .find(|(known, _)| *known == window)
            .map(|(_, counts)| counts)
    }
}
