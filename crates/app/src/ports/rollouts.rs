//! Rollouts: at which of its document's stages each flag is (spec-language, section 7; ruling H28).

use chrono::{DateTime, Utc};
use specd_domain::name::SpecNumber;

use super::Answer;
use super::store::StoreError;

/// The stage of one spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStage {
    /// The spec.
    pub spec: SpecNumber,
    /// The flag that the stage was set for; a document that names another flag begins anew.
    pub flag: String,
    /// The share of callers that is in, 0 to 100. A percentage and not a position, so that a document may be given other
    /// stages.
    pub percent: u8,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Keeps the stages, over restarts and for all servers.
pub trait RolloutRepository: Send + Sync {
    /// Every stage that was ever set, in the order of the specs. A spec that is not among them is at its first.
    fn stages(&self) -> Answer<'_, Result<Vec<StoredStage>, StoreError>>;

    /// Sets the stage of a spec.
    fn set(&self, stage: StoredStage) -> Answer<'_, Result<(), StoreError>>;
}
