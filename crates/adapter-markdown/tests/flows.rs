//! Flow diagrams as documents have them, compared with requests.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use chrono::NaiveDate;
use proptest::prelude::*;
use specd_adapter_markdown::MarkdownReader;
use specd_app::flows::{Observed, Outcome, Plan, Request, Step, Time, Verb};
use specd_app::ports::documents::SpecReader as _;
use specd_domain::Spec;
use specd_domain::check::check as check_document;
use specd_domain::endpoint::Operation;

const SPEC: &str = include_str!("../../../docs/architecture/specs/0001-resource.md");
const BEGINNING: &str = "```mermaid\nsequenceDiagram\n";

/// SPEC 0001 with another diagram.
fn spec(diagram: &str) -> Spec {
    let (before, rest) = SPEC.split_once(BEGINNING).unwrap();
    let (_, after) = rest.split_once("```").unwrap();
    let text = format!("{before}{BEGINNING}{diagram}\n```{after}");
    let read = MarkdownReader::new(Box::new(|_, _| true)).read("0001-resource.md", text.as_bytes());
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let checked = check_document(&read.document, read.findings, today);
    assert!(checked.spec.is_some(), "{:?}", checked.diagnostics);
    checked.spec.unwrap()
}

fn step(step: Step, (start_ns, end_ns): (u64, u64)) -> Observed {
    let time = Time { start_ns, end_ns };
    Observed { step, time }
}

/// A request that was answered with success.
fn request(operation: Operation) -> Request {
    let verb = match operation {
        Operation::Create => Verb::Insert,
        _ => Verb::Select,
    };
    let mut steps = vec![
        step(Step::Authentication, (10, 12)),
        step(Step::Exposure, (12, 13)),
        step(Step::Authorization, (13, 14)),
        step(Step::Limits, (14, 15)),
        step(Step::Idempotency, (15, 16)),
        step(Step::Body, (16, 18)),
        step(Step::Capacity, (18, 19)),
        step(Step::Work, (20, 90)),
        step(Step::Statement(verb), (50, 80)),
    ];
    if operation == Operation::Create {
        steps.push(step(Step::Validation, (21, 30)));
        steps.push(step(Step::Queue, (30, 50)));
    }
    Request {
        operation,
        status: 200,
        time: Time {
            start_ns: 5,
            end_ns: 100,
        },
        steps,
    }
}

const fn letter(outcome: Outcome) -> char {
    match outcome {
        Outcome::Seen => 's',
        Outcome::OutOfOrder(_) => 'o',
        Outcome::Missing => 'm',
        Outcome::Unreached => 'u',
        Outcome::Skipped => '-',
        Outcome::NotObserved => '.',
    }
}

/// What becomes of the messages that the diagram has of a request, a letter each; empty where it says nothing of it.
fn outcomes(diagram: &str, request: &Request) -> String {
    let plan = Plan::new(&spec(diagram)).unwrap();
    let told = plan.compare(request).unwrap_or_default();
    told.into_iter().map(|one| letter(one.outcome)).collect()
}

#[track_caller]
fn check(diagram: &str, expected: &str) {
    let diagram = diagram.replace(" / ", "\n");
    let outcomes = outcomes(&diagram, &request(Operation::Create));
    assert_eq!(outcomes, expected, "{diagram}");
}

#[test]
fn who_is_who_is_told_by_names() {
    check(
        "Client->>API: POST /api/v1/resource / API-->>Client: 200 OK",
        "ss",
    );
    // A chain before us, by whatever name, and a service of somebody else.
    check(
        "Member->>Desk: asks / Desk->>API Gateway: POST /api/v1/resource / \
         API Gateway->>Resource Service: POST /api/v1/resource / Resource Service->>PostgreSQL: insert / \
         Resource Service->>Email Service: insert a mail / Resource Service-->>API Gateway: 200 / API Gateway-->>Desk: 200",
        "..ss.s.",
    );
    // Nobody is called a server: who is asked for the path is it.
    check(
        "A->>B: POST /api/v1/resource / B->>Orders DB: insert / B->>DB: insert / B-->>A: 201 Created",
        "s.sm",
    );
    check(
        "participant U as Web user / participant S as Server / participant D as Data store / \
         U->>S: POST / S->>D: insert / D-->>S: id / S-->>U: done",
        "ssss",
    );
}

