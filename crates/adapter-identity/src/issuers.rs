//! All issuers: those that the operator named, and those that documents asked for; and the threads that look after them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use chrono::{DateTime, Utc};
use specd_app::ports::clock::Clock;
use tracing::error;

use crate::fetch::Fetcher;
use crate::issuer::{Issuer, Look};
use crate::settings::KeyPlace;
use crate::source::Found;

/// An issuer that a document named is forgotten after a day in which nobody came with a token of it, in seconds.
const FORGOTTEN_AFTER: i64 = 24 * 60 * 60;

/// The issuers.
pub(crate) struct Issuers {
    known: RwLock<HashMap<String, Arc<Issuer>>>,
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
}

impl Issuers {
    pub(crate) fn new(
        configured: Vec<Arc<Issuer>>,
        fetcher: Fetcher,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let known = configured.into_iter();
        Self {
            known: RwLock::new(known.map(|issuer| (issuer.name.clone(), issuer)).collect()),
            fetcher: Arc::new(fetcher),
            clock,
        }
    }

    /// The issuer of this name, from now on known.
    pub(crate) fn of(&self, name: &str, now: DateTime<Utc>) -> Arc<Issuer> {
        let issuer = self.find(name).unwrap_or_else(|| {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(Issuer::new(name, KeyPlace::Discovery, false));
            Arc::clone(known.entry(name.to_owned()).or_insert_with(new))
        });
        issuer.note_asked(now);
        issuer
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<Issuer>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned()
    }

    /// Looks at the place of an issuer's keys on a thread of its own, where it may be looked at now: no other issuer and no request
    /// waits for it.
    pub(crate) fn look(&self, issuer: &Arc<Issuer>, now: DateTime<Utc>) {
        let Some(look) = issuer.look(now) else {
            return;
        };
        let fetcher = Arc::clone(&self.fetcher);
        let spawned = thread::Builder::new()
            .name("identity-look".to_owned())
            .spawn(move || run(look, &fetcher));
        // Without a thread the look is dropped, which ends it.
        if let Err(error) = spawned {
            error!(
                error = &error as &dyn std::error::Error,
                "no thread to look for the keys of an issuer"
            );
        }
    }

    /// Looks after what is due, for ever; ends with the last owner of the issuers.
    pub(crate) fn watch(issuers: &Arc<Self>, tick: Duration) -> std::io::Result<()> {
        let issuers = Arc::downgrade(issuers);
        let watching = move || {
            while let Some(issuers) = Weak::upgrade(&issuers) {
                issuers.tend();
                drop(issuers);
                thread::sleep(tick);
            }
        };
        let thread = thread::Builder::new().name("identity-watch".to_owned());
        thread.spawn(watching).map(drop)
    }

    fn tend(&self) {
        let now = self.clock.now();
        for issuer in self.all() {
            let is_forgotten =
                !issuer.is_configured && now.timestamp() - issuer.asked_at() > FORGOTTEN_AFTER;
            if is_forgotten {
                let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
                known.remove(&issuer.name);
            } else if issuer.is_due(now) {
                self.look(&issuer, now);
            }
        }
    }

    fn all(&self) -> Vec<Arc<Issuer>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().cloned().collect()
    }
}

fn run(look: Look, fetcher: &Fetcher) {
    let issuer = look.issuer();
    let found = Found::at(&issuer.place, &issuer.name, fetcher);
    look.end(found);
}
