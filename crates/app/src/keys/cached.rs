//! Keys remembered for at most a second, so that a busy caller does not cost a look-up a request, and a revocation
//! still holds within that second on every server.
//!
//! An id is random, so that nobody can ask for a key before it is there: that there is none may be remembered too.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard};

use chrono::{DateTime, TimeDelta, Utc};
use specd_domain::access::caller::Caller;
use tokio::sync::{OnceCell, Semaphore};

use super::uses::Uses;
use crate::ports::Answer;
use crate::ports::clock::Clock;
use crate::ports::keys::{KeyRepository, StoredKey};
use crate::ports::store::StoreError;

/// How long an answer is remembered, counted from the question: what is answered may be that old already.
const LIFETIME: TimeDelta = TimeDelta::seconds(1);
/// How many keys are remembered at once.
const MAX_KNOWN: usize = 16_384;
/// How many ids of no key are remembered at once. They have a place of their own, so that a flood of them drives no key
/// out.
const MAX_STRANGERS: usize = 4_096;
/// How many look-ups of ids that were not known a second ago run at once; the others wait for their turn. So a flood of
/// them leaves the database to those who are known.
const STRANGERS_AT_ONCE: usize = 2;

/// A repository that remembers what it found, and when each key was used. Requests that ask for one key at once share
/// one look-up.
pub struct CachedKeys {
    keys: Arc<dyn KeyRepository>,
    clock: Arc<dyn Clock>,
    known: RwLock<LookUps>,
    strangers: Mutex<LookUps>,
    turns: Semaphore,
    uses: Uses,
}

type LookUps = HashMap<String, Arc<LookUp>>;
type Found = Result<Option<Arc<KnownKey>>, Arc<StoreError>>;

/// A key, and who its holder is.
pub(super) struct KnownKey {
    pub(super) key: StoredKey,
    pub(super) caller: Arc<Caller>,
}

/// One question to the repository, and its answer once it is there.
struct LookUp {
    asked_at: DateTime<Utc>,
    is_known: bool,
    found: OnceCell<Found>,
}

impl CachedKeys {
    /// Remembers what `keys` answers.
    pub fn new(keys: Arc<dyn KeyRepository>, clock: Arc<dyn Clock>) -> Self {
        Self {
            keys,
            clock,
            known: RwLock::default(),
            strangers: Mutex::default(),
            turns: Semaphore::new(STRANGERS_AT_ONCE),
            uses: Uses::default(),
        }
    }

    /// Stores the last use of those keys whose last use was not stored within a minute. To be called every few seconds;
    /// no request waits for it. What could not be stored is tried again the next time.
    ///
    /// # Errors
    /// The store could not keep them.
    pub async fn store_due_uses(&self) -> Result<(), StoreError> {
        self.uses.store_due(&*self.keys, self.clock.now()).await
    }

    /// Stores the last use of every key: for the end of the process.
    ///
    /// # Errors
    /// The store could not keep them.
    pub async fn store_all_uses(&self) -> Result<(), StoreError> {
        self.uses.store_all(&*self.keys, self.clock.now()).await
    }

    /// Notes that a key was used. Never waits for the store.
    pub(super) fn note_use(&self, id: &str, at: DateTime<Utc>) {
        self.uses.note(id, at);
    }

    /// The key of this id, as it was at most a second ago.
    pub(super) async fn look_up(&self, id: &str) -> Result<Option<Arc<KnownKey>>, StoreError> {
        let look_up = self.look_up_of(id);
        let found = if let Some(found) = look_up.found.get() {
            found
        } else {
            // Where the request that asks is given up, another one that waits asks in its place.
            let found = look_up.found.get_or_init(|| self.ask(id, &look_up)).await;
            self.settle(id, &look_up, found);
            found
        };
        found.clone().map_err(repeated)
    }

    async fn ask(&self, id: &str, look_up: &LookUp) -> Found {
        let _turn = if look_up.is_known {
            None
        } else {
            self.turns.acquire().await.ok()
        };
        let found = self.keys.find(id).await;
        found
            .map(|key| key.map(|key| Arc::new(KnownKey::new(key))))
            .map_err(Arc::new)
    }

    /// The look-up that is fresh enough, or a new one in its place.
    fn look_up_of(&self, id: &str) -> Arc<LookUp> {
        let now = self.clock.now();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(id).map(Arc::clone);
        drop(known);
        match before {
            Some(look_up) if look_up.is_fresh(now) => look_up,
            Some(_) => renewed(&mut self.known(), id, now, true),
            None => {
                let mut strangers = self.strangers();
                make_room(&mut strangers, MAX_STRANGERS, now);
                renewed(&mut strangers, id, now, false)
            }
        }
    }

