//! Traces, as a real collector receives them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod flow;
mod picture;
mod shared;

use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use specd_e2e::collector::{Collector, Manner, attribute, hex};
use specd_e2e::documents::template;
use specd_e2e::{Answer, Client, Documents, Server, Storage, binary};
use tonic::Code;

const PATH: &str = "/api/v1/resource";
const ROUTE: &str = "POST /api/v1/resource";
const BODY: &str = r#"{"field1":"a","field2":1,"field3":{"nested":"b"}}"#;
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

struct Traced {
    server: Server,
    client: Client,
    _documents: Documents,
    _storage: Storage,
}

impl Traced {
    fn start(collector: &str, arguments: &[&str]) -> Self {
        Self::on(Storage::sqlite().unwrap(), collector, arguments)
    }

    fn on(storage: Storage, collector: &str, arguments: &[&str]) -> Self {
        Self::of(&template(), storage, collector, arguments)
    }

    /// Of a document whose `field1` is taken once only, and with every request traced.
    fn unique(storage: Storage, collector: &str) -> Self {
        let taken_once = "field1 VARCHAR(255) NOT NULL UNIQUE,";
        let document = template().replace("field1 VARCHAR(255) NOT NULL,", taken_once);
        assert!(document.contains(taken_once));
        Self::of(&document, storage, collector, &["--trace-ratio", "1"])
    }

    fn of(document: &str, storage: Storage, collector: &str, arguments: &[&str]) -> Self {
        let documents = Documents::of(&[("0001-resource.md", document)]).unwrap();
        let all = [&["--otlp-endpoint", collector], arguments].concat();
        let server = Server::start_with(&documents, &storage, &all).unwrap();
        let client = server.client().unwrap();
        Self {
            server,
            client,
            _documents: documents,
            _storage: storage,
        }
    }

    fn create(&self, headers: &[(&str, &str)]) -> Answer {
        let all = [&[("content-type", "application/json")], headers].concat();
        self.client
            .send("POST", PATH, &all, Some(BODY.as_bytes()))
            .unwrap()
    }

    /// A request that is traced whatever else is, and comes after all that was sent before.
    fn mark(&self, collector: &Collector) {
        let parent = format!("00-{}-{CALLER}-01", "5".repeat(32));
        let marked = self
            .client
            .send("OPTIONS", PATH, &[("traceparent", &parent)], None);
        assert_eq!(marked.unwrap().status, 204);
        collector.wait_for(|spans| {
            spans
                .iter()
                .any(|span| hex(&span.trace_id) == "5".repeat(32))
                .then_some(())
        });
    }
}

#[test]
fn a_request_is_a_trace_of_its_steps() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    assert_eq!(traced.create(&[]).status, 200);
    let trace = collector.trace_of(ROUTE);
    let root = &trace.root;
    assert_eq!(root.kind, SpanKind::Server as i32);
    assert_eq!(root.parent_span_id, [0_u8; 0]);
    assert_eq!(
        root.status.clone().unwrap_or_default().code,
        StatusCode::Unset as i32
    );
    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", PATH),
        ("url.path", PATH),
        ("url.scheme", "http"),
        ("http.response.status_code", "int:200"),
        ("server.address", "127.0.0.1"),
        ("network.protocol.version", "1.1"),
        ("specd.spec", "0001"),
        ("specd.revision", "int:1"),
    ] {
        assert_eq!(
            attribute(&root.attributes, name).as_deref(),
            Some(value),
            "{name}"
        );
    }
    let port = format!("int:{}", traced.server.address().port());
    assert_eq!(attribute(&root.attributes, "server.port"), Some(port));
    assert_eq!(attribute(&root.attributes, "error.type"), None);
    let steps = [
        "authentication",
        "exposure",
        "authorization",
        "limits",
        "idempotency",
        "body",
        "capacity",
        "create",
    ];
    assert_eq!(trace.below(root), steps);
    let create = trace.named("create").unwrap();
    assert_eq!(trace.below(create).first(), Some(&"validation"));
    // The line of the log names the same trace.
    let line = traced
        .server
        .output()
        .wait_for(Duration::from_secs(5), |line| {
            (line.contains("\"answered\"") && line.contains(&trace.id())).then_some(())
        });
    assert!(line.is_some(), "{}", traced.server.output().told());
}

