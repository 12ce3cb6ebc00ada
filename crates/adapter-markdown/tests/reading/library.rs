//! A document with every label filled, in another domain than the template's.

use specd_app::ports::documents::ReadDocument;
use specd_domain::access::Authentication;
use specd_domain::document::{Document, Entry, Status};
use specd_domain::endpoint::{EndpointPath, Method};
use specd_domain::objective::Measure;
use specd_domain::rollout::PhaseTicks;
use specd_domain::{Located, Span};

use crate::written::{findings, place, read, unfilled};

const TEXT: &str = include_str!("library.md");

fn library() -> ReadDocument {
    read(TEXT)
}

/// The value, and the text that it stands on.
#[track_caller]
fn filled<T: Clone>(entry: &Entry<T>) -> (T, &'static str) {
    let Located { value, span } = entry.filled().expect("filled");
    (value.clone(), text(*span))
}

fn text(span: Span) -> &'static str {
    &TEXT[span.start..span.end]
}

fn texts<T>(all: &[Located<T>]) -> Vec<&'static str> {
    all.iter().map(|located| text(located.span)).collect()
}

#[test]
fn it_has_no_finding_and_nothing_is_unfilled() {
    let library = library();
    assert_eq!(findings(&library, TEXT), Vec::<String>::new());
    assert_eq!(unfilled(&library, TEXT), Vec::<String>::new());
}

#[test]
fn the_header_is_read_with_either_bold_and_above_a_rule() {
    let header = library().document.header;
    let (title, place) = filled(&header.title);
    assert_eq!((title.number.value.0, title.text.as_str()), (42, "Loans"));
    assert_eq!(
        (text(title.number.span), place),
        ("0042", "SPEC 0042: Loans")
    );
    assert_eq!(filled(&header.status), (Status::Approved, "Approved"));
    assert_eq!(filled(&header.author).0, "Ada Lovelace & co.");
    assert_eq!(filled(&header.created).1, "2025-01-31");
    assert_eq!(filled(&header.last_updated).1, "2025-03-01");
    assert_eq!(texts(&header.reviewers), ["@grace", "@edsger-d"]);
    assert_eq!(header.reviewers[1].value, "edsger-d");
}

#[test]
fn the_summary_is_its_prose() {
    let summary = library().document.summary;
    assert_eq!(
        summary.as_deref(),
        Some("Who has which book, and until when. Kept for the library.")
    );
}

#[test]
fn six_endpoints_are_read_and_none_from_quotation_comment_or_appendix() {
    let document = library().document;
    let lines: Vec<String> = document
        .endpoints
        .iter()
        .map(|entry| format!("{} {}", entry.line.value.method, entry.line.value.path))
        .collect();
    assert_eq!(
        lines,
        [
            "POST /api/v1/book-loans",
            "GET /api/v1/book-loans",
            "GET /api/v1/book-loans/{id}",
            "PUT /api/v1/book-loans/{id}",
            "PATCH /api/v1/book-loans/{id}",
            "DELETE /api/v1/book-loans/{id}",
        ]
    );
    assert_eq!(document.endpoint_labels.len(), 6);
    assert!(
        document
            .endpoint_labels
            .iter()
            .all(|span| text(*span) == "Endpoint")
    );
    let list = &document.endpoints[1].line.value;
    assert_eq!(texts(&list.filters), ["title", "days"]);
    assert_eq!(texts(&list.sorts), ["created_at", "days"]);
}

#[test]
fn blocks_and_codes_belong_to_their_endpoint() {
    let endpoints = library().document.endpoints;
    let has: Vec<(bool, bool, usize)> = endpoints
        .iter()
        .map(|entry| {
            (
                entry.request.filled().is_some(),
                entry.response.filled().is_some(),
                entry.statuses.len(),
            )
        })
        .collect();
    assert_eq!(
        has,
        [
            (true, true, 3),
            (false, false, 0),
            (false, false, 0),
            (true, false, 0),
            (false, false, 0),
            (false, false, 1)
        ]
    );
    let codes: Vec<(u16, &str)> = endpoints[0]
        .statuses
        .iter()
        .map(|line| (line.value.code, line.value.meaning.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            (201, "Lent"),
            (400, "Invalid: see problem"),
            (401, "Nobody")
        ]
    );
    let indented = &endpoints[3].request.filled().expect("a block").value;
    assert_eq!(
        indented.text.trim_end(),
        "{\"title\": \"Faust\",\n \"days\": 7}"
    );
    assert_eq!(
        text(indented.value.span),
        "{\"title\": \"Faust\",\n   \"days\": 7}"
    );
}