#[test]
fn steps_are_told_by_words() {
    check(
        "C->>API: POST /api/v1/resource / API->>API: Authenticate the key / API->>API: is it in the rollout? / \
         API->>API: Check scopes / API->>Rate Limiter: count / API->>API: Idempotency-Key known? / \
         API->>API: read body / API->>Validator: validate / API->>API: think",
        "ssssssss.",
    );
    // Not each store waits or commits.
    check(
        "C->>API: POST /api/v1/resource / API->>Database: begin / API->>Database: insert / API->>Database: commit",
        "s.s.",
    );
    // A statement is one message's; other steps may be told in several.
    check(
        "C->>API: POST /api/v1/resource / API->>API: validate types / API->>API: validate rules / \
         API->>Database: insert / API->>Database: save / API->>Database: look for it",
        "ssssmm",
    );
}

#[test]
fn what_need_not_happen_is_not_missing() {
    check(
        "C->>API: POST /api/v1/resource / alt is new / API->>DB: insert / API-->>C: 200 OK / else is known / \
         API->>DB: update / API-->>C: 409 Conflict / end",
        "sss--",
    );
    check(
        "C->>API: POST /api/v1/resource / opt / loop all / API->>DB: delete / end / end / rect rgb(1, 2, 3) / \
         API->>DB: update / end / critical it / API->>DB: insert / option away / API-->>C: 503 / end",
        "s-ms-",
    );
    check(
        "C->>API: POST /api/v1/resource / par / API->>DB: delete / and / API->>DB: insert / end",
        "sms",
    );
}

#[test]
fn what_comes_at_another_time_is_out_of_order() {
    let asked = "C->>API: POST /api/v1/resource";
    check(
        &format!("{asked} / API->>DB: insert / API->>API: validate"),
        "sso",
    );
    check(
        &format!("API->>API: validate / API->>DB: insert / {asked} / API-->>C: 200"),
        "ssos",
    );
    check(
        &format!("{asked} / DB-->>API: id / API->>DB: insert"),
        "sso",
    );
    // Of several it is the one that would have to be moved.
    check(
        &format!(
            "{asked} / API->>DB: insert / API->>API: authenticate / API->>API: limits / API->>API: validate"
        ),
        "sosss",
    );
    // Branches have no order among them, and the work may stand before or behind what is judged in it.
    check(
        &format!(
            "{asked} / par / API->>DB: insert / and / API->>API: validate / end / API-->>C: 200"
        ),
        "ssss",
    );
    check(
        &format!("{asked} / API->>API: validate / API->>Service: do"),
        "sss",
    );
    check(
        &format!("{asked} / API->>Service: do / Service->>Service: validate"),
        "sss",
    );
}

#[test]
fn a_request_is_compared_with_what_is_said_of_it() {
    let both = "C->>API: POST /api/v1/resource\nAPI->>DB: insert\nAPI-->>C: 200\n\
                C->>API: GET /api/v1/resource/{id}\nAPI->>DB: read\nAPI-->>C: 200";
    assert_eq!(outcomes(both, &request(Operation::Create)), "sss");
    assert_eq!(outcomes(both, &request(Operation::Read)), "sss");
    assert_eq!(outcomes(both, &request(Operation::Delete)), "");
    let only_create = "C->>API: asks\nAPI->>DB: insert";
    assert_eq!(outcomes(only_create, &request(Operation::Create)), "ss");
    assert_eq!(outcomes(only_create, &request(Operation::Read)), "");
    // The one of two that suits.
    let twice = "C->>API: POST /api/v1/resource\nAPI->>DB: insert\nAPI-->>C: 200\n\
                 C->>API: POST /api/v1/resource\nAPI-->>C: 400";
    let mut refused = request(Operation::Create);
    assert_eq!(outcomes(twice, &refused), "sss");
    refused.status = 400;
    refused
        .steps
        .retain(|one| !matches!(one.step, Step::Statement(_)));
    assert_eq!(outcomes(twice, &refused), "ss");
    // Answered with what was kept: nothing behind that is missing.
    let mut replayed = request(Operation::Create);
    replayed.steps.truncate(5);
    assert_eq!(outcomes(twice, &replayed), "sus");
}

