//! A collector that is spoken to over gRPC: tonic's own server, on a thread of its own.

use std::net::SocketAddr;
use std::thread;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message as _;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

use super::Arrived;

/// Takes what it is sent, or refuses it with this code.
struct Service<T> {
    refusal: Option<Code>,
    take: T,
}

#[tonic::async_trait]
impl<T: Fn(Arrived) + Send + Sync + 'static> TraceService for Service<T> {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let (metadata, _, message) = request.into_parts();
        let lines = metadata.into_headers();
        let lines = lines.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).to_lowercase();
            format!("{name}: {value}\r\n")
        });
        (self.take)(Arrived {
            head: lines.collect(),
            bytes: message.encode_to_vec(),
            message,
        });
        match self.refusal {
            Some(code) => Err(Status::new(code, "said")),
            None => Ok(Response::new(ExportTraceServiceResponse::default())),
        }
    }
}

/// Starts one; it lives as long as the test.
pub(super) fn start(
    refusal: Option<Code>,
    take: impl Fn(Arrived) + Send + Sync + 'static,
) -> SocketAddr {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let incoming = {
        let _inside = runtime.enter();
        TcpIncoming::bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap()
    };
    let address = incoming.local_addr().unwrap();
    let service = TraceServiceServer::new(Service { refusal, take });
    thread::spawn(move || {
        runtime.block_on(Server::builder().serve_with_incoming(service, incoming))
    });
    address
}
