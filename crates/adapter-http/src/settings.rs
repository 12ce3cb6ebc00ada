//! What the operator decides: where to listen, and the limits that no document can lift.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use specd_app::ports::limits::Quota;

mod address_range;

pub use address_range::{AddressRange, AddressRangeError};

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
    /// How long a client may take for each step of a connection.
    pub deadlines: EdgeDeadlines,
    /// Where the certificate and its key are; `None` serves without TLS.
    pub tls: Option<TlsFiles>,
    /// Bytes of memory that the server should not exceed: past 80 % connections are closed after their answer, past 90 %
    /// requests are answered 503. `None` watches nothing.
    pub memory_budget: Option<u64>,
    /// The limit of one caller on a document that declares none (ruling H04); `None` for none.
    pub default_quota: Option<Quota>,
    /// The coarse limit of one peer address, before it is known who calls; `None` for none.
    pub peer_quota: Option<Quota>,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressRange>,
    /// How long requests that are under way have to end when the server stops.
    pub drain: Duration,
}

/// A certificate and its key, as PEM files; read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, with the chain behind it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
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

/// How long a client may take for each step of a connection. Whoever makes no progress is given up within 15 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeDeadlines {
    /// For the TLS handshake, from its first byte.
    pub handshake: Duration,
    /// For a head, from its first byte: the first of a connection and each that follows.
    pub head: Duration,
    /// Between two requests, and before the first.
    pub idle: Duration,
    /// What a body may lag behind its least rate.
    pub body_grace: Duration,
    /// The least rate of a body.
    pub body_bytes_per_second: u64,
    /// For the next bytes of a body, however fast it was before.
    pub body_stall: Duration,
    /// For a client to read any more of its answer.
    pub write_stall: Duration,
    /// For a client to stop sending once it was told that nobody reads it.
    pub linger: Duration,
}

impl Default for EdgeDeadlines {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            body_grace: Duration::from_secs(5),
            body_bytes_per_second: 1024,
            body_stall: Duration::from_secs(10),
            write_stall: Duration::from_secs(10),
            linger: Duration::from_secs(3),
        }
    }
}

impl HttpSettings {
    /// The contract's values, at this address.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            workers: None,
            connections_per_worker: 6_000,
            limits: RequestLimits::default(),
            tls: None,
            memory_budget: None,
            default_quota: Some(Quota {
                requests: 1_000,
                window_seconds: 1,
                burst: None,
            }),
            peer_quota: Some(Quota {
                requests: 10_000,
                window_seconds: 1,
                burst: None,
            }),
            trusted_proxies: Vec::new(),
            store_deadline: Duration::from_secs(5),
            deadlines: EdgeDeadlines::default(),
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
