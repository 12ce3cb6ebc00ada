//! Use cases on rollouts: at which stage a document is, and how it comes to another (spec-language, section 7).

use chrono::{DateTime, Utc};
use specd_domain::Spec;
use specd_domain::name::SpecNumber;

use crate::ports::clock::Clock;
use crate::ports::revisions::RevisionRepository;
use crate::ports::rollouts::{RolloutRepository, StoredStage};
use crate::ports::store::StoreError;

pub mod known;
pub mod step;

pub use known::KnownStages;
pub use step::{Change, Step, step};

/// Why a rollout was not told or not moved.
#[derive(Debug, thiserror::Error)]
pub enum RolloutError {
    /// No server has ever served the document from this database.
    #[error("SPEC {0} was never served from this database; start `specd` on it once")]
    NeverServed(SpecNumber),
    /// Everybody is in for good.
    #[error(
        "SPEC {0} has no feature flag, so everybody is in; a line `- [ ] Feature flag: `feature_name_enabled`` under Phase 3 would give it one"
    )]
    NoFlag(SpecNumber),
    /// There is no stage behind this one.
    #[error("SPEC {spec} is at {percent}%, and no stage of its document is behind that{}", everybody(*.spec, *.percent))]
    AtTheLast {
        /// The document.
        spec: SpecNumber,
        /// Where it is.
        percent: u8,
    },
    /// There is no stage before this one.
    #[error("SPEC {spec} is at {percent}%, and no stage of its document is before that{}", nobody(*.spec, *.percent))]
    AtTheFirst {
        /// The document.
        spec: SpecNumber,
        /// Where it is.
        percent: u8,
    },
    /// A share of more than everybody.
    #[error("{0}% is no share of the callers; choose 0 to 100")]
    NoShare(u8),
    /// The database could not tell or keep it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn everybody(spec: SpecNumber, percent: u8) -> String {
    match percent {
        100.. => String::new(),
        _ => format!("; `specd rollout set {spec} 100` lets everybody in"),
    }
}

fn nobody(spec: SpecNumber, percent: u8) -> String {
    match percent {
        0 => String::new(),
        _ => format!("; `specd rollout set {spec} 0` takes everybody out"),
    }
}

/// Where the rollout of a document is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The document.
    pub spec: SpecNumber,
    /// Its title.
    pub title: String,
    /// Its flag; without one everybody is in.
    pub flag: Option<String>,
    /// The stages of the document.
    pub stages: Vec<u8>,
    /// The share of callers that is in now.
    pub percent: u8,
    /// Since when; `None` where it is still at its beginning.
    pub since: Option<DateTime<Utc>>,
}

/// Where the rollout of a document is, in the revision that is served.
///
/// # Errors
/// The document was never served from this database, or the database is away.
pub async fn position(
    number: SpecNumber,
    revisions: &dyn RevisionRepository,
    rollouts: &dyn RolloutRepository,
) -> Result<Position, RolloutError> {
    let revision = revisions.current(number).await?;
    let revision = revision.ok_or(RolloutError::NeverServed(number))?;
    let stages = rollouts.stages().await?;
    Ok(of_spec(&revision.spec, &stages))
}

fn of_spec(spec: &Spec, stages: &[StoredStage]) -> Position {
    let rollout = &spec.rollout;
    let stored = stored(spec, stages);
    Position {
        spec: spec.number,
        title: spec.title.clone(),
        flag: rollout.flag.as_ref().map(|flag| flag.value.to_string()),
        stages: rollout.stages.iter().map(|stage| stage.value).collect(),
        percent: stored.map_or_else(|| rollout.first_percent(), |stage| stage.percent),
        since: stored.map(|stage| stage.since),
    }
}

/// The stage that was set for a document under its flag of now.
fn stored<'a>(spec: &Spec, stages: &'a [StoredStage]) -> Option<&'a StoredStage> {
    let flag = spec.rollout.flag.as_ref()?;
    let mut stages = stages.iter();
    stages.find(|stage| stage.spec == spec.number && stage.flag == flag.value.as_str())
}

/// The share of callers that the stages let in; a document whose stage was never set, or was set for another flag, is at
/// its first.
fn percent(spec: &Spec, stages: &[StoredStage]) -> u8 {
    stored(spec, stages).map_or_else(|| spec.rollout.first_percent(), |stage| stage.percent)
}

/// The ports that moving a rollout takes.
#[derive(Clone, Copy)]
pub struct RolloutPorts<'a> {
    /// What is served.
    pub revisions: &'a dyn RevisionRepository,
    /// The stages.
    pub rollouts: &'a dyn RolloutRepository,
    /// The time.
    pub clock: &'a dyn Clock,
}