#[test]
fn the_table_is_read_at_its_place() {
    let document = library().document;
    let (table, block) = filled(&document.schema);
    assert_eq!(table.columns.len(), 5);
    assert_eq!(text(table.columns[3].name.span), "email");
    assert!(block.starts_with("```sql") && block.ends_with("```"));
    assert_eq!(text(document.schema_span), "Data Schema");
    assert_eq!(text(document.api_span), "API Design");
    assert_eq!(place(&document, TEXT, table.columns[3].name.span), "87:5");
}

#[test]
fn the_flow_is_read_through_its_blocks() {
    let (flow, _) = filled(&library().document.flow);
    let participants: Vec<&str> = flow.participants.iter().map(|p| p.value.as_str()).collect();
    assert_eq!(participants, ["Member", "API", "Store"]);
    let messages: Vec<String> = flow
        .messages
        .iter()
        .map(|message| {
            let arrow = if message.is_reply { "⇠" } else { "→" };
            format!("{} {arrow} {}: {}", message.from, message.to, message.text)
        })
        .collect();
    assert_eq!(
        messages,
        [
            "Member → API: POST /api/v1/book-loans",
            "API → Store: insert",
            "Store ⇠ API: id",
            "API ⇠ Member: 401",
            "API ⇠ Member: 201 Created",
        ]
    );
    assert_eq!(text(flow.messages[2].span), "Store-->>API: id");
}

#[test]
fn the_changes_and_the_migration_are_read() {
    let compatibility = library().document.compatibility;
    assert_eq!(
        compatibility.no_breaking.map(|tick| tick.value),
        Some(false)
    );
    assert_eq!(
        compatibility
            .breaking
            .map(|tick| (tick.value, text(tick.span))),
        Some((true, "[x]"))
    );
    let names: Vec<Vec<&str>> = compatibility
        .changes
        .iter()
        .map(|change| texts(&change.names))
        .collect();
    assert_eq!(
        names,
        [vec!["days"], vec!["loans:admin", "GET /api/v0/loans"]]
    );
    assert_eq!(compatibility.changes[0].text, "days is an integer");
    let successor = compatibility.successor.expect("a successor");
    assert_eq!(successor.value.to_string(), "/api/v2/book-loans");
    assert_eq!(
        text(compatibility.deprecated.expect("a day").span),
        "2026-01-31"
    );
    assert_eq!(
        text(compatibility.sunset.expect("a day").span),
        "2026-07-31"
    );
}

#[test]
fn the_rollout_is_read() {
    let rollout = library().document.rollout;
    assert_eq!(
        rollout.flag.map(|flag| text(flag.span)),
        Some("feature_loans_enabled")
    );
    let stages: Vec<u8> = rollout.stages.iter().map(|stage| stage.value).collect();
    assert_eq!(stages, [5, 25, 50, 100]);
    let phase = |ticked, total| PhaseTicks { ticked, total };
    assert_eq!(rollout.phases, [phase(2, 2), phase(1, 2), phase(0, 3)]);
    let criteria: Vec<String> = rollout
        .criteria
        .iter()
        .map(|c| {
            let percentile = c.percentile.map_or(0, |p| p.0);
            format!(
                "{:?} {percentile} {} {}s |{}|",
                c.measure,
                c.threshold.normalized(),
                c.window_seconds,
                text(c.span)
            )
        })
        .collect();
    assert_eq!(
        criteria,
        [
            "ErrorRate 0 5 300s |error rate > 5% over 5m|",
            "Latency 990 500 600s |p99 > 0.5s over 10 min|",
            "Availability 0 99.5 3600s |availability < 99.5% over 1h|",
        ]
    );
}

