//! The store in memory: every port of a database with its real semantics, and nothing that outlives the test.
//!
//! What it does not do: it keeps no `CHECK` that only a database can evaluate, and a crash loses it.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

use specd_app::ports::Answer;
use specd_app::ports::keys::StoredKey;
use specd_app::ports::revisions::Revision;
use specd_app::ports::rollouts::StoredStage;
use specd_app::ports::store::{StoreError, StoreHealth};
use specd_domain::name::{SpecNumber, TableName};

use crate::clock::MovedClock;
use answers::Answers;
use table::StoredTable;

mod answers;
mod change;
mod constraints;
mod deletion;
mod keys;
mod listing;
mod records;
mod revisions;
mod rollouts;
mod secrets;
mod table;
mod writing;

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<State>);

/// Everything that is stored.
#[derive(Clone, Debug, Default)]
struct State {
    away: bool,
    clock: MovedClock,
    tables: Tables,
    revisions: BTreeMap<SpecNumber, Revision>,
    keys: Vec<StoredKey>,
    answers: Answers,
    secrets: BTreeMap<&'static str, specd_domain::sensitive::Sensitive<[u8; 32]>>,
    stages: BTreeMap<SpecNumber, StoredStage>,
}

/// The tables by their names.
type Tables = BTreeMap<TableName, StoredTable>;

impl MemoryStore {
    /// A store to which it is `clock`'s time; without one it stays the first of January 2025.
    pub fn at(clock: MovedClock) -> Self {
        Self(Mutex::new(State {
            clock,
            ..State::default()
        }))
    }

    /// Takes the store away, so that every call is [`StoreError::Unavailable`], or brings it back.
    pub fn set_away(&self, away: bool) {
        self.lock().away = away;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction: `work` has the whole state to itself, and changes nothing where it fails.
    fn transaction<'a, T, E>(
        &'a self,
        work: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Answer<'a, Result<T, E>>
    where
        T: Send + 'a,
        E: From<StoreError> + Send + 'a,
    {
        let mut state = self.lock();
        let outcome = if state.away {
            Err(StoreError::Unavailable("the store was taken away".into()).into())
        } else {
            work(&mut state)
        };
        Box::pin(ready(outcome))
    }
}

impl StoreHealth for MemoryStore {
    fn ready(&self) -> Answer<'_, Result<(), StoreError>> {
        self.transaction(|_| Ok(()))
    }
}

/// A failure that the caller brought about by asking for what the port does not promise.
fn failed(reason: impl Into<String>) -> StoreError {
    StoreError::Failed(reason.into().into())
}
