//! The claims of this process: which keys have a request that still runs, and which callers have too many answers kept.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::ports::answers::ClaimId;

/// What one server knows of the keys in use. The rest is the store's.
#[derive(Debug, Default)]
pub struct Claims {
    running: Mutex<HashSet<ClaimId>>,
    crowded: ArcSwap<HashSet<String>>,
}

/// A key whose request runs, until it is dropped: also by a panic, or when nobody waits any more.
#[derive(Debug)]
pub struct RunningClaim {
    id: ClaimId,
    claims: Arc<Claims>,
}

impl Claims {
    /// Begins a request with this key; `None` while another one runs.
    pub(super) fn begin(self: &Arc<Self>, id: ClaimId) -> Option<RunningClaim> {
        let is_first = self.running().insert(id);
        is_first.then(|| RunningClaim {
            id,
            claims: Arc::clone(self),
        })
    }

    /// Whether the caller has as many answers kept as it may.
    pub(super) fn is_crowded(&self, caller: &str) -> bool {
        self.crowded.load().contains(caller)
    }

    /// Takes note of the callers who have too many answers kept.
    pub(super) fn note_crowded(&self, callers: HashSet<String>) {
        self.crowded.store(Arc::new(callers));
    }

    /// Nothing panics while the lock is held, and the set is whole at any time.
    fn running(&self) -> std::sync::MutexGuard<'_, HashSet<ClaimId>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RunningClaim {
    /// The key's claim.
    pub const fn id(&self) -> ClaimId {
        self.id
    }
}

impl Drop for RunningClaim {
    fn drop(&mut self) {
        self.claims.running().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_runs_once_until_its_claim_is_dropped() {
        let claims = Arc::new(Claims::default());
        let id = ClaimId([7; 32]);
        let first = claims.begin(id);
        assert!(first.is_some());
        assert!(claims.begin(id).is_none());
        assert!(claims.begin(ClaimId([8; 32])).is_some());
        drop(first);
        assert!(claims.begin(id).is_some());
    }
}
