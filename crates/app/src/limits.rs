//! Rate limits: the counts of one server, and what a document's limits mean for one endpoint.
//!
//! A quota of N requests a window admits at most N in *any* window of that length, not only in those that begin at a
//! full minute, and at most a burst at once. How exactly is `window`'s matter; how much memory it may take, `shard`'s.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::ports::Answer;
use crate::ports::limits::{LimiterError, Meter, RateLimiter, Remaining, Verdict};

pub mod policy;
mod shard;
mod window;

use shard::Shard;
use window::{Scale, Standing};

pub use policy::{Policies, Policy};

/// Locks, so that requests of different callers seldom wait for each other. A power of two.
const SHARDS: usize = 64;
/// Bytes that all counts together may take.
const BUDGET: usize = 32 * 1024 * 1024;

/// Counts in this process.
///
/// Callers are told apart by 64 bits of a hash under a secret of this process: nobody can choose names that collide, and
/// no name is kept. The memory is bounded: a caller whose window has passed is forgotten by and by, and past the budget
/// the one that was idle longest is forgotten first, even within its window.
pub struct LocalLimiter {
    shards: Box<[Mutex<Shard>]>,
    state: RandomState,
}

/// What the counts take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Meters that are counted now.
    pub meters: usize,
    /// Bytes allocated for them.
    pub bytes: usize,
}

/// Where the count of a meter is, and by what it is judged.
#[derive(Clone, Copy)]
struct Place {
    shard: usize,
    hash: u64,
    scale: Scale,
}

/// The shards of one request, each locked once.
type Locked<'a> = Vec<(usize, MutexGuard<'a, Shard>)>;

impl LocalLimiter {
    /// Counts that take at most about so many bytes together.
    pub fn with_budget(bytes: usize) -> Self {
        let share = bytes / SHARDS;
        Self {
            shards: (0..SHARDS).map(|_| Mutex::new(Shard::new(share))).collect(),
            state: RandomState::new(),
        }
    }

    /// Counts a request against every meter, or against none where one refuses. The keys of the meters differ.
    pub fn count(&self, meters: &[Meter], now: DateTime<Utc>) -> Verdict {
        let now = now.timestamp_micros();
        if let [only] = meters {
            return self.count_one(only, now);
        }
        let places = self.places(meters);
        let mut locked = self.lock(&places);
        let verdict = look(&places, &mut locked, now);
        if verdict.refused.is_some() {
            return verdict;
        }
        add(&places, &mut locked, now);
        look(&places, &mut locked, now).admitted()
    }

    /// The same, without the lists that several meters need.
    fn count_one(&self, meter: &Meter, now: i64) -> Verdict {
        let place = self.place(meter);
        let Some(shard) = self.shards.get(place.shard) else {
            return Verdict::default();
        };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = shard.look(place.hash, place.scale, now);
        if let Some(wait) = standing.wait_micros {
            return Verdict {
                refused: Some((0, seconds(wait).max(1))),
                remaining: vec![remaining(standing)],
            };
        }
        shard.add(place.hash, place.scale, now);
        let standing = shard.look(place.hash, place.scale, now);
        Verdict {
            refused: None,
            remaining: vec![remaining(standing)],
        }
    }

    /// What [`Self::count`] would say, before the request is counted; counts nothing.
    pub fn look(&self, meters: &[Meter], now: DateTime<Utc>) -> Verdict {
        let places = self.places(meters);
        look(&places, &mut self.lock(&places), now.timestamp_micros())
    }

    /// Counts a request that somebody else admitted.
    pub fn note(&self, meters: &[Meter], now: DateTime<Utc>) {
        let places = self.places(meters);
        add(&places, &mut self.lock(&places), now.timestamp_micros());
    }

    /// What the counts take now.
    pub fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            usage.meters += shard.meters();
            usage.bytes += shard.bytes();
        }
        usage
    }

    fn places(&self, meters: &[Meter]) -> Vec<Place> {
        meters.iter().map(|meter| self.place(meter)).collect()
    }

    fn place(&self, meter: &Meter) -> Place {
        let window = meter.quota.window_seconds;
        let hash = self.state.hash_one((meter.key.as_str(), window));
        // Other bits than those by which a shard finds its slots.
        let shard = usize::try_from(hash >> 32).unwrap_or(0) % SHARDS;
        Place {
            shard,
            hash,
            scale: Scale::of(meter.quota),
        }
    }

    /// In the order of their numbers, so that two requests never wait for each other in a circle.
    fn lock(&self, places: &[Place]) -> Locked<'_> {
        let mut numbers: Vec<usize> = places.iter().map(|place| place.shard).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let lock = |number| {
            let shard: &Mutex<Shard> = self.shards.get(number)?;
            Some((number, shard.lock().unwrap_or_else(PoisonError::into_inner)))
        };
        numbers.into_iter().filter_map(lock).collect()
    }
}

impl Default for LocalLimiter {
    fn default() -> Self {
        Self::with_budget(BUDGET)
    }
}

impl fmt::Debug for LocalLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLimiter").finish_non_exhaustive()
    }
}

impl RateLimiter for LocalLimiter {
    fn admit<'a>(
        &'a self,
        meters: &'a [Meter],
        now: DateTime<Utc>,
    ) -> Answer<'a, Result<Verdict, LimiterError>> {
        Box::pin(std::future::ready(Ok(self.count(meters, now))))
    }

    fn usage(&self) -> Option<Usage> {
        Some(Self::usage(self))
    }
}

impl Verdict {
    /// The same, of a request that is counted already: what is left may be nothing.
    fn admitted(mut self) -> Self {
        self.refused = None;
        self
    }
}

fn look(places: &[Place], locked: &mut Locked<'_>, now: i64) -> Verdict {
    let mut refused: Option<(usize, u32)> = None;
    let mut remaining = Vec::with_capacity(places.len());
    for (position, place) in places.iter().enumerate() {
        let Some(shard) = of(locked, place) else {
            continue;
        };
        let standing = shard.look(place.hash, place.scale, now);
        if let Some(wait) = standing.wait_micros {
            let wait = seconds(wait).max(1);
            let (first, longest) = refused.unwrap_or((position, wait));
            refused = Some((first, longest.max(wait)));
        }
        remaining.push(self::remaining(standing));
    }
    Verdict { refused, remaining }
}

fn add(places: &[Place], locked: &mut Locked<'_>, now: i64) {
    for place in places {
        if let Some(shard) = of(locked, place) {
            shard.add(place.hash, place.scale, now);
        }
    }
}

fn of<'l>(locked: &'l mut Locked<'_>, place: &Place) -> Option<&'l mut Shard> {
    let held = locked
        .iter_mut()
        .find(|(number, _)| *number == place.shard)?;
    Some(&mut held.1)
}

fn remaining(standing: Standing) -> Remaining {
    Remaining {
        requests: standing.requests,
        reset_seconds: seconds(standing.more_micros),
    }
}

/// Rounded up.
fn seconds(micros: u64) -> u32 {
    u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(u32::MAX)
}
