//! OTLP over HTTP, as protobuf.

use std::sync::Arc;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

use super::super::endpoint::Endpoint;
use super::{MOST_ANSWERED, SendError};

/// A client that waits for its answers.
pub(super) struct Http {
    agent: Agent,
    endpoint: Endpoint,
}

impl Http {
    pub(super) fn new(endpoint: Endpoint) -> Self {
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
        Self { agent, endpoint }
    }

    pub(super) fn post(
        &self,
        message: &ExportTraceServiceRequest,
    ) -> Result<ExportTraceServiceResponse, SendError> {
        let failed = |error| SendError::NoAnswer(Box::new(error));
        let mut request = self
            .agent
            .post(&self.endpoint.url)
            .content_type("application/x-protobuf");
        for (name, value) in &self.endpoint.headers {
            request = request.header(name, value);
        }
        let mut response = request.send(message.encode_to_vec()).map_err(failed)?;
        let status = response.status().as_u16();
        if !(200..300).contains(&status) {
            return Err(SendError::Status(status));
        }
        let body = response.body_mut().with_config().limit(MOST_ANSWERED);
        let body = body.read_to_vec().map_err(failed)?;
        Ok(ExportTraceServiceResponse::decode(&*body).unwrap_or_default())
    }
}
