//! Traces: spans of requests, sent to a collector of `OpenTelemetry` by a thread of their own (ADR 0023).
//!
//! A collector that is away, slow or hanging is waited for by that thread alone. What does not fit its queue is dropped, and
//! counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use specd_app::ports::traces::{TARGET, TraceContext, Traces};
use tracing::subscriber::Interest;
use tracing::{Metadata, Span};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context as LayerContext, Filter, Layer};

mod ended;
mod endpoint;
mod export;
mod ids;
mod queue;
mod resource;
mod sampling;

pub use endpoint::{Endpoint, EndpointError, Protocol};
pub use resource::{Resource, ResourceError};
pub use sampling::{Sampling, SamplingError};

use crate::metrics::Metrics;
use ended::{Ended, Watched};
use export::Exporter;
use ids::Ids;
use queue::Bounded;

/// What is traced, and where it goes.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// The collector.
    pub endpoint: Endpoint,
    /// Which requests.
    pub sampling: Sampling,
    /// Who says it.
    pub resource: Resource,
}

/// Takes what is traced, and sends it.
#[derive(Debug)]
pub struct Tracing {
    provider: SdkTracerProvider,
    sampling: Sampling,
    ended: Arc<Ended>,
}

/// How long the end of the process waits for a collector that takes nothing (reliability, rule 49).
const LAST_PATIENCE: Duration = Duration::from_secs(3);

static DROPPED: AtomicU64 = AtomicU64::new(0);

/// How many spans were made and have not come to the collector.
pub fn dropped() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

fn count_dropped(spans: usize) {
    DROPPED.fetch_add(u64::try_from(spans).unwrap_or(u64::MAX), Ordering::Relaxed);
}

impl Tracing {
    /// Starts the thread that sends what is traced.
    ///
    /// # Errors
    /// The collector cannot be used as it is given.
    pub fn start(settings: TraceSettings) -> Result<Arc<Self>, EndpointError> {
        let resource = settings.resource.into_sdk();
        let exporter = Exporter::new(settings.endpoint, &resource)?;
        let ended = Arc::new(Ended::default());
        let processor = Watched {
            ended: Arc::clone(&ended),
            next: Bounded::start(exporter),
        };
        let provider = SdkTracerProvider::builder()
            // What is not sampled makes no span.
            .with_sampler(Sampler::AlwaysOn)
            .with_id_generator(Ids::default())
            .with_resource(resource)
            .with_span_processor(processor)
            .build();
        Ok(Arc::new(Self {
            provider,
            sampling: settings.sampling,
            ended,
        }))
    }

    /// Has requests that are traced compared with the diagrams of their documents, and counted there.
    pub fn count_by(&self, metrics: Arc<Metrics>) {
        self.ended.count_by(metrics);
    }

    /// The layer that makes spans of traces of those of the process.
    pub(crate) fn layer(&self) -> impl Layer<Registry> + Send + Sync + use<> {
        let tracer: SdkTracer = self.provider.tracer("specd");
        OpenTelemetryLayer::new(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(OnlyTraces)
    }

    /// Sends what is left, and waits for it, though not for a collector that takes nothing.
    pub fn finish(&self) {
        // What could not be sent was counted and told.
        let _ = self.provider.shutdown_with_timeout(LAST_PATIENCE);
    }
}

impl Traces for Tracing {
    fn is_sampled(&self, context: TraceContext) -> bool {
        self.sampling.is_sampled(context)
    }

    fn begin(&self, span: &Span, context: TraceContext) {
        let trace = TraceId::from_bytes(context.trace.to_be_bytes());
        if let Some(parent) = context.parent {
            let remote = SpanContext::new(
                trace,
                SpanId::from_bytes(parent.span.to_be_bytes()),
                TraceFlags::SAMPLED,
                true,
                // A client's words.
                TraceState::NONE,
            );
            // A span that nobody takes needs no parent.
            let _ = span.set_parent(Context::new().with_remote_span_context(remote));
        }
        // It begins when it is asked who it is.
        ids::within(trace, || drop(span.context()));
    }
}

/// Only the spans of traces make traces: neither other spans nor what is logged, which may say more.
struct OnlyTraces;

impl OnlyTraces {
    fn takes(metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target() == TARGET
    }
}

impl<S> Filter<S> for OnlyTraces {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &LayerContext<'_, S>) -> bool {
        Self::takes(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if Self::takes(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }
}
