//! What a review wants complete: action items, threats, alternatives, links (spec-language, section 12). Warnings.

use crate::decision::Consideration;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

use super::subject::Subject;

/// No open action item is past its due date.
pub(super) fn action_items(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    let items = &subject.document.decision.action_items;
    for item in items.iter().filter(|item| !item.done) {
        let overdue = item.due.as_ref().filter(|due| due.value < subject.today);
        if let Some(due) = overdue {
            let finding = Diagnostic::warning(
                Code::ActionItemOverdue,
                due.span,
                format!("`{}` was due on {} and is open", item.title, due.value),
            );
            findings.push(finding.expecting("expected a tick, or a later date"));
        }
    }
}

/// Each threat has a mitigation.
pub(super) fn threats(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for threat in unanswered(subject, &subject.document.decision.threats) {
        findings.push(
            Diagnostic::warning(
                Code::ThreatUnanswered,
                threat.title.span,
                format!("threat `{}` has no mitigation", threat.title.value),
            )
            .expecting("expected a **Mitigation** below this")
            .helping("  - **Mitigation**: what is done against it"),
        );
    }
}

/// Each alternative has a reason against it.
pub(super) fn alternatives(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for alternative in unanswered(subject, &subject.document.decision.alternatives) {
        findings.push(
            Diagnostic::warning(
                Code::AlternativeUnanswered,
                alternative.title.span,
                format!(
                    "nothing says why `{}` was not chosen",
                    alternative.title.value
                ),
            )
            .expecting("expected **Why not chosen** below this")
            .helping("- **Why not chosen**: what speaks against it"),
        );
    }
}

/// Those without an answer. Where the template's own words still stand, that was already said.
fn unanswered<'d>(subject: &Subject<'d>, all: &'d [Consideration]) -> Vec<&'d Consideration> {
    let ends = all.iter().skip(1).map(|next| next.title.span.start);
    let mut unanswered = Vec::new();
    for (consideration, next) in all.iter().zip(ends.chain([usize::MAX])) {
        let span = consideration.title.span;
        let end = next.min(next_heading(subject, span));
        if !consideration.is_answered && !subject.is_unfilled_between(span.start, end) {
            unanswered.push(consideration);
        }
    }
    unanswered
}

fn next_heading(subject: &Subject<'_>, span: Span) -> usize {
    let headings = &subject.document.headings;
    let next = headings.partition_point(|heading| heading.span.start < span.end);
    headings
        .get(next)
        .map_or(usize::MAX, |heading| heading.span.start)
}

/// Each relative link leads to a file. A link to a folder (`../adr/`) is none.
pub(super) fn links(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for link in &subject.document.decision.links {
        let target = link.target.value.as_str();
        let span = link.target.span;
        let is_broken = link.exists == Some(false)
            && !target.ends_with('/')
            && !subject.is_unfilled_between(span.start, span.end.max(span.start + 1));
        if is_broken {
            findings.push(
                Diagnostic::warning(
                    Code::LinkBroken,
                    span,
                    format!("there is no file `{target}`"),
                )
                .expecting("expected a file, seen from this document"),
            );
        }
    }
}
