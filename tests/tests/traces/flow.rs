//! The flow diagram of SPEC 0001, compared with what its server did: by `specd check --against-trace`, and at `/metrics`.

#![expect(
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on ends, and this one writes the file of a trace"
)]

use std::fs;
use std::process::Output;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Told;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};
use specd_e2e::{Documents, Server, Storage, binary};

use crate::{BODY, PATH, ROUTE};
use specd_e2e::collector::{Collector, Manner, hex};

const NAME: &str = "0001-resource.md";
/// The document that the project serves itself.
const SPEC: &str = include_str!("../../../docs/architecture/specs/0001-resource.md");
const INSERT: &str = "    Service->>Database: Insert record\n";
const VALIDATE: &str = "    API->>API: Validate request\n";
const DELETE: &str = "    Service->>Database: Delete old records\n";

/// A server whose every request is traced and measured.
struct Followed {
    server: Server,
    collector: Collector,
    documents: Documents,
    _storage: Storage,
}

impl Followed {
    fn start(text: &str, storage: Storage) -> Self {
        let collector = Collector::start(Manner::Takes);
        let documents = Documents::of(&[(NAME, text)]).unwrap();
        let endpoint = collector.base();
        let arguments = [
            ["--otlp-endpoint", &endpoint],
            ["--trace-ratio", "1"],
            ["--metrics-listen", "127.0.0.1:0"],
        ];
        let server = Server::start_with(&documents, &storage, &arguments.concat()).unwrap();
        Self {
            server,
            collector,
            documents,
            _storage: storage,
        }
    }

    /// Sends a body, and gives the spans of its trace.
    fn post(&self, body: &str, status: u16) -> Vec<Span> {
        let client = self.server.client().unwrap();
        assert_eq!(client.post(PATH, body).unwrap().status, status);
        self.collector.trace_of(ROUTE).spans
    }

    fn check(&self, trace: &[u8], arguments: &[&str]) -> Output {
        check(&self.documents, trace, arguments)
    }

    /// What the server counted of a step, in the order of [`OUTCOMES`].
    fn counted(&self, step: &str) -> String {
        let scrape = self.server.scrape().unwrap();
        let counts = OUTCOMES.map(|outcome| {
            let labels = [("spec", "0001"), ("step", step), ("outcome", outcome)];
            let count = scrape.sum("specd_flow_steps_total", &labels);
            count.unwrap().to_string()
        });
        counts.join(" ")
    }
}

const OUTCOMES: [&str; 4] = ["seen", "missing", "out_of_order", "unreached"];

fn check(documents: &Documents, trace: &[u8], arguments: &[&str]) -> Output {
    let file = documents.path().join("trace.json");
    fs::write(&file, trace).unwrap();
    let mut command = binary::command().unwrap();
    command.arg("check").arg("--against-trace").arg(&file);
    command.args(arguments).arg(documents.path().join(NAME));
    command.output().unwrap()
}

/// As a collector's file exporter writes it.
fn otlp(spans: &[Span]) -> String {
    let spans = spans.iter().map(|span| {
        json!({
            "traceId": hex(&span.trace_id),
            "spanId": hex(&span.span_id),
            "parentSpanId": hex(&span.parent_span_id),
            "name": span.name,
            "startTimeUnixNano": span.start_time_unix_nano.to_string(),
            "endTimeUnixNano": span.end_time_unix_nano.to_string(),
            "attributes": attributes(span, |name, value| match value {
                Told::IntValue(number) => {
                    json!({ "key": name, "value": { "intValue": number.to_string() } })
                }
                other => json!({ "key": name, "value": { "stringValue": text(other) } }),
            }),
        })
    });
    let spans: Vec<Value> = spans.collect();
    json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": spans }] }] }).to_string()
}