#[test]
fn objectives_and_alerts_are_read() {
    let document = library().document;
    let objectives: Vec<String> = document
        .objectives
        .iter()
        .map(|o| {
            format!(
                "{:?} {} {}",
                o.measure,
                o.percentile.map_or(0, |p| p.0),
                o.target.normalized()
            )
        })
        .collect();
    assert_eq!(
        objectives,
        [
            "Latency 950 50",
            "Latency 999 1000",
            "Throughput 0 500",
            "ErrorRate 0 0.5",
            "Availability 0 99.95"
        ]
    );
    let alerts: Vec<(Measure, Option<u16>, &str)> = document
        .alerts
        .iter()
        .map(|a| (a.measure, a.percentile.map(|p| p.0), text(a.span)))
        .collect();
    assert_eq!(
        alerts,
        [
            (Measure::Latency, None, "Alert if latency > 200ms"),
            (Measure::Latency, Some(990), "Alert if p99 latency > 800ms"),
            (Measure::ErrorRate, None, "alert if error rate > 2%"),
            (
                Measure::Availability,
                None,
                "Alert if availability < 99.5%."
            ),
        ]
    );
}

#[test]
fn the_ways_in_are_read() {
    let document = library().document;
    let ways: Vec<Authentication> = filled(&document.authentication)
        .0
        .into_iter()
        .map(|way| way.value)
        .collect();
    let jwt = Authentication::Jwt {
        issuer: "https://issuer.example".to_owned(),
        audience: "loans".to_owned(),
    };
    assert_eq!(ways, [Authentication::ApiKey, jwt]);
    let grants: Vec<(String, Vec<Method>)> = filled(&document.authorization)
        .0
        .into_iter()
        .map(|grant| (grant.scope.value.to_string(), grant.methods))
        .collect();
    let write = vec![Method::Post, Method::Put, Method::Patch, Method::Delete];
    assert_eq!(
        grants,
        [
            ("loans:write".to_owned(), write),
            ("loans:read".to_owned(), vec![Method::Get])
        ]
    );
    assert_eq!(document.owners_only.map(text), Some("owners only"));
    let limits: Vec<(u32, u32, Option<u32>, Option<Method>)> = document
        .limits
        .iter()
        .map(|limit| {
            (
                limit.requests,
                limit.window_seconds,
                limit.burst,
                limit.method,
            )
        })
        .collect();
    assert_eq!(
        limits,
        [(100, 60, Some(20), None), (10, 1, None, Some(Method::Post))]
    );
}

#[test]
fn the_rules_are_read() {
    let clauses = library().document.clauses;
    let rules: Vec<String> = clauses
        .iter()
        .map(|clause| {
            format!(
                "{}:{} {}",
                clause.value.place.line,
                text(clause.span),
                clause.value.fields[0]
            )
        })
        .collect();
    insta::assert_snapshot!(rules.join("\n"));
    let exprs: Vec<String> = clauses
        .iter()
        .map(|clause| serde_json::to_string(&clause.value.expr).unwrap())
        .collect();
    insta::assert_snapshot!(exprs.join("\n"));
}

#[test]
fn personal_data_is_read() {
    let compliance = library().document.compliance;
    assert_eq!(texts(&compliance.pii), ["email", "title"]);
    assert_eq!(
        compliance.subject.map(|subject| text(subject.span)),
        Some("email")
    );
    assert_eq!(compliance.retention_days.map(|days| days.value), Some(365));
    assert_eq!(
        compliance.erased_on_request.map(text),
        Some("erased on request")
    );
    assert_eq!(texts(&compliance.phi), [] as [&str; 0]);
    assert_eq!(texts(&compliance.encrypted), ["email"]);
    assert!(compliance.audited.is_some());
}

