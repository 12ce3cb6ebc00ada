//! Sending spans: OTLP over HTTP, as protobuf, on the thread of the queue, which may wait.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::SpanData;
use prost::Message as _;
use tracing::warn;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

use super::count_dropped;
use super::endpoint::Endpoint;

/// The longest answer that is read, in bytes.
const MOST_ANSWERED: u64 = 64 * 1024;
/// How long after a failure it is tried once more.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// How often a failure is told.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Sends spans to a collector.
pub(super) struct Exporter {
    agent: Agent,
    endpoint: Endpoint,
    resource: ResourceAttributesWithSchema,
    told: Mutex<Option<Instant>>,
}

/// Spans did not come to the collector.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("no answer")]
    NoAnswer(#[source] Box<ureq::Error>),
    #[error("it answered {0}")]
    Status(u16),
    #[error("it refused {0} spans")]
    Refused(usize),
}

impl Exporter {
    pub(super) fn new(endpoint: Endpoint, resource: &Resource) -> Self {
        let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(crypto)
            .root_certs(RootCerts::WebPki)
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(endpoint.timeout))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .user_agent(concat!("specd/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self {
            agent,
            endpoint,
            resource: resource.into(),
            told: Mutex::new(None),
        }
    }

    /// Sends spans and waits for the answer. What does not arrive is counted, and told now and then.
    pub(super) fn send(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        let count = spans.len();
        let resource_spans = group_spans_by_resource_and_scope(spans, &self.resource);
        let message = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
        let mut outcome = self.post(&message);
        if outcome.as_ref().is_err_and(SendError::may_pass) {
            sleep(AGAIN_AFTER);
            outcome = self.post(&message);
        }
        outcome.map_err(|error| {
            count_dropped(error.lost_of(count));
            self.tell(&error);
            OTelSdkError::InternalFailure(error.to_string())
        })
    }

    fn post(&self, message: &[u8]) -> Result<(), SendError> {
        let failed = |error| SendError::NoAnswer(Box::new(error));
        let mut request = self
            .agent
            .post(&self.endpoint.url)
            .content_type("application/x-protobuf");
        for (name, value) in &self.endpoint.headers {
            request = request.header(name, value);
        }
        let mut response = request.send(message).map_err(failed)?;
        let status = response.status().as_u16();
        if !(200..300).contains(&status) {
            return Err(SendError::Status(status));
        }
        let body = response.body_mut().with_config().limit(MOST_ANSWERED);
        let body = body.read_to_vec().map_err(failed)?;
        match refused(&body) {
            0 => Ok(()),
            spans => Err(SendError::Refused(spans)),
        }
    }

    fn tell(&self, error: &SendError) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|when| when.elapsed() < TOLD_EVERY) {
            return;
        }
        *told = Some(Instant::now());
        let source = std::error::Error::source(error).map(ToString::to_string);
        warn!(
            reason = %error,
            source,
            dropped = super::dropped(),
            "spans did not come to the collector of traces"
        );
    }
}

/// How many spans a collector says that it did not take.
fn refused(answer: &[u8]) -> usize {
    let answer = ExportTraceServiceResponse::decode(answer).unwrap_or_default();
    let spans = answer.partial_success.map_or(0, |part| part.rejected_spans);
    usize::try_from(spans).unwrap_or_default()
}

impl SendError {
    /// Whether it may be taken a moment later (OTLP, "Retryable Response Codes"). A collector that hangs has had its time.
    fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer(error) => matches!(**error, ureq::Error::Io(_)),
            Self::Status(status) => matches!(status, 429 | 502 | 503 | 504),
            Self::Refused(_) => false,
        }
    }

    fn lost_of(&self, spans: usize) -> usize {
        match self {
            Self::Refused(some) => (*some).min(spans),
            Self::NoAnswer(_) | Self::Status(_) => spans,
        }
    }
}

impl std::fmt::Debug for Exporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The endpoint may hold a key.
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}