/// As Jaeger's page downloads it.
fn jaeger(spans: &[Span]) -> String {
    let spans = spans.iter().map(|span| {
        let (start, end) = (span.start_time_unix_nano, span.end_time_unix_nano);
        let parent = json!({
            "refType": "CHILD_OF",
            "traceID": hex(&span.trace_id),
            "spanID": hex(&span.parent_span_id),
        });
        let link = json!({ "refType": "FOLLOWS_FROM", "traceID": "1", "spanID": "1" });
        json!({
            "traceID": hex(&span.trace_id),
            "spanID": hex(&span.span_id).trim_start_matches('0'),
            "operationName": span.name,
            "references": [link, parent],
            "startTime": start / 1000,
            "duration": (end / 1000) - (start / 1000),
            "tags": attributes(span, |name, value| match value {
                Told::IntValue(number) => json!({ "key": name, "type": "int64", "value": number }),
                other => json!({ "key": name, "type": "string", "value": text(other) }),
            }),
        })
    });
    let spans: Vec<Value> = spans.collect();
    json!({ "data": [{ "spans": spans }], "errors": null }).to_string()
}

fn attributes(span: &Span, one: impl Fn(&str, &Told) -> Value) -> Vec<Value> {
    let told = |attribute: &KeyValue| {
        let value = attribute.value.as_ref()?.value.as_ref()?;
        Some(one(&attribute.key, value))
    };
    span.attributes.iter().filter_map(told).collect()
}

fn text(value: &Told) -> String {
    match value {
        Told::StringValue(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The line of a text in a document, from 1.
fn line_of(document: &str, text: &str) -> usize {
    let at = document.lines().position(|line| line == text.trim_end());
    at.unwrap() + 1
}

/// The findings of a code, each with its line.
fn findings(output: &Output, code: &str) -> Vec<(u64, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = report["diagnostics"].as_array().unwrap();
    let of_code = all.iter().filter(|finding| finding["code"] == code);
    let found = of_code.map(|finding| {
        let headline = finding["headline"].as_str().unwrap().to_owned();
        (finding["line"].as_u64().unwrap(), headline)
    });
    found.collect()
}

/// The messages and what became of each.
fn outcomes(output: &Output) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["requests"].as_array().unwrap().len(), 1, "{report}");
    let steps = report["requests"][0]["steps"].as_array().unwrap();
    let told = steps.iter().map(|step| {
        let text = |name: &str| step[name].as_str().unwrap().to_owned();
        (text("message"), text("outcome"))
    });
    told.collect()
}

fn told(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(message, outcome)| ((*message).to_owned(), (*outcome).to_owned()))
        .collect()
}

#[test]
fn a_create_is_as_its_diagram_has_it() {
    let all = told(&[
        ("POST /api/v1/resource", "seen"),
        ("Validate request", "seen"),
        ("Process request", "seen"),
        ("Insert record", "seen"),
        ("Return ID", "seen"),
        ("Return response", "seen"),
        ("200 OK", "seen"),
    ]);
    for storage in Storage::each().unwrap() {
        let followed = Followed::start(SPEC, storage);
        let spans = followed.post(BODY, 200);
        for trace in [otlp(&spans), jaeger(&spans)] {
            let checked = followed.check(trace.as_bytes(), &["--format", "json"]);
            assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
            assert_eq!(outcomes(&checked), all);
            let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
            let insert = &report["requests"][0]["steps"][3];
            assert_eq!(insert["line"], line_of(SPEC, INSERT));
            assert!(insert["tookNs"].as_u64().unwrap() > 0, "{insert}");
        }
        for (step, _) in &all {
            assert_eq!(followed.counted(step), "1 0 0 0", "{step}");
        }
    }
}

#[test]
fn a_step_that_never_happens_is_told_at_its_line() {
    let spec = SPEC.replace(INSERT, &format!("{INSERT}{DELETE}"));
    let followed = Followed::start(&spec, Storage::sqlite().unwrap());
    let trace = otlp(&followed.post(BODY, 200));
    let checked = followed.check(trace.as_bytes(), &["--format", "json"]);
    assert_eq!(checked.status.code(), Some(1));
    let line = u64::try_from(line_of(&spec, DELETE)).unwrap();
    assert_eq!(
        findings(&checked, "SD0550"),
        [
            (line, "`Delete old records` never happened".to_owned()),
            // What should come of it did not come.
            (line + 1, "`Return ID` never happened".to_owned()),
        ]
    );
    let checked = followed.check(trace.as_bytes(), &[]);
    assert_eq!(checked.status.code(), Some(1));
    let text = stdout(&checked);
    assert!(text.contains(&format!("{NAME}:{line}:5")), "{text}");
    assert!(
        text.contains("missing           Service->>Database: Delete old records"),
        "{text}"
    );
    assert!(text.contains("answered 200 after "), "{text}");
    assert_eq!(followed.counted("Delete old records"), "0 1 0 0");
    assert_eq!(followed.counted("Insert record"), "1 0 0 0");
}

