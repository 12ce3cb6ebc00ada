//! Spans that have ended, put together into requests whose steps are compared with the diagrams of documents. Where nobody counts,
//! nothing is kept.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry::{Context, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span as SdkSpan, SpanData, SpanProcessor};
use specd_app::flows::{Request, Span, Step, Time, Tree};
use specd_domain::endpoint::{Method, Operation};
use specd_domain::name::SpecNumber;

use crate::metrics::Metrics;

/// How many traces may be under way at once, and how many spans of each are kept. A request has some twenty.
const MOST_TRACES: usize = 1_024;
const MOST_SPANS: usize = 256;

/// The requests that are traced.
#[derive(Debug, Default)]
pub(super) struct Ended {
    counts: OnceLock<Arc<Metrics>>,
    under_way: Mutex<HashMap<TraceId, Vec<Span>>>,
}

impl Ended {
    /// Has what was seen counted from now on.
    pub(super) fn count_by(&self, metrics: Arc<Metrics>) {
        // Whoever came first counts all of it.
        let _ = self.counts.set(metrics);
    }

    /// Takes a span. That of a request ends after all below it.
    fn take(&self, data: &SpanData) {
        let Some(metrics) = self.counts.get() else {
            return;
        };
        let trace = data.span_context.trace_id();
        if let Some(asked) = Asked::of(data) {
            let steps = self.steps_of(trace, data.span_context.span_id());
            metrics.compare(asked.spec, &asked.answered(data, &steps));
        } else if data.parent_span_id != SpanId::INVALID {
            self.keep(trace, span(data));
        }
    }

    fn keep(&self, trace: TraceId, span: Span) {
        let mut under_way = self.lock();
        // Each ends. Should one not, it is given up with all others, and they are compared with what comes after it.
        if under_way.len() >= MOST_TRACES && !under_way.contains_key(&trace) {
            under_way.clear();
        }
        let spans = under_way.entry(trace).or_default();
        if spans.len() < MOST_SPANS {
            spans.push(span);
        }
    }

    /// The spans below a request. A caller may have others under way in the same trace.
    fn steps_of(&self, trace: TraceId, request: SpanId) -> Vec<Span> {
        let mut under_way = self.lock();
        let Some(spans) = under_way.remove(&trace) else {
            return Vec::new();
        };
        let steps = Tree::new(&spans).take(number(request));
        let steps: Vec<Span> = steps.into_iter().copied().collect();
        if steps.len() < spans.len() {
            let taken: HashSet<u64> = steps.iter().map(|step| step.id).collect();
            let left = spans.into_iter().filter(|span| !taken.contains(&span.id));
            under_way.insert(trace, left.collect());
        }
        steps
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TraceId, Vec<Span>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the span of a request says.
struct Asked {
    spec: SpecNumber,
    operation: Operation,
    status: u16,
}

impl Asked {
    fn of(data: &SpanData) -> Option<Self> {
        let told = |name: &str| {
            let mut attributes = data.attributes.iter();
            let found = attributes.find(|attribute| attribute.key.as_str() == name);
            found.map(|attribute| &attribute.value)
        };
        let spec = told("specd.spec")?.as_str();
        let method = told("http.request.method")?.as_str();
        let method = match &*method {
            "HEAD" => Some(Method::Get),
            other => Method::parse(other),
        };
        let has_id = told("http.route")?.as_str().ends_with("/{id}");
        let Some(Value::I64(status)) = told("http.response.status_code") else {
            return None;
        };
        Some(Self {
            spec: SpecNumber::parse(&spec)?,
            operation: Operation::of(method?, has_id)?,
            status: u16::try_from(*status).ok()?,
        })
    }

    fn answered(&self, data: &SpanData, steps: &[Span]) -> Request {
        Request {
            operation: self.operation,
            status: self.status,
            time: time(data),
            steps: steps.iter().filter_map(Span::observed).collect(),
        }
    }
}

fn span(data: &SpanData) -> Span {
    Span {
        id: number(data.span_context.span_id()),
        parent: number(data.parent_span_id),
        is_request: false,
        step: Step::of_span(&data.name),
        time: time(data),
    }
}

fn number(id: SpanId) -> u64 {
    u64::from_be_bytes(id.to_bytes())
}

fn time(data: &SpanData) -> Time {
    Time {
        start_ns: since_epoch(data.start_time),
        end_ns: since_epoch(data.end_time),
    }
}

fn since_epoch(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Looks at spans on their way to another processor.
#[derive(Debug)]
pub(super) struct Watched<P> {
    pub(super) ended: Arc<Ended>,
    pub(super) next: P,
}

impl<P: SpanProcessor> SpanProcessor for Watched<P> {
    fn on_start(&self, span: &mut SdkSpan, context: &Context) {
        self.next.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        self.ended.take(&span);
        self.next.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}
