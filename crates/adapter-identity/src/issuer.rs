//! One issuer: its keys of the moment, and when its place is looked at again.
//!
//! *Invariant*: one look at a time, and at least half a minute from the beginning of one to that of the next, whatever it found. Keys
//! that were found stay until others are.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::key_set::KeySet;
use crate::settings::KeyPlace;
use crate::source::{Found, SourceError, chain};

/// From one look at a provider to the next, at least (reliability, rule 40).
const BETWEEN_LOOKS: TimeDelta = TimeDelta::seconds(30);
/// How long fetched keys hold where the provider does not say; and what it may say.
const HOLDS: TimeDelta = TimeDelta::minutes(10);
const HOLDS_AT_LEAST: Duration = Duration::from_mins(1);
const HOLDS_AT_MOST: Duration = Duration::from_hours(24);

/// An issuer.
pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) place: KeyPlace,
    /// Named by the operator, so that it is never forgotten.
    pub(crate) is_configured: bool,
    state: watch::Sender<State>,
    plan: Mutex<Plan>,
    asked_at: AtomicI64,
}

/// What requests see.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) keys: Option<Arc<KeySet>>,
    /// How many looks have ended.
    pub(crate) looks: u64,
}

/// What only looks see.
#[derive(Default)]
struct Plan {
    is_under_way: bool,
    begun_at: Option<DateTime<Utc>>,
    due_at: DateTime<Utc>,
    digest: Option<[u8; 32]>,
    is_in_trouble: bool,
}

/// A look that has begun. Dropped without an end, as when its thread breaks, it counts as one that found nothing.
pub(crate) struct Look {
    issuer: Arc<Issuer>,
    begun_at: DateTime<Utc>,
    is_ended: bool,
}

impl Issuer {
    pub(crate) fn new(name: &str, place: KeyPlace, is_configured: bool) -> Self {
        Self {
            name: name.to_owned(),
            place,
            is_configured,
            state: watch::Sender::default(),
            plan: Mutex::default(),
            asked_at: AtomicI64::default(),
        }
    }

    /// What is known now.
    pub(crate) fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// What is known once the look that is under way has ended; what is known now, where none is. Waits no longer than `limit`.
    pub(crate) async fn state_after(&self, seen: &State, limit: Duration) -> State {
        let mut states = self.state.subscribe();
        if self.plan().is_under_way {
            // Late or not, what is known then is what there is.
            let ended = states.wait_for(|state| state.looks != seen.looks);
            drop(timeout(limit, ended).await);
        }
        self.state()
    }

    /// Begins a look, where one may begin now.
    pub(crate) fn look(self: &Arc<Self>, now: DateTime<Utc>) -> Option<Look> {
        let mut plan = self.plan();
        let may = self.is_file()
            || plan.begun_at.is_none_or(|begun| {
                // A clock that was put back says nothing of how long it has been.
                now < begun || now - begun >= BETWEEN_LOOKS
            });
        if plan.is_under_way || !may {
            return None;
        }
        plan.is_under_way = true;
        plan.begun_at = Some(now);
        Some(Look {
            issuer: Arc::clone(self),
            begun_at: now,
            is_ended: false,
        })
    }

    /// Whether it is time for a look, without anybody who asks. Files are due each time.
    pub(crate) fn is_due(&self, now: DateTime<Utc>) -> bool {
        let plan = self.plan();
        let is_back = plan.begun_at.is_some_and(|begun| now < begun);
        self.is_file() || is_back || now >= plan.due_at
    }

    pub(crate) fn is_file(&self) -> bool {
        matches!(self.place, KeyPlace::File(_) | KeyPlace::Secret(_))
    }

    /// Notes that somebody asked for it.
    pub(crate) fn note_asked(&self, now: DateTime<Utc>) {
        self.asked_at.store(now.timestamp(), Ordering::Relaxed);
    }

    /// When somebody last asked for it, in seconds since 1970.
    pub(crate) fn asked_at(&self) -> i64 {
        self.asked_at.load(Ordering::Relaxed)
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what a look found. Keys are exchanged only where they have changed, so that what they found good is kept.
    fn take(&self, found: Result<Found, SourceError>, begun_at: DateTime<Utc>) {
        let mut plan = self.plan();
        plan.is_under_way = false;
        let max_age = found.as_ref().ok().and_then(|found| found.max_age);
        plan.due_at = begun_at + max_age.map_or(HOLDS, bounded);
        let outcome = found.and_then(|found| {
            let digest = found.digest();
            let is_new = plan.digest != Some(digest);
            let keys = is_new.then(|| found.keys()).transpose()?;
            Ok((digest, keys))
        });
        let keys = match outcome {
            Ok((digest, keys)) => {
                self.tell_found(keys.as_ref(), plan.is_in_trouble);
                plan.is_in_trouble = false;
                plan.digest = Some(digest);
                keys
            }
            Err(error) => {
                plan.due_at = begun_at + BETWEEN_LOOKS;
                if !plan.is_in_trouble {
                    let has_keys = plan.digest.is_some();
                    self.tell_trouble(&chain(&error), has_keys);
                }
                plan.is_in_trouble = true;
                None
            }
        };
        // Told before the plan is let go: who sees that no look is under way sees what the last one found.
        self.state.send_modify(|state| {
            state.looks += 1;
            if let Some(keys) = keys {
                state.keys = Some(Arc::new(keys));
            }
        });
        drop(plan);
    }

    /// Logged once a change, not once a look.
    fn tell_found(&self, keys: Option<&KeySet>, was_in_trouble: bool) {
        if let Some(keys) = keys {
            info!(
                issuer = self.name,
                keys = keys.len(),
                "the keys of an issuer are here"
            );
            if let Some((count, reason)) = keys.unusable {
                warn!(
                    issuer = self.name,
                    count, reason, "keys of an issuer are of no use"
                );
            }
        } else if was_in_trouble {
            info!(issuer = self.name, "the keys of an issuer can be had again");
        }
    }

    fn tell_trouble(&self, reason: &str, has_keys: bool) {
        if has_keys {
            warn!(
                issuer = self.name,
                reason, "the keys of an issuer cannot be had; those that were here stay"
            );
        } else {
            warn!(
                issuer = self.name,
                reason, "the keys of an issuer cannot be had; its tokens are answered 503"
            );
        }
    }
}

impl Look {
    pub(crate) fn issuer(&self) -> &Arc<Issuer> {
        &self.issuer
    }

    /// Ends the look.
    pub(crate) fn end(mut self, found: Result<Found, SourceError>) {
        self.is_ended = true;
        self.issuer.take(found, self.begun_at);
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        if !self.is_ended {
            let broken = std::io::Error::other("the look broke off");
            self.issuer.take(Err(broken.into()), self.begun_at);
        }
    }
}

/// What a provider says of how long its keys hold, within bounds.
fn bounded(max_age: Duration) -> TimeDelta {
    let bounded = max_age.clamp(HOLDS_AT_LEAST, HOLDS_AT_MOST);
    TimeDelta::from_std(bounded).unwrap_or(HOLDS)
}