#[test]
fn a_step_out_of_order_is_told_with_the_other() {
    let spec = SPEC.replace(VALIDATE, "");
    let spec = spec.replace(INSERT, &format!("{INSERT}{VALIDATE}"));
    let followed = Followed::start(&spec, Storage::sqlite().unwrap());
    let trace = otlp(&followed.post(BODY, 200));
    let checked = followed.check(trace.as_bytes(), &["--format", "json"]);
    assert_eq!(checked.status.code(), Some(1));
    let line = u64::try_from(line_of(&spec, VALIDATE)).unwrap();
    let headline = "`Validate request` came before `Insert record`".to_owned();
    assert_eq!(findings(&checked, "SD0551"), [(line, headline)]);
    assert_eq!(findings(&checked, "SD0550"), []);
    assert_eq!(followed.counted("Validate request"), "0 0 1 0");
    assert_eq!(followed.counted("Insert record"), "1 0 0 0");
}

#[test]
fn a_refused_request_tells_what_was_not_reached() {
    let followed = Followed::start(SPEC, Storage::sqlite().unwrap());
    let trace = otlp(&followed.post("{}", 400));
    let checked = followed.check(trace.as_bytes(), &["--format", "json"]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let all = told(&[
        ("POST /api/v1/resource", "seen"),
        ("Validate request", "seen"),
        ("Process request", "seen"),
        ("Insert record", "unreached"),
        ("Return ID", "unreached"),
        ("Return response", "seen"),
        ("200 OK", "unreached"),
    ]);
    assert_eq!(outcomes(&checked), all);
    assert_eq!(findings(&checked, "SD0552").len(), 3);
    for (step, outcome) in &all {
        let expected = OUTCOMES.map(|known| u8::from(known == outcome).to_string());
        assert_eq!(followed.counted(step), expected.join(" "), "{step}");
    }
}

#[test]
fn what_is_not_traced_is_not_compared() {
    let collector = Collector::start(Manner::Takes);
    let documents = Documents::of(&[(NAME, SPEC)]).unwrap();
    let storage = Storage::sqlite().unwrap();
    let endpoint = collector.base();
    let arguments = [
        ["--otlp-endpoint", &endpoint],
        ["--trace-ratio", "0"],
        ["--metrics-listen", "127.0.0.1:0"],
    ];
    let server = Server::start_with(&documents, &storage, &arguments.concat()).unwrap();
    server.client().unwrap().post(PATH, BODY).unwrap();
    let scrape = server.scrape().unwrap();
    assert_eq!(scrape.sum("specd_flow_steps_total", &[]), Some(0.0));
}

#[test]
fn a_trace_that_cannot_be_compared_is_refused_in_words() {
    let documents = Documents::of(&[(NAME, SPEC)]).unwrap();
    let other = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [root("0007", "1")] }] }] });
    let other = other.to_string();
    let deep = "[".repeat(100_000);
    let cases: [(&[u8], &str); 9] = [
        (b"".as_slice(), "it holds no trace"),
        (b"not a trace", "it is no JSON, in line 1, column 2"),
        (b"\xff\xfe\x00", "it is no JSON"),
        (b"{\"resourceSpans\":[{\"a\":\"\xff\"}]}", "it is no JSON"),
        (deep.as_bytes(), "it is no JSON"),
        (b"[1, 2]", "it holds no trace"),
        (b"{\"resourceLogs\":[]}", "it holds no trace"),
        (
            b"{\"resourceSpans\":[]}",
            "no request of SPEC 0001 is there",
        ),
        (
            other.as_bytes(),
            "no request of SPEC 0001 is there, but of 0007",
        ),
    ];
    for (bytes, said) in cases {
        let checked = check(&documents, bytes, &[]);
        assert_eq!(checked.status.code(), Some(2), "{said}");
        assert!(stderr(&checked).contains(said), "{}", stderr(&checked));
    }
    let missing = binary::command()
        .unwrap()
        .args(["check", "--against-trace", "is-not-there.json"])
        .arg(documents.path())
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        stderr(&missing).contains("`is-not-there.json`"),
        "{}",
        stderr(&missing)
    );
}

