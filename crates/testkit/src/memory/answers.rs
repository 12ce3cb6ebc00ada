//! Answers in memory.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use specd_app::ports::Answer;
use specd_app::ports::answers::{AnswerRepository, Claim, ClaimId, KeptAnswer};
use specd_app::ports::store::StoreError;
use specd_domain::record::Record;

use super::{MemoryStore, failed};

/// The answers by what they are found by.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers(BTreeMap<ClaimId, Kept>);

#[derive(Clone, Debug)]
struct Kept {
    caller: String,
    expires_at: DateTime<Utc>,
    answer: KeptAnswer,
}

impl Answers {
    /// Whether somebody has claimed it, and has not lost it at the time of the claim.
    pub(super) fn holds(&self, claim: &Claim) -> bool {
        self.live(claim.id, claim.claimed_at).is_some()
    }

    /// Keeps the answer of a record that was written, unless it would come back as another one.
    pub(super) fn keep(&mut self, claim: &Claim, record: &Record) -> Result<(), StoreError> {
        let answer = (claim.answer)(record);
        let is_broken = |text: &str| text.contains(['\n', '\r', '\0']);
        if answer
            .headers
            .iter()
            .any(|(name, value)| name.contains(':') || is_broken(name) || is_broken(value))
        {
            return Err(failed("a header of the answer cannot be kept"));
        }
        let kept = Kept {
            caller: claim.caller.clone(),
            expires_at: claim.expires_at,
            answer: KeptAnswer {
                fingerprint: claim.fingerprint,
                answer,
            },
        };
        self.0.insert(claim.id, kept);
        Ok(())
    }

    fn live(&self, id: ClaimId, now: DateTime<Utc>) -> Option<&Kept> {
        self.0.get(&id).filter(|kept| kept.expires_at > now)
    }

    fn purge(&mut self, now: DateTime<Utc>, limit: u32) -> u64 {
        let expired = self.0.iter().filter(|(_, kept)| kept.expires_at <= now);
        let mut expired: Vec<_> = expired.map(|(id, kept)| (kept.expires_at, *id)).collect();
        expired.sort_unstable();
        expired.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let gone = expired.iter().filter(|(_, id)| self.0.remove(id).is_some());
        u64::try_from(gone.count()).unwrap_or(u64::MAX)
    }

    fn crowded(&self, more_than: u64) -> Vec<(String, u64)> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for kept in self.0.values() {
            *counts.entry(&kept.caller).or_default() += 1;
        }
        counts
            .into_iter()
            .filter(|(_, count)| *count > more_than)
            .map(|(caller, count)| (caller.to_owned(), count))
            .collect()
    }
}

impl AnswerRepository for MemoryStore {
    fn find(
        &self,
        id: ClaimId,
        now: DateTime<Utc>,
    ) -> Answer<'_, Result<Option<KeptAnswer>, StoreError>> {
        self.transaction(|state| Ok(state.answers.live(id, now).map(|kept| kept.answer.clone())))
    }

    fn purge(&self, now: DateTime<Utc>, limit: u32) -> Answer<'_, Result<u64, StoreError>> {
        self.transaction(|state| Ok(state.answers.purge(now, limit)))
    }

    fn crowded(&self, more_than: u64) -> Answer<'_, Result<Vec<(String, u64)>, StoreError>> {
        self.transaction(|state| Ok(state.answers.crowded(more_than)))
    }
}