    /// Puts an answered look-up where it belongs. A failure is not remembered.
    fn settle(&self, id: &str, look_up: &Arc<LookUp>, found: &Found) {
        let is_key = matches!(found, Ok(Some(_)));
        if is_key && !look_up.is_known {
            let mut known = self.known();
            make_room(&mut known, MAX_KNOWN, look_up.asked_at);
            known.insert(id.to_owned(), Arc::clone(look_up));
        }
        if look_up.is_known && !is_key {
            remove(&mut self.known(), id, look_up);
        }
        if !look_up.is_known && !matches!(found, Ok(None)) {
            remove(&mut self.strangers(), id, look_up);
        }
    }

    fn forget(&self, id: &str) {
        self.known().remove(id);
        self.strangers().remove(id);
    }

    fn known(&self) -> RwLockWriteGuard<'_, LookUps> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn strangers(&self) -> MutexGuard<'_, LookUps> {
        self.strangers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownKey {
    fn new(key: StoredKey) -> Self {
        let caller = Arc::new(Caller::Known {
            subject: key.id.clone(),
            issuer: None,
            scopes: key.scopes.clone(),
        });
        Self { key, caller }
    }
}

impl LookUp {
    /// A clock that was put back makes an answer old, not young.
    fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        (self.asked_at..self.asked_at + LIFETIME).contains(&now)
    }
}

fn renewed(look_ups: &mut LookUps, id: &str, now: DateTime<Utc>, is_known: bool) -> Arc<LookUp> {
    if let Some(look_up) = look_ups.get(id)
        && look_up.is_fresh(now)
    {
        return Arc::clone(look_up);
    }
    let look_up = Arc::new(LookUp {
        asked_at: now,
        is_known,
        found: OnceCell::new(),
    });
    look_ups.insert(id.to_owned(), Arc::clone(&look_up));
    look_up
}

/// Forgets what is old; and where that is less than half, everything, so that this is rare.
fn make_room(look_ups: &mut LookUps, most: usize, now: DateTime<Utc>) {
    if look_ups.len() < most {
        return;
    }
    look_ups.retain(|_, look_up| look_up.is_fresh(now));
    if look_ups.len() > most / 2 {
        look_ups.clear();
    }
}

/// Another look-up may have taken its place.
fn remove(look_ups: &mut LookUps, id: &str, look_up: &Arc<LookUp>) {
    if look_ups
        .get(id)
        .is_some_and(|there| Arc::ptr_eq(there, look_up))
    {
        look_ups.remove(id);
    }
}

/// The failure of a look-up, for each of those who waited for it.
fn repeated(error: Arc<StoreError>) -> StoreError {
    let kind = match &*error {
        StoreError::Unavailable(_) => StoreError::Unavailable,
        StoreError::OutcomeUnknown(_) => StoreError::OutcomeUnknown,
        StoreError::Failed(_) => StoreError::Failed,
    };
    kind(Box::new(Repeated(error)))
}

/// The cause of a failure that several have, in its own words.
#[derive(Debug)]
struct Repeated(Arc<StoreError>);

impl fmt::Display for Repeated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(cause) => write!(f, "{cause}"),
            None => write!(f, "{}", self.0),
        }
    }
}

impl Error for Repeated {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl KeyRepository for CachedKeys {
    fn create(&self, key: StoredKey) -> Answer<'_, Result<(), StoreError>> {
        let id = key.id.clone();
        Box::pin(async move {
            let created = self.keys.create(key).await;
            self.forget(&id);
            created
        })
    }

    fn find(&self, id: &str) -> Answer<'_, Result<Option<StoredKey>, StoreError>> {
        let id = id.to_owned();
        Box::pin(async move {
            let found = self.look_up(&id).await?;
            Ok(found.map(|known| known.key.clone()))
        })
    }

    fn list(&self) -> Answer<'_, Result<Vec<StoredKey>, StoreError>> {
        self.keys.list()
    }

    fn used(&self, uses: Vec<(String, DateTime<Utc>)>) -> Answer<'_, Result<(), StoreError>> {
        self.keys.used(uses)
    }

    fn revoke(&self, id: &str, at: DateTime<Utc>) -> Answer<'_, Result<bool, StoreError>> {
        let id = id.to_owned();
        Box::pin(async move {
            let revoked = self.keys.revoke(&id, at).await;
            self.forget(&id);
            revoked
        })
    }
}
