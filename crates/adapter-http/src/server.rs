//! The listening server: bound, running, stopped gracefully.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_server::{Server, ServerHandle};
use actix_service::fn_service;
use thiserror::Error;
use tokio::net::TcpSocket;

use crate::edge::tls::{Certificates, TlsError};
use crate::edge::{self, EdgeFactory, Guarded, Stream};
use crate::handler::{self, Shared};
use crate::settings::HttpSettings;
use crate::state::{HttpPorts, HttpState};

/// Connections that wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 4096;
/// What the system keeps of an answer that is not read, so that a crowd that never reads costs little. The system takes
/// twice as much for its own book-keeping; left to itself, it would take megabytes.
const SEND_BUFFER: u32 = 64 * 1024;

/// The server could not be started.
#[derive(Debug, Error)]
pub enum ListenError {
    /// The address cannot be listened on.
    #[error("could not listen on `{address}`")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why, in the system's words.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("could not set up TLS")]
    Tls(#[from] TlsError),
}

/// A server that runs once it is awaited.
pub struct RunningServer {
    server: Server,
    address: SocketAddr,
    state: Arc<HttpState>,
}

/// Stops a server from elsewhere.
#[derive(Clone)]
pub struct Stopper {
    handle: ServerHandle,
    state: Arc<HttpState>,
}

/// Binds the address and starts the workers. Must be called within an actix or tokio runtime.
///
/// Signals are the caller's: see [`RunningServer::stopper`].
///
/// # Errors
/// The address cannot be listened on, or the certificate cannot be used.
pub fn start(settings: HttpSettings, ports: HttpPorts) -> Result<RunningServer, ListenError> {
    let certificates = settings
        .tls
        .as_ref()
        .map(Certificates::follow)
        .transpose()?;
    let address = settings.listen;
    bind(settings, ports, certificates).map_err(|source| ListenError::Address { address, source })
}

fn bind(
    mut settings: HttpSettings,
    ports: HttpPorts,
    certificates: Option<Certificates>,
) -> io::Result<RunningServer> {
    let listener = listen(settings.listen)?;
    let address = listener.local_addr()?;
    settings.listen = address;
    let limit = edge::connections_per_worker(&settings);
    let state = Arc::new(HttpState::new(settings, ports));
    let shared = Arc::clone(&state);
    let edge = move || {
        let own = Rc::new(Shared(Arc::clone(&shared)));
        let answer = fn_service(move |request| handler::handle(request, Rc::clone(&own)));
        let http = HttpService::build()
            // The edge keeps all deadlines.
            .keep_alive(KeepAlive::Os)
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(Duration::ZERO)
            .on_connect_ext(|io: &Guarded<Stream>, extensions| {
                extensions.insert(io.link());
            })
            .h1(answer);
        EdgeFactory::new(http, Arc::clone(&shared), certificates.clone(), limit)
    };
    let mut server = Server::build()
        .max_concurrent_connections(limit.saturating_add(edge::REFUSALS))
        .shutdown_timeout(state.settings.drain.as_secs())
        .disable_signals();
    if let Some(workers) = state.settings.workers {
        server = server.workers(workers.clamp(1, MOST_WORKERS));
    }
    let server = server.listen("specd", listener, edge)?.run();
    Ok(RunningServer {
        server,
        address,
        state,
    })
}

/// The library's own limit.
const MOST_WORKERS: usize = 512;

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A restart does not wait for the connections of the server before.
    socket.set_reuseaddr(true)?;
    // Those that are accepted inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

impl RunningServer {
    /// The address that was bound, with its real port.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What all requests share.
    pub fn state(&self) -> Arc<HttpState> {
        Arc::clone(&self.state)
    }

    /// Stops this server from elsewhere.
    pub fn stopper(&self) -> Stopper {
        Stopper {
            handle: self.server.handle(),
            state: Arc::clone(&self.state),
        }
    }

    /// Serves until it is stopped.
    ///
    /// # Errors
    /// The server broke.
    pub async fn run(self) -> io::Result<()> {
        self.server.await
    }
}

impl Stopper {
    /// Says "not ready" from now on, ends idle connections, and lets requests that are under way end; returns when the
    /// server has stopped.
    pub async fn stop(&self) {
        self.state.begin_draining();
        self.handle.stop(true).await;
    }
}