#[test]
fn who_says_it_is_told() {
    let collector = Collector::start(Manner::Takes);
    let documents = Documents::template().unwrap();
    let storage = Storage::sqlite().unwrap();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.base()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=a%20key"),
        ("OTEL_SERVICE_NAME", "orders"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,team=a%2Cb"),
        ("OTEL_TRACES_SAMPLER", "always_on"),
    ];
    let server = Server::start_told(&documents, &storage, &[], &variables).unwrap();
    server.client().unwrap().post(PATH, BODY).unwrap();
    collector.trace_of(ROUTE);
    let arrived = collector.arrived().remove(0);
    assert!(
        arrived.head.starts_with("post /v1/traces "),
        "{}",
        arrived.head
    );
    assert!(
        arrived
            .head
            .contains("content-type: application/x-protobuf\r\n")
    );
    assert!(
        arrived.head.contains("api-key: a key\r\n"),
        "{}",
        arrived.head
    );
    let resource = arrived.message.resource_spans[0].resource.clone().unwrap();
    let told = |name| attribute(&resource.attributes, name);
    assert_eq!(told("service.name").as_deref(), Some("orders"));
    assert_eq!(
        told("service.version").as_deref(),
        Some(env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(told("team").as_deref(), Some("a,b"));
    assert_eq!(told("service.instance.id").map(|id| id.len()), Some(32));
    assert_eq!(told("process.pid"), Some(server.id().to_string()));
    assert!(told("host.name").is_some());
}

#[test]
fn grpc_is_spoken_too() {
    let collector = Collector::over_grpc(None);
    let documents = Documents::template().unwrap();
    let storage = Storage::sqlite().unwrap();
    let arguments = ["--otlp-protocol", "grpc", "--trace-ratio", "1"];
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector.base()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "other=1"),
        ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "api-key=a%20key"),
    ];
    let server = Server::start_told(&documents, &storage, &arguments, &variables).unwrap();
    server.client().unwrap().post(PATH, BODY).unwrap();
    let trace = collector.trace_of(ROUTE);
    assert!(trace.named("INSERT resource").is_some(), "{trace:?}");
    let head = collector.arrived().remove(0).head;
    assert!(head.contains("api-key: a key\r\n"), "{head}");
    assert!(!head.contains("other"), "{head}");
    assert!(server.stop().unwrap().success());
}

#[test]
fn a_collector_that_refuses_over_grpc_stops_nobody() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", dead.local_addr().unwrap());
    drop(dead);
    let refusing = Collector::over_grpc(Some(Code::ResourceExhausted));
    for collector in [base, refusing.base()] {
        let traced = Traced::start(
            &collector,
            &["--trace-ratio", "1", "--otlp-protocol", "grpc"],
        );
        for _ in 0..50 {
            assert_eq!(traced.create(&[]).status, 200);
        }
        let output = traced.server.output();
        let told = output.wait_for(Duration::from_secs(20), |line| {
            let is_it = line.contains("did not come to the collector");
            is_it.then(|| line.to_owned())
        });
        assert!(told.unwrap().contains("\"dropped\":"));
        assert!(traced.server.stop().unwrap().success());
    }
}

#[test]
fn a_trace_of_the_caller_goes_on() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "0"]);
    traced.create(&[]);
    let parent = format!("00-{TRACE}-{CALLER}-01");
    traced.create(&[("traceparent", &parent), ("tracestate", "canary=1")]);
    let trace = collector.trace_of(ROUTE);
    assert_eq!(trace.id(), TRACE);
    assert_eq!(hex(&trace.root.parent_span_id), CALLER);
    assert_eq!(trace.root.trace_state, "");
}

#[test]
fn what_is_not_traced_sends_nothing() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "0"]);
    for _ in 0..20 {
        traced.create(&[]);
    }
    traced.create(&[("traceparent", &format!("00-{TRACE}-{CALLER}-00"))]);
    traced.mark(&collector);
    assert_eq!(collector.spans().len(), 1, "{:?}", collector.spans());
}

#[test]
fn a_caller_that_is_not_traced_is_not_traced_here() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    traced.create(&[("traceparent", &format!("00-{TRACE}-{CALLER}-00"))]);
    traced.mark(&collector);
    let is_its = |span: &Span| hex(&span.trace_id) == TRACE;
    assert!(!collector.spans().iter().any(is_its));
}

#[test]
fn a_fault_of_the_client_is_no_error_of_the_server() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    traced.client.post(PATH, "{}").unwrap();
    traced.client.get("/nothing/here?canary").unwrap();
    for (name, status) in [(ROUTE, "int:400"), ("GET", "int:404")] {
        let root = collector.trace_of(name).root;
        let code = root.status.clone().unwrap_or_default().code;
        assert_eq!(code, StatusCode::Unset as i32, "{root:?}");
        let said = attribute(&root.attributes, "http.response.status_code");
        assert_eq!(said.as_deref(), Some(status));
    }
    let unknown = collector.trace_of("GET").root;
    assert_eq!(attribute(&unknown.attributes, "url.path"), None);
}

#[test]
fn a_fault_of_the_server_is_an_error() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(
        &collector.base(),
        &["--trace-ratio", "1", "--memory", "32MiB"],
    );
    let refused = |answer: &Answer| answer.status == 503;
    // Memory is looked at now and then.
    let until = Instant::now() + Duration::from_secs(20);
    while !refused(&traced.create(&[])) {
        assert!(Instant::now() < until, "it was never refused");
    }
    let root = collector.wait_for(|spans| {
        let status = |span: &&Span| status_of(span).as_deref() == Some("int:503");
        spans.iter().find(status).cloned()
    });
    assert_eq!(root.status.unwrap().code, StatusCode::Error as i32);
    assert_eq!(
        attribute(&root.attributes, "error.type").as_deref(),
        Some("503")
    );
}

