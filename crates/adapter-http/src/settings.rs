//! What the operator decides: where to listen, and the limits that no document can lift.

use std::net::SocketAddr;
use std::time::Duration;

/// Settings of the HTTP server; [`HttpSettings::new`] has the values of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpSettings {
    /// The address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How many threads serve; `None` for one a core.
    pub workers: Option<usize>,
    /// Connections a worker holds at once.
    pub connections_per_worker: usize,
    /// The limits of one request.
    pub limits: RequestLimits,
    /// How long a request may take in the store.
    pub store_deadline: Duration,
    /// How long the body of a request may take to arrive.
    pub body_deadline: Duration,
    /// How long requests that are under way have to end when the server stops.
    pub drain: Duration,
}

/// The limits of one request (http-contract, sections 1 and 9; ruling C01).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Bytes of the request target.
    pub uri_bytes: usize,
    /// Bytes of all header fields.
    pub header_bytes: usize,
    /// Bytes of a body.
    pub body_bytes: usize,
}

impl HttpSettings {
    /// The contract's values, at this address.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            workers: None,
            connections_per_worker: 6_000,
            limits: RequestLimits::default(),
            store_deadline: Duration::from_secs(5),
            body_deadline: Duration::from_secs(30),
            drain: Duration::from_secs(10),
        }
    }
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            uri_bytes: 8 * 1024,
            header_bytes: 32 * 1024,
            body_bytes: 1024 * 1024,
        }
    }
}
