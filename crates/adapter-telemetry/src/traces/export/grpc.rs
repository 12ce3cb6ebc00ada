//! OTLP over gRPC, by tonic, whose futures run on the sending thread and nowhere else.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio::runtime::{Builder, Runtime};
use tonic::metadata::{MetadataKey, MetadataMap};
use tonic::transport::{Channel, ClientTlsConfig};

use super::super::endpoint::{Endpoint, EndpointError};
use super::{MOST_ANSWERED, SendError};

/// A client, and the runtime that it is driven by while it is waited for.
pub(super) struct Grpc {
    runtime: Runtime,
    client: TraceServiceClient<Channel>,
    metadata: MetadataMap,
    timeout: Duration,
}

impl Grpc {
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self, EndpointError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(EndpointError::Runtime)?;
        let channel = {
            let _inside = runtime.enter();
            channel(endpoint)?
        };
        let most = usize::try_from(MOST_ANSWERED).unwrap_or(usize::MAX);
        Ok(Self {
            runtime,
            client: TraceServiceClient::new(channel).max_decoding_message_size(most),
            metadata: metadata(endpoint)?,
            timeout: endpoint.timeout,
        })
    }

    pub(super) fn post(
        &self,
        message: &ExportTraceServiceRequest,
    ) -> Result<ExportTraceServiceResponse, SendError> {
        let mut request = tonic::Request::new(message.clone());
        *request.metadata_mut() = self.metadata.clone();
        // The collector is told, too, when nobody waits any longer.
        request.set_timeout(self.timeout);
        let mut client = self.client.clone();
        let answer = self.runtime.block_on(async {
            let answer = tokio::time::timeout(self.timeout, client.export(request));
            answer.await.map_err(|_| SendError::TooLate)
        })?;
        let answer = answer.map_err(|status| SendError::Grpc(Box::new(status)))?;
        Ok(answer.into_inner())
    }
}

/// Connects when it is first used, and again when that breaks.
fn channel(endpoint: &Endpoint) -> Result<Channel, EndpointError> {
    let wrong = |_| EndpointError::Address;
    let mut channel =
        Channel::from_shared(endpoint.url.clone()).map_err(|_| EndpointError::Address)?;
    if channel.uri().scheme_str() == Some("https") {
        let tls = ClientTlsConfig::new().with_webpki_roots();
        channel = channel.tls_config(tls).map_err(wrong)?;
    }
    let channel = channel
        .user_agent(concat!("specd/", env!("CARGO_PKG_VERSION")))
        .map_err(wrong)?;
    Ok(channel.connect_timeout(endpoint.timeout).connect_lazy())
}

fn metadata(endpoint: &Endpoint) -> Result<MetadataMap, EndpointError> {
    let mut metadata = MetadataMap::new();
    for (name, value) in &endpoint.headers {
        let name = MetadataKey::from_bytes(name.to_lowercase().as_bytes());
        let (Ok(name), Ok(value)) = (name, value.parse()) else {
            return Err(EndpointError::Headers);
        };
        metadata.append(name, value);
    }
    Ok(metadata)
}
