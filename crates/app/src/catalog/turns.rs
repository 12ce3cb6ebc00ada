//! Turns: who changes a record waits for those that came before.
//!
//! A change is a read, a judgement and a write at the version that was read. Without turns, of many that change one record
//! at once all but one do this in vain, again and again. The version alone keeps changes apart, also those of other
//! servers; turns only keep them from wasting their work.

use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::OnceLock;

use specd_domain::value::Value;
use tokio::sync::{Mutex, MutexGuard};

/// Few enough to be cheap, many enough that two records seldom share one.
const LANES: usize = 1024;

/// The queues before the records of one table. Records may share a queue.
#[derive(Default)]
pub struct Turns {
    /// Made when the first record is changed: most tables of many are only read for a long time.
    lanes: OnceLock<Box<[Mutex<()>]>>,
    state: RandomState,
}

/// One's turn, until it is dropped.
pub struct Turn<'a> {
    _lane: Option<MutexGuard<'a, ()>>,
}

impl Turns {
    /// Waits for the turn at the record of this key. First come, first served.
    pub async fn take(&self, key: &Value) -> Turn<'_> {
        let hash = self.state.hash_one(key.to_text());
        let queues = self
            .lanes
            .get_or_init(|| (0..LANES).map(|_| Mutex::default()).collect());
        let lanes = u64::try_from(queues.len()).unwrap_or(u64::MAX).max(1);
        let lane = usize::try_from(hash % lanes).ok();
        let lane = match lane.and_then(|lane| queues.get(lane)) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        };
        Turn { _lane: lane }
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns").finish_non_exhaustive()
    }
}
