//! OTLP over HTTP, as protobuf.

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use ureq::Agent;

use super::super::endpoint::Endpoint;
use super::{MOST_ANSWERED, SendError};
use crate::client::patient_for;

/// A client that waits for its answers.
pub(super) struct Http {
    agent: Agent,
    endpoint: Endpoint,
}

impl Http {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self {
            agent: patient_for(endpoint.timeout),
            endpoint,
        }
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
