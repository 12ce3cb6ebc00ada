//! The sections of the good document below its proposal.

use crate::access::{Authentication, Grant};
use crate::decision::{ActionItem, Consideration, RelativeLink, Tick};
use crate::document::{Document, Entry};
use crate::endpoint::Method;
use crate::name::{FlagName, ScopeName};
use crate::objective::{Alert, Measure, Objective, Percentile};
use crate::source::{Located, Span};

use super::{Page, day};

pub(super) fn plan(document: &mut Document, page: &mut Page) {
    let span = page.heading(document, "Backwards Compatibility");
    document.compatibility.span = span;
    page.mark("- ");
    document.compatibility.no_breaking = Some(page.put(true, "[x] **No breaking changes**"));
    page.mark("\n- ");
    document.compatibility.breaking = Some(page.put(false, "[ ] **Breaking changes**"));
    page.line("");
    document.rollout.span = page.heading(document, "Rollout Plan");
    page.mark("- [ ] Feature flag: `");
    let flag = FlagName::new("feature_orders_enabled").unwrap();
    document.rollout.flag = Some(page.put(flag, "feature_orders_enabled"));
    page.mark("`\n- [ ] Gradual rollout: ");
    for stage in [5, 25, 100] {
        let located = page.put(stage, &format!("{stage}%"));
        document.rollout.stages.push(located);
        page.mark(" ");
    }
    page.line("");
    page.heading(document, "Metrics");
    document.objectives = vec![
        objective(page, Measure::Latency, Some(950), 50),
        objective(page, Measure::Latency, Some(990), 100),
        objective(page, Measure::Throughput, None, 500),
        objective(page, Measure::ErrorRate, None, 1),
        objective(page, Measure::Availability, None, 99),
    ];
    let alert = objective(page, Measure::ErrorRate, None, 2);
    document.alerts = vec![Alert {
        measure: alert.measure,
        percentile: alert.percentile,
        threshold: alert.target,
        span: alert.span,
    }];
}

fn objective(page: &mut Page, measure: Measure, percentile: Option<u16>, target: i64) -> Objective {
    let span = page.mark(&format!("{measure:?} {target}"));
    page.line("");
    Objective {
        measure,
        percentile: percentile.map(Percentile),
        target: target.into(),
        span,
    }
}

pub(super) fn security(document: &mut Document, page: &mut Page) {
    page.heading(document, "Security");
    let start = page.mark("- **Authentication**: ").end;
    let way = page.put(Authentication::ApiKey, "API key");
    let span = Span::new(start, way.span.end);
    document.authentication = Entry::Filled(Located::new(vec![way], span));
    page.mark("\n- **Authorization**: ");
    let writes = vec![Method::Post, Method::Put, Method::Patch, Method::Delete];
    let write = grant(page, "orders:write", writes);
    let read = grant(page, "orders:read", vec![Method::Get]);
    let span = write.scope.span.to(Span::new(0, page.text.len()));
    document.authorization = Entry::Filled(Located::new(vec![write, read], span));
    page.line("");
}

fn grant(page: &mut Page, scope: &str, methods: Vec<Method>) -> Grant {
    page.mark("`");
    let scope = page.put(ScopeName::new(scope).unwrap(), scope);
    let words: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    page.mark(&format!("` may {}; ", words.join(", ")));
    Grant { scope, methods }
}

pub(super) fn decision(document: &mut Document, page: &mut Page) {
    page.heading(document, "Threat Model");
    let decision = &mut document.decision;
    decision.threats = vec![consideration(page, "- **Threat 1**: ", "Guessing")];
    page.heading(document, "Alternatives");
    document.decision.alternatives = vec![consideration(page, "### Alternative 1: ", "A queue")];
    document.decision.decision_span = page.heading(document, "Decision");
    document.decision.approved = Some(tick(page, "Approved", true));
    document.decision.rejected = Some(tick(page, "Rejected", false));
    document.decision.deferred = Some(tick(page, "Deferred", false));
    page.mark("- ");
    let due = page.put(day("2025-07-01"), "2025-07-01");
    document.decision.action_items = vec![ActionItem {
        title: "Task 1".to_owned(),
        done: false,
        owner: None,
        span: due.span,
        due: Some(due),
    }];
    page.mark("\n\n[PRD](");
    document.decision.links = vec![RelativeLink {
        text: "PRD".to_owned(),
        target: page.put("prd-orders.md".to_owned(), "prd-orders.md"),
        exists: Some(true),
    }];
    page.line(")\n");
    document.decision.approval_span = page.mark("**Approval**");
    page.line(":");
    document.decision.approvals = vec![tick(page, "Architect", true), tick(page, "Security", true)];
}

fn consideration(page: &mut Page, before: &str, name: &str) -> Consideration {
    page.mark(before);
    let title = page.put(name.to_owned(), name);
    page.line("");
    Consideration {
        title,
        is_answered: true,
    }
}

fn tick(page: &mut Page, label: &str, ticked: bool) -> Tick {
    page.mark("- ");
    let mark = if ticked { "x" } else { " " };
    let span = page.mark(&format!("[{mark}] {label}"));
    page.line("");
    Tick {
        label: label.to_owned(),
        ticked,
        span,
    }
}
