//! Answers to what no handler has seen (ruling C10): problems, as everywhere else, and then the connection ends.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use tracing::debug;
use uuid::{Builder, Uuid};

use crate::problem::{Kind, unread};
use crate::state::HttpState;
use crate::trace::TraceId;

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// What came is no request; what the client can do.
    Malformed(&'static str),
    /// The target is longer than it may be.
    UriTooLong,
    /// The fields are larger than they may be.
    HeadersTooLarge,
    /// There are more connections than we take.
    TooMany,
}

impl Refusal {
    /// A head that did not arrive in time.
    pub(super) const LATE: Self = Self::Malformed("the head of the request did not arrive in time");
    /// A head that ends in its middle.
    pub(super) const CUT: Self = Self::Malformed("the head of the request did not arrive whole");
    /// A request without TLS, where TLS is spoken.
    pub(super) const WITHOUT_TLS: Self =
        Self::Malformed("this port speaks TLS, ask for `https://` instead of `http://`");
    const WITH_TLS: Self =
        Self::Malformed("this port speaks no TLS, ask for `http://` instead of `https://`");
    const HTTP_2: Self = Self::Malformed("this server speaks HTTP/1.1, without an upgrade");
    const NO_HTTP: Self = Self::Malformed("the request must be valid HTTP/1.1");

    /// What came is no HTTP of ours.
    pub(super) fn malformed(received: &[u8]) -> Self {
        match received {
            [0x16, 0x03, ..] => Self::WITH_TLS,
            [b'P', b'R', b'I', b' ', b'*', ..] => Self::HTTP_2,
            _ => Self::NO_HTTP,
        }
    }

    /// What the library refuses with this status.
    pub(super) const fn of_the_library(status: u16) -> Self {
        match status {
            431 => Self::HeadersTooLarge,
            _ => Self::NO_HTTP,
        }
    }

    /// The answer, to its last byte. What clients get wrong before there is a request has no line of its own, unless all is to
    /// be heard.
    pub(super) fn answer(self, state: &HttpState) -> Vec<u8> {
        let (kind, detail) = match self {
            Self::Malformed(detail) => (Kind::MalformedRequest, Some(detail)),
            Self::UriTooLong => (Kind::UriTooLong, None),
            Self::HeadersTooLarge => (Kind::HeadersTooLarge, None),
            Self::TooMany => (Kind::Overloaded, None),
        };
        let entropy = &state.ports.entropy;
        let request = Builder::from_random_bytes(entropy.random_128()).into_uuid();
        let trace = TraceId::from_random(entropy.random_128());
        debug!(request_id = %request, trace_id = %trace, refusal = ?self, "a connection was refused");
        let body = unread(kind, detail, request, trace);
        let mut answer = self.head(kind, request, body.len(), state).into_bytes();
        answer.extend(body);
        answer
    }

    fn head(self, kind: Kind, request: Uuid, length: usize, state: &HttpState) -> String {
        let status = kind.facts().status;
        let words = StatusCode::from_u16(status)
            .map_or("", |status| status.canonical_reason().unwrap_or_default());
        let date = state.ports.clock.now().format("%a, %d %b %Y %H:%M:%S GMT");
        let mut head = format!(
            "HTTP/1.1 {status} {words}\r\ncontent-type: application/problem+json\r\ncontent-length: {length}\r\n\
             connection: close\r\ndate: {date}\r\nx-request-id: {request}\r\nx-content-type-options: nosniff\r\n\
             cache-control: no-store\r\n"
        );
        if self == Self::TooMany {
            head.push_str("retry-after: 1\r\n");
        }
        if state.settings.tls.is_some() && self != Self::WITHOUT_TLS {
            // Writing to a String cannot fail.
            let _ = write!(head, "strict-transport-security: {}\r\n", super::STRICT);
        }
        head.push_str("\r\n");
        head
    }
}
