//! Moving a rollout: to its next stage, back, or to a share of its own.

use specd_domain::Spec;
use specd_domain::name::SpecNumber;

use super::{RolloutError, RolloutPorts, percent};
use crate::ports::rollouts::StoredStage;

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next stage of the document.
    Advance,
    /// To the stage before.
    Back,
    /// To this percentage, whether a stage says it or not.
    Set(u8),
}

/// What a step has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The document.
    pub spec: SpecNumber,
    /// Its flag.
    pub flag: String,
    /// The share before.
    pub from: u8,
    /// The share now; the same where it was there already.
    pub to: u8,
}

/// Moves the rollout of a document. All servers follow within a second or two.
///
/// # Errors
/// There is no such stage, the document has no flag or was never served, or the database is away.
pub async fn step(
    number: SpecNumber,
    step: Step,
    ports: RolloutPorts<'_>,
) -> Result<Change, RolloutError> {
    let revision = ports.revisions.current(number).await?;
    let spec = revision.ok_or(RolloutError::NeverServed(number))?.spec;
    let flag = spec.rollout.flag.as_ref();
    let flag = flag.ok_or(RolloutError::NoFlag(number))?.value.to_string();
    let from = percent(&spec, &ports.rollouts.stages().await?);
    let to = target(&spec, from, step)?;
    if to != from {
        let stage = StoredStage {
            spec: number,
            flag: flag.clone(),
            percent: to,
            since: ports.clock.now(),
        };
        ports.rollouts.set(stage).await?;
    }
    Ok(Change {
        spec: number,
        flag,
        from,
        to,
    })
}

fn target(spec: &Spec, percent: u8, step: Step) -> Result<u8, RolloutError> {
    let (rollout, spec) = (&spec.rollout, spec.number);
    match step {
        Step::Advance => rollout
            .next_percent(percent)
            .ok_or(RolloutError::AtTheLast { spec, percent }),
        Step::Back => rollout
            .previous_percent(percent)
            .ok_or(RolloutError::AtTheFirst { spec, percent }),
        Step::Set(to @ 0..=100) => Ok(to),
        Step::Set(to) => Err(RolloutError::NoShare(to)),
    }
}
