//! One request and what is known of it on the way to its answer.

use std::cell::Cell;
use std::sync::Arc;

use actix_http::Request;
use actix_web::http::header::{HeaderMap, HeaderName};
use specd_app::catalog::ServedSpec;
use specd_app::failure::Cause;
use specd_app::ports::telemetry::Rejection;
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Operation;
use uuid::{Builder, Uuid};

use crate::spans::RequestSpan;
use crate::state::HttpState;
use crate::trace::TraceId;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A request, its ids, and what all requests share.
pub(crate) struct Exchange<'a> {
    pub(crate) request: &'a Request,
    pub(crate) state: &'a HttpState,
    pub(crate) request_id: Uuid,
    pub(crate) trace_id: TraceId,
    pub(crate) span: RequestSpan,
    /// Bytes of the body that were read so far.
    pub(crate) read_bytes: Cell<usize>,
}

/// What the pipeline has found out so far; an error is described with it, too.
#[derive(Default)]
pub(crate) struct Trail {
    /// The spec that the path belongs to.
    pub(crate) served: Option<Arc<ServedSpec>>,
    /// What was asked of it.
    pub(crate) operation: Option<Operation>,
    /// Headers of the answer, whatever it will be: what is left of a rate limit.
    pub(crate) headers: Vec<(HeaderName, String)>,
    /// Why it was turned away before its work began, where it was.
    pub(crate) rejection: Option<Rejection>,
    /// Who asks, once that is known.
    pub(crate) caller: Option<Arc<Caller>>,
    /// The code of the problem that it is answered with.
    pub(crate) problem: Option<&'static str>,
    /// What somebody must act on: told in the line of the request, and nowhere else.
    pub(crate) cause: Option<Cause>,
}

impl<'a> Exchange<'a> {
    /// Begins an exchange. A request id is taken from the client only where it is a UUID.
    pub(crate) fn new(request: &'a Request, state: &'a HttpState) -> Self {
        let headers = &request.head().headers;
        let entropy = &state.ports.entropy;
        let request_id = single(headers, &X_REQUEST_ID)
            .filter(|text| text.len() == 36)
            .and_then(|text| Uuid::try_parse(text).ok())
            .unwrap_or_else(|| Builder::from_random_bytes(entropy.random_128()).into_uuid());
        let continued = single(headers, &TRACEPARENT).and_then(TraceId::from_traceparent);
        let (trace_id, parent) = continued.unzip();
        let trace_id = trace_id.unwrap_or_else(|| TraceId::from_random(entropy.random_128()));
        Self {
            span: RequestSpan::of(request, state, trace_id, parent),
            request,
            state,
            request_id,
            trace_id,
            read_bytes: Cell::new(0),
        }
    }

    /// Begins the trace, once the route is known or never will be.
    pub(crate) fn begin_span(&self, trail: &Trail) {
        self.span.begin(self.state, self.request, trail);
    }

    /// Ends the span of the whole.
    pub(crate) fn end_span(&self, trail: &Trail, status: u16) {
        self.begin_span(trail);
        self.span.end(status);
    }

    pub(crate) fn headers(&self) -> &'a HeaderMap {
        &self.request.head().headers
    }

    /// The path as it was sent, never decoded and never normalised.
    pub(crate) fn path(&self) -> &'a str {
        self.request.uri().path()
    }

    /// The query as it was sent, without the `?`.
    pub(crate) fn query(&self) -> &'a str {
        self.request.uri().query().unwrap_or_default()
    }

    /// The method, where it is one of HTTP's own: others are the caller's words and stay out of the log.
    pub(crate) fn method_name(&self) -> &'static str {
        known_method(self.request).unwrap_or("other")
    }
}

/// The method, where it is one of HTTP's own.
pub(crate) fn known_method(request: &Request) -> Option<&'static str> {
    const KNOWN: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ];
    let method = request.method().as_str();
    KNOWN.into_iter().find(|known| *known == method)
}

impl Trail {
    /// The route as the document writes it: `/api/v1/orders/{id}`.
    pub(crate) fn route(&self) -> Option<&str> {
        let compiled = &self.served.as_ref()?.compiled;
        let has_id = self.operation.is_some_and(Operation::has_id);
        Some(&compiled.path(has_id).route)
    }

    /// The id of the caller's key. Whoever comes with a token is not named: its subject may be an address.
    pub(crate) fn key_id(&self) -> Option<&str> {
        match self.caller.as_deref()? {
            Caller::Known {
                subject,
                issuer: None,
                ..
            } => Some(subject),
            _ => None,
        }
    }
}

/// The value of a header that stands once and is ASCII text.
pub(crate) fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name);
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}