fn status_of(span: &Span) -> Option<String> {
    attribute(&span.attributes, "http.response.status_code")
}

#[test]
fn nothing_that_a_client_sends_is_in_a_span() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    let client = &traced.client;
    let headers = [
        ("content-type", "application/json"),
        ("user-agent", "canary"),
        ("x-canary", "canary"),
        ("tracestate", "canary=canary"),
        ("baggage", "canary=canary"),
        ("cookie", "canary=canary"),
        ("idempotency-key", "canary"),
        ("if-match", "\"canary\""),
    ];
    let whole = r#"{"field1":"canary","field2":1,"field3":{"nested":"canary"}}"#;
    let wrong = r#"{"field1":1,"canary":"canary","field3":"canary"}"#;
    for body in [whole, whole, wrong, "canary"] {
        for path in [
            PATH,
            "/api/v1/resource?canary=canary",
            "/canary",
            "/api/v1/resource/canary",
        ] {
            for method in ["POST", "GET", "PUT", "PATCH", "DELETE", "CANARY"] {
                let sent = (method != "GET").then_some(body.as_bytes());
                client.send(method, path, &headers, sent).unwrap();
            }
        }
    }
    let anonymous = traced.server.anonymous().with_key("canary");
    assert_eq!(anonymous.post(PATH, whole).unwrap().status, 401);
    traced.mark(&collector);
    let arrived = collector.arrived();
    assert!(collector.spans().len() > 100);
    for one in &arrived {
        let text = String::from_utf8_lossy(&one.bytes).to_lowercase();
        assert!(!text.contains("canary"), "{:?}", one.message);
    }
    let key = traced.server.key().unwrap();
    for one in &arrived {
        assert!(!String::from_utf8_lossy(&one.bytes).contains(&key));
    }
}

#[test]
fn a_collector_that_is_away_stops_nobody() {
    let dead = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", dead.local_addr().unwrap());
    drop(dead);
    let refusing = Collector::start(Manner::Answers(500));
    for collector in [base, refusing.base()] {
        let traced = Traced::start(&collector, &["--trace-ratio", "1"]);
        for _ in 0..50 {
            assert_eq!(traced.create(&[]).status, 200);
        }
        let told = traced
            .server
            .output()
            .wait_for(Duration::from_secs(20), |line| {
                line.contains("did not come to the collector")
                    .then(|| line.to_owned())
            });
        assert!(told.unwrap().contains("\"dropped\":"));
        assert!(traced.server.stop().unwrap().success());
    }
}

#[test]
fn a_collector_that_hangs_delays_no_end() {
    let collector = Collector::start(Manner::Hangs);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    for _ in 0..50 {
        assert_eq!(traced.create(&[]).status, 200);
    }
    let since = Instant::now();
    assert!(traced.server.stop().unwrap().success());
    // Rule 49 has five; the rest is for a busy machine. Alone, the exporter would wait for ten and more.
    assert!(
        since.elapsed() < Duration::from_secs(8),
        "{:?}",
        since.elapsed()
    );
}

#[test]
fn what_is_left_is_sent_at_the_end() {
    let collector = Collector::start(Manner::Takes);
    let traced = Traced::start(&collector.base(), &["--trace-ratio", "1"]);
    for _ in 0..700 {
        traced.client.send("OPTIONS", PATH, &[], None).unwrap();
    }
    assert!(traced.server.stop().unwrap().success());
    let sent = collector.spans();
    let sent = sent
        .iter()
        .filter(|span| span.name == "OPTIONS /api/v1/resource");
    assert_eq!(sent.count(), 700);
}

#[test]
fn no_collector_is_asked_where_the_standard_says_so() {
    for (name, value) in [
        ("OTEL_SDK_DISABLED", "true"),
        ("OTEL_TRACES_EXPORTER", "none"),
    ] {
        let collector = Collector::start(Manner::Takes);
        let documents = Documents::template().unwrap();
        let storage = Storage::sqlite().unwrap();
        let arguments = ["--trace-ratio", "1"];
        let endpoint = collector.base();
        let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), (name, value)];
        let server = Server::start_told(&documents, &storage, &arguments, &variables).unwrap();
        server.client().unwrap().post(PATH, BODY).unwrap();
        server.stop().unwrap();
        assert_eq!(collector.spans(), [], "{name}");
    }
}

#[test]
fn what_cannot_be_is_refused_at_once() {
    for (name, value, said) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "canary", "name=value"),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "canary",
            "OTEL_RESOURCE_ATTRIBUTES",
        ),
        (
            "OTEL_TRACES_SAMPLER",
            "jaeger_remote",
            "parentbased_traceidratio",
        ),
        ("SPECD_TRACE_RATIO", "1%", "`1%` is no share"),
        (
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "canary",
            "http://localhost:4318",
        ),
    ] {
        let mut command = binary::command().unwrap();
        let ended = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
            .env(name, value)
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(2), "{name}");
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(told.contains(said), "{told}");
        assert!(!told.contains("canary"), "{told}");
    }
}
