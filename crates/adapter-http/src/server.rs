//! The listening server: bound, running, stopped gracefully.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, web};

use crate::handler;
use crate::settings::HttpSettings;
use crate::state::{HttpPorts, HttpState};

/// How long the head of a request may take to arrive.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long a connection that was closed by us may linger.
const CLOSE_DEADLINE: Duration = Duration::from_secs(3);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// The address could not be listened on.
#[derive(Debug)]
pub struct ListenError {
    /// The address.
    pub address: SocketAddr,
    /// Why, in the system's words.
    pub source: io::Error,
}

impl std::fmt::Display for ListenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "could not listen on `{}`", self.address)
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
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
/// The address cannot be listened on.
pub fn start(settings: HttpSettings, ports: HttpPorts) -> Result<RunningServer, ListenError> {
    let listen = settings.listen;
    bind(settings, ports).map_err(|source| ListenError {
        address: listen,
        source,
    })
}

fn bind(settings: HttpSettings, ports: HttpPorts) -> io::Result<RunningServer> {
    let listener = TcpListener::bind(settings.listen)?;
    let address = listener.local_addr()?;
    let state = Arc::new(HttpState::new(settings, ports));
    let shared = web::Data::from(Arc::clone(&state));
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .default_service(web::to(handler::handle))
    })
    .backlog(BACKLOG)
    .max_connections(state.settings.connections_per_worker)
    .client_request_timeout(HEAD_DEADLINE)
    .client_disconnect_timeout(CLOSE_DEADLINE)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(state.settings.drain.as_secs())
    .disable_signals();
    if let Some(workers) = state.settings.workers {
        server = server.workers(workers.max(1));
    }
    let server = server.listen(listener)?.run();
    Ok(RunningServer {
        server,
        address,
        state,
    })
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