/// The span of a request to a document, answered 200.
fn root(spec: &str, id: &str) -> Value {
    let attribute = |name: &str, value: Value| json!({ "key": name, "value": value });
    json!({
        "traceId": "1", "spanId": id, "parentSpanId": "", "name": "POST",
        "startTimeUnixNano": "10", "endTimeUnixNano": "90",
        "attributes": [
            attribute("specd.spec", json!({ "stringValue": spec })),
            attribute("http.request.method", json!({ "stringValue": "POST" })),
            attribute("http.route", json!({ "stringValue": PATH })),
            attribute("http.response.status_code", json!({ "intValue": 200 })),
        ],
    })
}

fn span(id: &str, parent: &str, name: &str, times: (&str, &str)) -> Value {
    json!({
        "traceId": "1", "spanId": id, "parentSpanId": parent, "name": name,
        "startTimeUnixNano": times.0, "endTimeUnixNano": times.1,
    })
}

#[test]
fn spans_that_cannot_be_are_borne() {
    let documents = Documents::of(&[(NAME, SPEC)]).unwrap();
    let most = u64::MAX.to_string();
    let spans = [
        root("0001", "1"),
        // Its own parent, and two that are each other's.
        span("2", "2", "create", ("1", "2")),
        span("3", "4", "create", ("1", "2")),
        span("4", "3", "INSERT resource", ("1", "2")),
        // A circle through the request itself.
        span("1", "5", "create", ("1", "2")),
        span("5", "1", "create", (most.as_str(), "0")),
        span("6", "5", "validation", ("-5", "7")),
        span("7", "5", "INSERT resource", ("0", most.as_str())),
        span("0", "5", "SELECT resource", ("20", "30")),
        span("ffffffffffffffffffff", "5", "SELECT resource", ("20", "30")),
        json!({ "name": [1], "spanId": {} }),
        json!(null),
    ];
    let trace = json!({ "resourceSpans": [null, { "scopeSpans": [{ "spans": spans }] }] });
    let lines = format!("{trace}\n{}\n{trace}\n", json!({ "resourceMetrics": [] }));
    let checked = check(&documents, lines.as_bytes(), &["--format", "json"]);
    assert_eq!(checked.status.code(), Some(1), "{}", stderr(&checked));
    let outcomes = outcomes(&checked);
    assert_eq!(
        outcomes[1],
        ("Validate request".to_owned(), "missing".to_owned())
    );
    assert!(!stderr(&checked).contains("panicked"));
}

#[test]
fn a_large_trace_takes_no_longer_than_its_size() {
    let documents = Documents::of(&[(NAME, SPEC)]).unwrap();
    // A chain of requests, each within the one before, and a chain of spans below the last.
    let requests = (1..=20_000).map(|number: u32| {
        let mut root = root("0001", &format!("{number:x}"));
        root["parentSpanId"] = json!(format!("{:x}", number - 1));
        root
    });
    let spans = (20_001..=100_000).map(|number: u32| {
        let parent = format!("{:x}", number - 1);
        span(
            &format!("{number:x}"),
            &parent,
            "INSERT resource",
            ("20", "30"),
        )
    });
    let spans: Vec<Value> = requests.chain(spans).collect();
    let trace = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": spans }] }] }).to_string();
    let checked = check(&documents, trace.as_bytes(), &["--format", "json"]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(report["requests"].as_array().unwrap().len(), 50);
    let diagnostics = report["diagnostics"].as_array().unwrap();
    let unreached = diagnostics.iter().find(|one| one["code"] == "SD0552");
    let notes = unreached.unwrap()["notes"].to_string();
    assert!(notes.contains("of 20000 requests"), "{notes}");
}