#[test]
fn the_decision_is_read() {
    let decision = library().document.decision;
    assert_eq!(decision.approved.map(|tick| tick.ticked), Some(true));
    assert_eq!(decision.rejected.map(|tick| tick.ticked), Some(false));
    assert_eq!(decision.deferred, None);
    assert_eq!(
        (text(decision.decision_span), text(decision.approval_span)),
        ("Decision", "Approval")
    );
    let approvals: Vec<(&str, bool)> = decision
        .approvals
        .iter()
        .map(|tick| (tick.label.as_str(), tick.ticked))
        .collect();
    assert_eq!(approvals, [("Architect", true), ("Product Owner", false)]);
    let actions: Vec<(&str, bool, Option<&str>, Option<&str>)> = decision
        .action_items
        .iter()
        .map(|item| {
            let due = item.due.as_ref().map(|due| text(due.span));
            (
                item.title.as_str(),
                item.done,
                item.owner.as_ref().map(|owner| owner.value.as_str()),
                due,
            )
        })
        .collect();
    assert_eq!(
        actions,
        [
            ("Task 1", true, Some("ada"), Some("2025-02-28")),
            ("Call the printer", false, Some("grace"), None)
        ]
    );
    let considered = |all: &[specd_domain::decision::Consideration]| -> Vec<(String, bool)> {
        all.iter()
            .map(|one| (one.title.value.clone(), one.is_answered))
            .collect()
    };
    assert_eq!(
        considered(&decision.threats),
        [
            ("Threat 1".to_owned(), true),
            ("Books are stolen".to_owned(), false)
        ]
    );
    assert_eq!(
        considered(&decision.alternatives),
        [
            ("Alternative 1: Paper".to_owned(), true),
            ("A spreadsheet".to_owned(), false)
        ]
    );
    let links: Vec<(&str, Option<bool>)> = decision
        .links
        .iter()
        .map(|link| (link.target.value.as_str(), link.exists))
        .collect();
    assert_eq!(
        links,
        [
            ("../../strategy/prd-loans.md", Some(true)),
            ("../hld-missing.md", Some(false)),
            ("../adr/", None)
        ]
    );
}

#[test]
fn with_crlf_and_a_bom_every_value_is_the_same() {
    let crlf = format!("\u{feff}{}", TEXT.replace('\n', "\r\n"));
    let read = read(&crlf);
    assert_eq!(findings(&read, &crlf), Vec::<String>::new());
    let other: Document = read.document;
    let own = library().document;
    assert_eq!(other.endpoints.len(), own.endpoints.len());
    for (a, b) in other.endpoints.iter().zip(&own.endpoints) {
        assert_eq!(crlf[a.line.span.start..a.line.span.end], *text(b.line.span));
        assert_eq!(
            place(&other, &crlf, a.line.span),
            place(&own, TEXT, b.line.span)
        );
    }
    let (a, b) = (
        other.schema.filled().expect("a table"),
        own.schema.filled().expect("a table"),
    );
    for (a, b) in a.value.columns.iter().zip(&b.value.columns) {
        assert_eq!(crlf[a.name.span.start..a.name.span.end], *text(b.name.span));
    }
    assert_eq!(other.clauses.len(), own.clauses.len());
    let path = |document: &Document| -> Option<EndpointPath> {
        document
            .compatibility
            .successor
            .as_ref()
            .map(|successor| successor.value.clone())
    };
    assert_eq!(path(&other), path(&own));
}

#[test]
fn the_runbook_is_the_link_of_that_name_under_related_documentation() {
    let runbook = |links: &str| {
        let text = TEXT.replace("- [HLD](../hld-missing.md)\n", links);
        let document = read(&text).document;
        document.runbook.map(|link| link.value)
    };
    let found = |links: &str, expected: &str| {
        assert_eq!(runbook(links).as_deref(), Some(expected), "{links}");
    };
    found(
        "- [Runbook: Loans](../../run.md#loans)\n",
        "../../run.md#loans",
    );
    found(
        "- [RUNBOOK](https://wiki.example/r?x=1)\n",
        "https://wiki.example/r?x=1",
    );
    found("- [A](a.md)\n- [Runbook][r]\n\n[r]: r.md\n", "r.md");
    for none in [
        "- [HLD](../hld.md)\n",
        "- [Runbooks](r.md)\n",
        "- [Runbook](javascript:alert)\n",
        "- [Runbook](/r.md)\n",
        "- [Runbook](runbook-{service}.md)\n",
        "## Appendix\n- [Runbook](r.md)\n",
    ] {
        assert_eq!(runbook(none), None, "{none}");
    }
}
