//! Decision, approvals, and what a review wants complete.

use super::*;
use crate::source::Span;
use sample::day;

#[test]
fn an_approved_document_is_ticked_as_approved() {
    let untick =
        |document: &mut Document| document.decision.approved.as_mut().unwrap().ticked = false;
    finds(untick, &[(Code::DecisionMissing, ERROR, "[x] Approved")]);
    finds(
        |document| document.decision.approved = None,
        &[(Code::DecisionMissing, ERROR, "## Decision")],
    );
    for status in [Status::Draft, Status::Review] {
        finds(
            |document| {
                set_status(document, status);
                untick(document);
            },
            &[],
        );
    }
}

#[test]
fn an_approval_that_is_missing_names_who() {
    let found = finds(
        |document| document.decision.approvals[1].ticked = false,
        &[(Code::ApprovalMissing, ERROR, "[x] Security")],
    );
    assert!(found[0].headline.contains("`Security`"));
    finds(
        |document| document.decision.approvals.clear(),
        &[(Code::ApprovalMissing, ERROR, "**Approval**")],
    );
}

#[test]
fn a_deprecated_document_was_approved() {
    finds(
        |document| {
            set_status(document, Status::Deprecated);
            document.compatibility.deprecated = Some(sample::at(day("2025-06-01")));
            document.decision.approvals[0].ticked = false;
        },
        &[(Code::ApprovalMissing, ERROR, "[x] Architect")],
    );
}

#[test]
fn one_decision_is_taken() {
    finds(
        |document| document.decision.rejected.as_mut().unwrap().ticked = true,
        &[(Code::DecisionsContradict, ERROR, "[ ] Rejected")],
    );
    finds(
        |document| {
            set_status(document, Status::Draft);
            document.decision.deferred.as_mut().unwrap().ticked = true;
        },
        &[(Code::DecisionsContradict, ERROR, "[ ] Deferred")],
    );
}

#[test]
fn an_open_action_item_is_not_overdue() {
    let due = |text: &'static str, done| {
        move |document: &mut Document| {
            let item = &mut document.decision.action_items[0];
            item.due.as_mut().unwrap().value = day(text);
            item.done = done;
        }
    };
    finds(
        due("2025-06-14", false),
        &[(Code::ActionItemOverdue, WARNING, "2025-07-01")],
    );
    finds(due("2025-06-14", true), &[]);
    finds(due("2025-06-15", false), &[]);
}

#[test]
fn threats_and_alternatives_are_answered() {
    finds(
        |document| document.decision.threats[0].is_answered = false,
        &[(Code::ThreatUnanswered, WARNING, "Guessing")],
    );
    finds(
        |document| document.decision.alternatives[0].is_answered = false,
        &[(Code::AlternativeUnanswered, WARNING, "A queue")],
    );
}

#[test]
fn a_relative_link_leads_to_a_file() {
    let link = |target: &'static str, exists| {
        move |document: &mut Document| {
            let link = &mut document.decision.links[0];
            link.target.value = target.to_owned();
            link.exists = exists;
        }
    };
    finds(
        link("prd.md", Some(false)),
        &[(Code::LinkBroken, WARNING, "prd-orders.md")],
    );
    finds(link("../adr/", Some(false)), &[]);
    finds(link("prd.md", None), &[]);
}

#[test]
fn what_is_still_the_templates_is_told_once() {
    let (checked, _) = outcome(|document| {
        set_status(document, Status::Draft);
        document.decision.threats[0].is_answered = false;
        let end = document.decision.threats[0].title.span.end;
        document.unfilled.push(crate::document::UnfilledPlace {
            span: Span::new(end, end + 1),
            label: "Mitigation".to_owned(),
            example: None,
            required: false,
        });
    });
    let codes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert_eq!(codes, [Code::Unfilled]);
}
