//! What the group writer remembers of the tables: how they were in its way lately.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::fate::Fate;
use super::part::{Kind, Part};

/// By table and kind of write; there are no more of these than documents.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// How many groups more expect rows whose unique values are taken.
    guarded: HashMap<String, u32>,
    /// Until when they go alone, since a lock was in the way.
    contended: HashMap<(String, Kind), Instant>,
}

/// To skip the rows that conflict costs each group a little, to find them without costs more.
const GUARDED_GROUPS: u32 = 64;

/// A lock that is held for longer stops all groups once in this time.
const CONTENDED: Duration = Duration::from_millis(500);

impl Memory {
    pub(super) fn is_guarded(&self, part: &Part) -> bool {
        part.can_skip_conflicts() && self.guarded.contains_key(part.name())
    }

    pub(super) fn guard(&mut self, part: &Part) {
        self.guarded.insert(part.name().to_owned(), GUARDED_GROUPS);
    }

    /// Notes how a group went.
    pub(super) fn note(&mut self, part: &Part, fates: &[Fate]) {
        if !part.is_guarded {
            return;
        }
        if !fates.iter().all(Fate::is_done) {
            self.guard(part);
        } else if let Some(left) = self.guarded.get_mut(part.name()) {
            *left -= 1;
            if *left == 0 {
                self.guarded.remove(part.name());
            }
        }
    }

    pub(super) fn is_contended(&mut self, part: &Part) -> bool {
        if self.contended.is_empty() {
            return false;
        }
        let now = Instant::now();
        self.contended.retain(|_, until| *until > now);
        self.contended
            .contains_key(&(part.name().to_owned(), part.kind))
    }

    pub(super) fn contend(&mut self, part: &Part) {
        let until = Instant::now() + CONTENDED;
        self.contended
            .insert((part.name().to_owned(), part.kind), until);
    }
}
