//! Rollout: stages that rise, a flag to go with them, criteria that can hold (spec-language, section 7).

use crate::diagnostic::{Code, Diagnostic};
use crate::objective::Measure;
use crate::source::Located;

use super::bounds::{self, Side};
use super::subject::Subject;

/// The label of the flag's line.
const FLAG: &str = "Feature flag";

/// Each stage is a percentage, and larger than the one before.
pub(super) fn stages(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let stages = &subject.document.rollout.stages;
    let mut before: Option<&Located<u8>> = None;
    for stage in stages {
        if !(1..=100).contains(&stage.value) {
            findings.push(
                Diagnostic::error(
                    Code::StageOutOfRange,
                    stage.span,
                    format!("a stage of {}%", stage.value),
                )
                .expecting("expected 1% to 100%"),
            );
        } else if let Some(before) = before.filter(|before| before.value >= stage.value) {
            findings.push(
                Diagnostic::error(
                    Code::StagesNotRising,
                    stage.span,
                    format!("{}% does not follow {}%", stage.value, before.value),
                )
                .expecting(format!("expected more than {}%", before.value))
                .pointing_at(before.span, "the stage before")
                .helping("write rising stages such as `5% → 25% → 50% → 100%`"),
            );
        }
        before = Some(stage);
    }
}

/// The last stage is everybody.
pub(super) fn complete(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let rollout = &subject.document.rollout;
    let Some(last) = rollout.stages.last().filter(|_| rollout.flag.is_some()) else {
        return;
    };
    if last.value < 100 {
        findings.push(
            Diagnostic::warning(
                Code::RolloutIncomplete,
                last.span,
                format!("the rollout ends at {}%", last.value),
            )
            .expecting("expected 100% as the last stage")
            .replacing("add the last stage", last.span.after(), " → 100%"),
        );
    }
}

/// Flag and stages need each other (ruling H04).
pub(super) fn flag(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let rollout = &subject.document.rollout;
    match (&rollout.flag, rollout.stages.first()) {
        (None, Some(first)) if !subject.is_unfilled(FLAG) => findings.push(
            Diagnostic::note(
                Code::StagesIgnored,
                rollout
                    .stages
                    .last()
                    .map_or(first.span, |last| first.span.to(last.span)),
                "without a feature flag everybody is in, whatever the stages",
            )
            .expecting("these have no effect")
            .helping("add a line `- [ ] Feature flag: `feature_orders_enabled``"),
        ),
        (Some(flag), None) => findings.push(
            Diagnostic::note(
                Code::FlagWithoutStages,
                flag.span,
                format!("the flag `{}` has no stages: everybody is in", flag.value),
            )
            .expecting("this has no effect")
            .helping("add a line `- [ ] Gradual rollout: 5% → 25% → 50% → 100%`"),
        ),
        _ => {}
    }
}

/// Each rollback criterion can hold, and need not always.
pub(super) fn criteria(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for criterion in &subject.document.rollout.criteria {
        let side = match criterion.measure {
            Measure::Availability => Side::Below,
            _ => Side::Above,
        };
        if let Some(expected) = bounds::misplaced(criterion.measure, side, &criterion.threshold) {
            let finding = Diagnostic::error(
                Code::CriterionOutOfRange,
                criterion.span,
                format!("a rollback criterion that {}", expected.verdict("holds")),
            );
            findings.push(finding.expecting(expected.words));
        }
    }
}
