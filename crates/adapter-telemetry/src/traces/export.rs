//! Sending spans, by OTLP, on the thread of the queue, which may wait.

use std::sync::{Mutex, PoisonError};
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
use tonic::Code;
use tracing::warn;

mod grpc;
mod http;

use super::count_dropped;
use super::endpoint::{Endpoint, EndpointError, Protocol};
use grpc::Grpc;
use http::Http;

/// The longest answer that is read, in bytes.
const MOST_ANSWERED: u64 = 64 * 1024;
/// How long after a failure it is tried once more.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// How often a failure is told.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Sends spans to a collector.
pub(super) struct Exporter {
    client: Client,
    resource: ResourceAttributesWithSchema,
    told: Mutex<Option<Instant>>,
}

/// Speaks one of the protocols of OTLP.
enum Client {
    Http(Http),
    Grpc(Box<Grpc>),
}

/// Spans did not come to the collector.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("no answer")]
    NoAnswer(#[source] Box<ureq::Error>),
    #[error("no answer in time")]
    TooLate,
    #[error("it answered {0}")]
    Status(u16),
    #[error("it answered: {}", .0.code())]
    Grpc(#[source] Box<tonic::Status>),
    #[error("it refused {0} spans")]
    Refused(usize),
}

impl Exporter {
    pub(super) fn new(endpoint: Endpoint, resource: &Resource) -> Result<Self, EndpointError> {
        let client = match endpoint.protocol {
            Protocol::HttpProtobuf => Client::Http(Http::new(endpoint)),
            Protocol::Grpc => Client::Grpc(Box::new(Grpc::new(&endpoint)?)),
        };
        Ok(Self {
            client,
            resource: resource.into(),
            told: Mutex::new(None),
        })
    }

    /// Sends spans and waits for the answer. What does not arrive is counted, and told now and then.
    pub(super) fn send(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        let count = spans.len();
        let resource_spans = group_spans_by_resource_and_scope(spans, &self.resource);
        let message = ExportTraceServiceRequest { resource_spans };
        let mut outcome = self.client.post(&message);
        if outcome.as_ref().is_err_and(SendError::may_pass) {
            sleep(AGAIN_AFTER);
            outcome = self.client.post(&message);
        }
        outcome.map_err(|error| {
            count_dropped(error.lost_of(count));
            self.tell(&error);
            OTelSdkError::InternalFailure(error.to_string())
        })
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

impl Client {
    fn post(&self, message: &ExportTraceServiceRequest) -> Result<(), SendError> {
        let answer = match self {
            Self::Http(http) => http.post(message),
            Self::Grpc(grpc) => grpc.post(message),
        }?;
        match refused(&answer) {
            0 => Ok(()),
            spans => Err(SendError::Refused(spans)),
        }
    }
}

/// How many spans a collector says that it did not take.
fn refused(answer: &ExportTraceServiceResponse) -> usize {
    let part = answer.partial_success.as_ref();
    let spans = part.map_or(0, |part| part.rejected_spans);
    usize::try_from(spans).unwrap_or_default()
}

impl SendError {
    /// Whether it may be taken a moment later (OTLP, "Retryable Response Codes"). A collector that hangs has had its time.
    fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer(error) => matches!(**error, ureq::Error::Io(_)),
            Self::Status(status) => matches!(status, 429 | 502 | 503 | 504),
            Self::Grpc(status) => matches!(
                status.code(),
                Code::Aborted | Code::OutOfRange | Code::Unavailable | Code::DataLoss
            ),
            Self::TooLate | Self::Refused(_) => false,
        }
    }

    fn lost_of(&self, spans: usize) -> usize {
        match self {
            Self::Refused(some) => (*some).min(spans),
            Self::NoAnswer(_) | Self::TooLate | Self::Status(_) | Self::Grpc(_) => spans,
        }
    }
}

impl std::fmt::Debug for Exporter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The endpoint may hold a key.
        f.debug_struct("Exporter").finish_non_exhaustive()
    }
}