#[test]
fn every_arrow_and_every_line_of_mermaid_is_read() {
    let arrows = [
        "->", "-->", "->>", "-->>", "<<->>", "<<-->>", "-x", "--x", "-)", "--)", "-|\\", "--|\\",
        "-|/", "--|/", "-\\\\", "--\\\\", "-//", "--//", "/|-", "/|--", "\\|-", "\\|--", "//-",
        "//--", "\\\\-", "\\\\--",
    ];
    for arrow in arrows {
        let spec = spec(&format!("A()  {arrow}+()B: is #59; x; A {arrow} B : y"));
        let flow = spec.flow.unwrap_or_else(|| panic!("{arrow}"));
        let told: Vec<_> = flow
            .messages
            .iter()
            .map(|one| (one.from.as_str(), one.to.as_str(), one.text.as_str()))
            .collect();
        assert_eq!(told, [("A", "B", "is #59; x"), ("A", "B", "y")], "{arrow}");
        assert_eq!(flow.messages[0].is_reply, arrow.contains("--"));
        assert_eq!(flow.messages[0].is_async, arrow.ends_with(')'));
    }
    let spec = spec(
        "autonumber 10 10\ntitle: A->>B\naccTitle: x\naccDescr {\n what it\n does\n}\nbox rgb(1,2,3) Ours\n\
         actor A as Someone\nend\nparticipant B@{ \"type\": \"database\" }\ncreate participant C\n\
         Note right of A: A->>B: x\nNote over A,B: x\nactivate A\nA-)B: x\ndeactivate A\ndestroy C\n\
         link A: Page @ https://example.org\nlinks A: {}\nproperties A: {}\ndetails A: {}\n\
         break it fails\nA->>B: y\nend\npar_over p\nA->>B: z\nend",
    );
    let flow = spec.flow.unwrap();
    let texts: Vec<_> = flow.messages.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["x", "y", "z"]);
    assert_eq!(flow.messages[0].from, "Someone");
}

#[test]
fn what_no_mermaid_has_is_no_diagram() {
    for diagram in [
        "A->>B: x\nend",
        "opt x\nA->>B: x",
        "else\nA->>B: x",
        "par\nelse\nend",
        "alt\nrect\nelse\nend\nend",
        "what is this",
        "->>B: x",
    ] {
        assert_eq!(spec(diagram).flow, None, "{diagram}");
    }
}

#[test]
fn a_hostile_diagram_is_borne() {
    let many = 10_000;
    let diagrams = [
        "opt x\n".repeat(many) + "A->>DB: insert\n" + &"end\n".repeat(many),
        "par\n".to_owned() + &"A->>DB: insert\nand\n".repeat(many) + "end",
        "C->>API: POST /api/v1/resource\nAPI->>DB: insert\n".repeat(many),
        "DB-->>API: x\nAPI->>DB: insert\n".repeat(many),
        format!("A->>B: {}", "aB ".repeat(many * 10)),
    ];
    for diagram in diagrams {
        let plan = Plan::new(&spec(&diagram)).unwrap();
        let _ = plan.compare(&request(Operation::Create));
    }
}

/// Lines of diagrams, whole and broken.
fn line() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "Client", "API", "Service", "Database", "Queue", "X", "é",
    ]);
    let arrows = prop::sample::select(vec!["->>", "-->>", "-)", "--x", "->"]);
    let texts = prop::sample::select(vec![
        "POST /api/v1/resource",
        "GET /api/v1/resource/{id}",
        "insert",
        "validate",
        "200 OK",
        "commit",
        "",
        "batch",
    ]);
    let message = (names.clone(), arrows, names, texts)
        .prop_map(|(from, arrow, to, text)| format!("{from}{arrow}{to}: {text}"));
    let block = prop::sample::select(vec![
        "opt x", "alt x", "else y", "par x", "and y", "end", "loop", "critical", "option",
    ]);
    prop_oneof![4 => message, 1 => block.prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

fn observed() -> impl Strategy<Value = Observed> {
    let steps = vec![
        Step::Authentication,
        Step::Work,
        Step::Validation,
        Step::Queue,
        Step::Commit,
        Step::Statement(Verb::Insert),
        Step::Statement(Verb::Select),
    ];
    let time = prop_oneof![0..20_u64, Just(u64::MAX)];
    (prop::sample::select(steps), time.clone(), time)
        .prop_map(|(kind, start, end)| step(kind, (start, end)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_compared_each_message_is_told_once(
        lines in prop::collection::vec(line(), 0..20),
        steps in prop::collection::vec(observed(), 0..20),
        status in 100_u16..600,
    ) {
        let spec = spec(&lines.join("\n"));
        if let Some(plan) = Plan::new(&spec) {
            let request = Request { status, steps, ..request(Operation::Create) };
            let told = plan.compare(&request).unwrap_or_default();
            let messages: Vec<_> = told.iter().map(|one| one.message).collect();
            prop_assert!(messages.windows(2).all(|pair| pair[0] < pair[1]), "{messages:?}");
            let flow = spec.flow.unwrap();
            prop_assert!(messages.iter().all(|message| *message < flow.messages.len()));
        }
    }
}
