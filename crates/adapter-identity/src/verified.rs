//! Tokens that were found good a moment ago, so that a busy caller does not cost a signature a request.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use sha2::{Digest, Sha256};
use specd_domain::access::caller::Caller;

/// How long a token is remembered, at most.
const LIFETIME: Duration = Duration::from_mins(1);
/// How many are remembered; past it, all are forgotten. Only good tokens count, so that forged ones push none out.
const CAPACITY: usize = 4096;

/// Good tokens, by their hash and that of the audience.
#[derive(Default)]
pub(crate) struct Verified(RwLock<HashMap<Fingerprint, Remembered>>);

/// A token and the audience that it was shown to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

struct Remembered {
    caller: Caller,
    since: Duration,
    until: Duration,
}

impl Fingerprint {
    pub(crate) fn of(token: &str, audience: &str) -> Self {
        // A NUL stands in no token and in no document.
        let digest = Sha256::new()
            .chain_update(token)
            .chain_update([0])
            .chain_update(audience);
        Self(digest.finalize().into())
    }
}

impl Verified {
    /// Whose token it is, where that was found out less than a minute ago. Times count from 1970.
    pub(crate) fn caller(&self, fingerprint: Fingerprint, now: Duration) -> Option<Caller> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(&fingerprint)?;
        (found.since..found.until)
            .contains(&now)
            .then(|| found.caller.clone())
    }

    /// Remembers a good token, never past its end.
    pub(crate) fn remember(
        &self,
        fingerprint: Fingerprint,
        caller: Caller,
        expires_at: Duration,
        now: Duration,
    ) {
        let until = expires_at.min(now.saturating_add(LIFETIME));
        if until <= now {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(
            fingerprint,
            Remembered {
                caller,
                since: now,
                until,
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_token_is_remembered_for_a_minute_and_never_past_its_end() {
        let (long, short) = (Fingerprint::of("long", "a"), Fingerprint::of("short", "a"));
        let known = Verified::default();
        known.remember(long, Caller::Anonymous, at(9_000), at(1_000));
        known.remember(short, Caller::Anonymous, at(1_010), at(1_000));
        let is_known = |print, seconds| known.caller(print, at(seconds)).is_some();
        assert!(is_known(long, 1_059) && !is_known(long, 1_060));
        assert!(is_known(short, 1_009) && !is_known(short, 1_010));
        assert!(!is_known(long, 999), "a clock that was put back");
        assert!(
            known
                .caller(Fingerprint::of("long", "b"), at(1_001))
                .is_none()
        );
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let known = Verified::default();
        for number in 0..3 * CAPACITY {
            let print = Fingerprint::of(&number.to_string(), "a");
            known.remember(print, Caller::Anonymous, at(60), at(1));
        }
        assert!(known.0.read().unwrap().len() <= CAPACITY);
    }
}
