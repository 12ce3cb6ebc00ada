//! The stages of the moment, asked for at most once a second by all requests together, and kept while the database is away.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use specd_domain::Spec;
use tokio::sync::Mutex;
use tracing::{info, warn};

use super::percent;
use crate::ports::clock::Clock;
use crate::ports::rollouts::{RolloutRepository, StoredStage};
use crate::ports::store::StoreError;

/// How long the stages are taken for those of the moment.
const LIFETIME: TimeDelta = TimeDelta::seconds(1);

/// The stages as they were last seen.
pub struct KnownStages {
    rollouts: Arc<dyn RolloutRepository>,
    clock: Arc<dyn Clock>,
    seen: RwLock<Seen>,
    /// Held by the first question, so that those who know nothing yet wait for its answer.
    first: Mutex<()>,
}

#[derive(Default)]
struct Seen {
    asked_at: Option<DateTime<Utc>>,
    stages: Option<Arc<[StoredStage]>>,
    is_failing: bool,
}

impl KnownStages {
    /// Remembers what `rollouts` answers.
    pub fn new(rollouts: Arc<dyn RolloutRepository>, clock: Arc<dyn Clock>) -> Self {
        Self {
            rollouts,
            clock,
            seen: RwLock::default(),
            first: Mutex::default(),
        }
    }

    /// The share of callers that a document lets in, by the stages as they were last seen; `None` before they were ever
    /// seen.
    pub fn percent(&self, spec: &Spec) -> Option<u8> {
        if spec.rollout.flag.is_none() {
            return Some(spec.rollout.first_percent());
        }
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        Some(percent(spec, seen.stages.as_deref()?))
    }

    /// Looks at the stages again where somebody has not within the last second. While one looks, the others go on with
    /// what was seen before; where nothing was, they wait. May be given up at any point.
    ///
    /// # Errors
    /// The database is away. What was seen before stays.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        if self.is_seen() {
            return if self.begin() {
                self.look().await
            } else {
                Ok(())
            };
        }
        let _turn = self.first.lock().await;
        if self.is_seen() {
            return Ok(());
        }
        self.begin();
        self.look().await
    }

    fn is_seen(&self) -> bool {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.stages.is_some()
    }

    /// Whether it is time to look again; if so it is noted that somebody does.
    fn begin(&self) -> bool {
        let now = self.clock.now();
        let is_fresh = |seen: &Seen| {
            let asked_at = seen.asked_at;
            asked_at.is_some_and(|since| (since..since + LIFETIME).contains(&now))
        };
        // Most requests find it fresh, and need no more than to read.
        if is_fresh(&self.seen.read().unwrap_or_else(PoisonError::into_inner)) {
            return false;
        }
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        let is_stale = !is_fresh(&seen);
        if is_stale {
            seen.asked_at = Some(now);
        }
        is_stale
    }

    async fn look(&self) -> Result<(), StoreError> {
        let answer = self.rollouts.stages().await;
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        let was_failing = seen.is_failing;
        seen.is_failing = answer.is_err();
        match answer {
            Ok(stages) => {
                tell(seen.stages.as_deref(), &stages);
                seen.stages = Some(stages.into());
                Ok(())
            }
            Err(error) => {
                if !was_failing {
                    warn!(
                        error = &error as &dyn std::error::Error,
                        "the stages of the rollouts cannot be read; those that were last seen hold"
                    );
                }
                Err(error)
            }
        }
    }
}

/// Says which stages have changed since they were last seen.
fn tell(before: Option<&[StoredStage]>, now: &[StoredStage]) {
    let Some(before) = before else {
        return;
    };
    for stage in now {
        let earlier = before.iter().find(|earlier| earlier.spec == stage.spec);
        let is_same = earlier
            .is_some_and(|earlier| earlier.flag == stage.flag && earlier.percent == stage.percent);
        if !is_same {
            info!(
                spec = %stage.spec,
                flag = stage.flag,
                percent = stage.percent,
                percent_before = earlier.map(|earlier| earlier.percent),
                "a rollout has moved"
            );
        }
    }
}
