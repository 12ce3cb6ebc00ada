//! Requests of traces that lie in a file: OTLP as JSON, as a collector's file exporter writes it, and what Jaeger's page lets one
//! download. Nothing in it is believed.

mod jaeger;
mod otlp;

use std::collections::{BTreeMap, HashSet};

use serde_json::{Deserializer, Value};
use specd_app::flows::{Request, Span, Step, Time, Tree};
use specd_domain::endpoint::{Method, Operation};
use specd_domain::name::SpecNumber;

/// A request to a document, and its trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The trace.
    pub trace: u128,
    /// The document.
    pub spec: SpecNumber,
    /// What happened.
    pub request: Request,
}

/// A file that holds no traces.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// It is no JSON.
    #[error("it is no JSON, in line {line}, column {column}", line = .0.line(), column = .0.column())]
    NoJson(#[source] serde_json::Error),
    /// It is JSON of something else.
    #[error(
        "it holds no trace: expected OTLP as JSON (`resourceSpans`), or what Jaeger's page downloads (`data` with `spans`)"
    )]
    NoTrace,
}

/// A span as one of the formats has it.
struct Read {
    trace: u128,
    id: u64,
    parent: Option<u64>,
    name: String,
    time: Time,
    facts: Facts,
}

/// What the attributes of a span say of its request.
#[derive(Debug, Default)]
struct Facts {
    spec: Option<SpecNumber>,
    method: Option<Method>,
    has_id: bool,
    status: Option<u16>,
}

type Roots = Vec<(u64, SpecNumber, Operation, u16, Time)>;

/// The requests to documents in such a file, in the order of their traces' ids and of their beginnings. Spans that cannot be read
/// are left out.
///
/// # Errors
/// It holds no traces.
pub fn requests(bytes: &[u8]) -> Result<Vec<Recorded>, RecordedError> {
    let mut traces: BTreeMap<u128, (Vec<Span>, Roots)> = BTreeMap::new();
    let mut known = HashSet::new();
    let mut is_trace = false;
    // One object, or one a line.
    for value in Deserializer::from_slice(bytes).into_iter::<Value>() {
        let value = value.map_err(RecordedError::NoJson)?;
        let read = otlp::spans(&value).or_else(|| jaeger::spans(&value));
        is_trace |= read.is_some();
        for read in read.into_iter().flatten() {
            // A collector may be given a span twice.
            if read.id != 0 && known.insert((read.trace, read.id)) {
                let (spans, roots) = traces.entry(read.trace).or_default();
                take(&read, spans, roots);
            }
        }
    }
    if !is_trace {
        return Err(RecordedError::NoTrace);
    }
    Ok(traces.into_iter().flat_map(of_trace).collect())
}

fn take(read: &Read, spans: &mut Vec<Span>, roots: &mut Roots) {
    let facts = &read.facts;
    let operation = facts
        .method
        .and_then(|method| Operation::of(method, facts.has_id));
    let root = facts.spec.zip(operation).zip(facts.status);
    if let Some(((spec, operation), status)) = root {
        roots.push((read.id, spec, operation, status, read.time));
    }
    spans.push(Span {
        id: read.id,
        parent: read.parent.unwrap_or_default(),
        is_request: root.is_some(),
        step: Step::of_span(&read.name),
        time: read.time,
    });
}

fn of_trace((trace, (spans, mut roots)): (u128, (Vec<Span>, Roots))) -> Vec<Recorded> {
    let mut tree = Tree::new(&spans);
    roots.sort_by_key(|(id, _, _, _, time)| (time.start_ns, *id));
    let requests = roots
        .into_iter()
        .map(|(id, spec, operation, status, time)| {
            let steps = tree.take(id).into_iter();
            let steps = steps.filter_map(Span::observed).collect();
            Recorded {
                trace,
                spec,
                request: Request {
                    operation,
                    status,
                    time,
                    steps,
                },
            }
        });
    requests.collect()
}

impl Facts {
    /// Takes an attribute.
    fn take(&mut self, name: &str, value: &Value) {
        match name {
            "specd.spec" => self.spec = value.as_str().and_then(SpecNumber::parse),
            "http.request.method" => {
                self.method = match value.as_str() {
                    Some("HEAD") => Some(Method::Get),
                    other => other.and_then(Method::parse),
                }
            }
            "http.route" => self.has_id = value.as_str().is_some_and(|it| it.ends_with("/{id}")),
            "http.response.status_code" => {
                self.status = whole(value).and_then(|status| u16::try_from(status).ok());
            }
            _ => {}
        }
    }
}

/// A whole number that is not negative, also as text.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    }
}

/// An id of a span.
fn span_id(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?, 16).ok()
}

/// An id of a trace.
fn trace_id(value: &Value) -> Option<u128> {
    u128::from_str_radix(value.as_str()?, 16).ok()
}

/// A member that is a list; empty where it is none.
fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let list = value.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}
