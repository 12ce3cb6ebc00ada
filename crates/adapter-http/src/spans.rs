//! The spans of a request that is traced: one of the whole, one of each step. A request that is not traced makes none.
//!
//! They hold what the document and HTTP say, and nothing that a client sends: no path, no query, no header, no body.

use std::cell::Cell;
use std::future::Future;

use actix_http::Request;
use actix_web::http::Version;
use specd_app::ports::traces::{TARGET, TraceContext, TraceParent};
use specd_domain::endpoint::Operation;
use tracing::field::Empty;
use tracing::instrument::Instrumented;
use tracing::{Instrument as _, Span, info_span};

use crate::exchange::{Trail, known_method};
use crate::state::HttpState;
use crate::trace::TraceId;

/// The span of a whole request; none where it is not traced.
pub(crate) struct RequestSpan {
    span: Span,
    context: TraceContext,
    has_begun: Cell<bool>,
}

impl RequestSpan {
    /// Decides whether a request is traced.
    pub(crate) fn of(
        request: &Request,
        state: &HttpState,
        trace: TraceId,
        parent: Option<TraceParent>,
    ) -> Self {
        let context = TraceContext {
            trace: trace.bits(),
            parent,
        };
        let is_traced = state.ports.traces.as_ref().is_some_and(|traces| {
            // Health is asked for all the time, and by nobody who follows it.
            !is_health(request) && traces.is_sampled(context)
        });
        Self {
            span: if is_traced {
                server_span(request, state)
            } else {
                Span::none()
            },
            context,
            has_begun: Cell::new(false),
        }
    }

    /// Names the request by its route, once that is known or never will be, and makes it a part of its trace. Steps come
    /// after that.
    pub(crate) fn begin(&self, state: &HttpState, request: &Request, trail: &Trail) {
        if self.span.is_disabled() || self.has_begun.replace(true) {
            return;
        }
        let method = known_method(request).unwrap_or("HTTP");
        if let Some(route) = trail.route() {
            self.span.record("otel.name", format!("{method} {route}"));
            self.span.record("http.route", route);
            self.span.record("url.path", route);
        } else {
            self.span.record("otel.name", method);
        }
        if let Some(served) = &trail.served {
            let number = served.compiled.number.as_str();
            self.span.record("specd.spec", number);
            self.span
                .record("specd.revision", i64::from(served.revision));
        }
        if let Some(traces) = &state.ports.traces {
            traces.begin(&self.span, self.context);
        }
    }

    /// Ends it with the status of its answer. A fault of the client is none of the server's (semantic conventions for HTTP).
    pub(crate) fn end(&self, status: u16) {
        if self.span.is_disabled() {
            return;
        }
        let code = i64::from(status);
        self.span.record("http.response.status_code", code);
        if status >= 500 {
            self.span.record("error.type", code.to_string());
            self.span.record("otel.status_code", "ERROR");
        }
    }

    /// The span of a step.
    pub(crate) fn of_step(&self, name: &'static str) -> Span {
        if self.span.is_disabled() {
            return Span::none();
        }
        info_span!(target: TARGET, parent: &self.span, "step", otel.name = name)
    }

    /// A step that waits.
    pub(crate) fn step<T: Future>(&self, name: &'static str, work: T) -> Instrumented<T> {
        work.instrument(self.of_step(name))
    }
}

/// What a step is called that does what was asked.
pub(crate) const fn use_case(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::Read => "read",
        Operation::List => "list",
        Operation::Replace => "replace",
        Operation::Patch => "patch",
        Operation::Delete => "delete",
    }
}

/// Whether it is a probe of health.
pub(crate) fn is_health(request: &Request) -> bool {
    matches!(request.uri().path(), "/healthz" | "/readyz")
}

fn server_span(request: &Request, state: &HttpState) -> Span {
    let listen = state.settings.listen;
    let scheme = if state.settings.tls.is_some() {
        "https"
    } else {
        "http"
    };
    info_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        "http.request.method" = known_method(request).unwrap_or("_OTHER"),
        "http.route" = Empty,
        "http.response.status_code" = Empty,
        "url.scheme" = scheme,
        "url.path" = Empty,
        "server.address" = %listen.ip(),
        "server.port" = i64::from(listen.port()),
        "network.protocol.name" = "http",
        "network.protocol.version" = version(request.version()),
        "error.type" = Empty,
        "specd.spec" = Empty,
        "specd.revision" = Empty,
    )
}

const fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        _ => "1.1",
    }
}
