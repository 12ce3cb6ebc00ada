//! Decision and approval: what lets a document be served (spec-language, section 12).

use crate::decision::Tick;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

use super::subject::Subject;

/// An approved document is ticked as approved.
pub(super) fn taken(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let decision = &subject.document.decision;
    let is_approved = decision.approved.as_ref().is_some_and(|tick| tick.ticked);
    if is_approved || !subject.status.is_final() {
        return;
    }
    let tick = decision.approved.as_ref().map(|tick| tick.span);
    let status = subject.document.header.status.span().unwrap_or_default();
    // Without the section, where the claim is made.
    let heading = Some(decision.decision_span).filter(|span| *span != Span::default());
    let place = tick.or(heading);
    let finding = Diagnostic::error(
        Code::DecisionMissing,
        place.unwrap_or(status),
        format!(
            "the status is {}, and *Approved* is not ticked",
            subject.status.as_str()
        ),
    )
    .expecting("expected `[x]`")
    .pointing_at(status, "the status");
    findings.push(match tick {
        Some(item) => subject.tick(finding, item),
        None => finding.replacing(
            "add the decision",
            subject.line_below(decision.decision_span.start),
            "\n- [x] **Approved** - Proceed with implementation\n",
        ),
    });
}

/// Everybody has approved an approved document.
pub(super) fn approvals(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    if !subject.status.is_final() {
        return;
    }
    let decision = &subject.document.decision;
    if decision.approvals.is_empty() {
        // Without the label, where the claim is made.
        let status = subject.document.header.status.span().unwrap_or_default();
        let place = Some(decision.approval_span).filter(|span| *span != Span::default());
        findings.push(
            Diagnostic::error(
                Code::ApprovalMissing,
                place.unwrap_or(status),
                format!(
                    "the status is {}, and nobody has approved",
                    subject.status.as_str()
                ),
            )
            .expecting("expected ticked boxes below **Approval**")
            .helping("**Approval**:\n- [x] Architect: @ada"),
        );
    }
    for tick in decision.approvals.iter().filter(|tick| !tick.ticked) {
        let headline = format!(
            "the status is {}, and `{}` has not approved",
            subject.status.as_str(),
            tick.label
        );
        let finding = Diagnostic::error(Code::ApprovalMissing, tick.span, headline);
        findings.push(subject.tick(finding.expecting("expected `[x]`"), tick.span));
    }
}

/// One decision at most.
pub(super) fn single(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let decision = &subject.document.decision;
    let boxes = [
        ("Approved", decision.approved.as_ref()),
        ("Rejected", decision.rejected.as_ref()),
        ("Deferred", decision.deferred.as_ref()),
    ];
    let mut first: Option<(&str, Span)> = None;
    for (name, tick) in boxes {
        let Some(span) = ticked(tick) else {
            continue;
        };
        match first {
            Some((other, place)) => findings.push(
                Diagnostic::error(
                    Code::DecisionsContradict,
                    span,
                    format!("both *{other}* and *{name}* are ticked"),
                )
                .expecting("expected one decision")
                .pointing_at(place, "the other"),
            ),
            None => first = Some((name, span)),
        }
    }
}

fn ticked(tick: Option<&Tick>) -> Option<Span> {
    tick.filter(|tick| tick.ticked).map(|tick| tick.span)
}
