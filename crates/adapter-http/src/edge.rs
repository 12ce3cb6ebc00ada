//! The network edge: every connection from its first byte to its last, with a deadline for the progress of each phase.
//!
//! The HTTP library has timers for the first head and for idle connections only. So a connection is read here, one
//! request at a time: [`head`] finds where a head ends, and the library is given that head and its body and nothing
//! else, over [`wire`], which waits for a body and for a reader no longer than it may. What no handler has seen is
//! refused here ([`refusal`]). ADR 0007 says why.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_service::{Service, ServiceFactory};
use actix_web::rt::net::TcpStream;

use crate::state::HttpState;
use idle::IdleConnections;
use tls::Certificates;

mod arrival;
mod chunks;
mod connection;
mod head;
mod idle;
mod limits;
mod link;
mod pace;
mod refusal;
mod reply;
mod stream;
mod timer;
pub(crate) mod tls;
mod wire;

pub(crate) use limits::{REFUSALS, connections_per_worker};
pub(crate) use link::Link;
pub(crate) use stream::Stream;
pub(crate) use wire::Guarded;

/// What the library is handed: a connection that holds one request, and who sent it.
pub(crate) type Handed = (Guarded<Stream>, Option<SocketAddr>);

/// Browsers that came by TLS once come by TLS for a year (RFC 6797).
pub(crate) const STRICT: &str = "max-age=31536000";

type Boxed<T> = Pin<Box<dyn Future<Output = T>>>;

/// Makes the edge of each worker.
pub(crate) struct EdgeFactory<F> {
    http: F,
    state: Arc<HttpState>,
    certificates: Option<Certificates>,
    limit: usize,
}

/// What the connections of one worker share.
pub(super) struct Worker {
    state: Arc<HttpState>,
    certificates: Option<Certificates>,
    limit: usize,
    open: Cell<usize>,
    kept: Cell<usize>,
    idle: IdleConnections,
}

/// A connection that counts.
pub(super) struct Counted(Rc<Worker>);

/// The edge of one worker.
pub(crate) struct EdgeService<S> {
    http: Rc<S>,
    worker: Rc<Worker>,
}

impl<F> EdgeFactory<F> {
    /// An edge before `http`, for so many connections a worker.
    pub(crate) const fn new(
        http: F,
        state: Arc<HttpState>,
        certificates: Option<Certificates>,
        limit: usize,
    ) -> Self {
        Self {
            http,
            state,
            certificates,
            limit,
        }
    }
}

impl<F> ServiceFactory<TcpStream> for EdgeFactory<F>
where
    F: ServiceFactory<Handed, Response = (), Config = ()>,
    F::Service: 'static,
    F::Future: 'static,
{
    type Response = ();
    type Error = Infallible;
    type Config = ();
    type Service = EdgeService<F::Service>;
    type InitError = F::InitError;
    type Future = Boxed<Result<Self::Service, Self::InitError>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let http = self.http.new_service(());
        let worker = Rc::new(Worker {
            state: Arc::clone(&self.state),
            certificates: self.certificates.clone(),
            limit: self.limit,
            open: Cell::new(0),
            kept: Cell::new(0),
            idle: IdleConnections::default(),
        });
        actix_web::rt::spawn(close_idle_at_the_end(Rc::clone(&worker)));
        Box::pin(async move {
            let http = Rc::new(http.await?);
            Ok(EdgeService { http, worker })
        })
    }
}

impl<S> Service<TcpStream> for EdgeService<S>
where
    S: Service<Handed, Response = ()> + 'static,
{
    type Response = ();
    type Error = Infallible;
    type Future = Boxed<Result<(), Infallible>>;

    fn poll_ready(&self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, stream: TcpStream) -> Self::Future {
        let http = Rc::clone(&self.http);
        let worker = Rc::clone(&self.worker);
        Box::pin(async move {
            arrival::take(stream, http, worker).await;
            Ok(())
        })
    }
}

impl Worker {
    /// Counts one more connection. Where there are too many, the one that has been idle for the longest gives way;
    /// `None` where none is idle.
    fn count(self: &Rc<Self>) -> Option<Counted> {
        let open = self.open.get();
        if open >= self.limit && !self.idle.end_oldest() {
            return None;
        }
        self.open.set(open + 1);
        Some(Counted(Rc::clone(self)))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let open = &self.0.open;
        open.set(open.get().saturating_sub(1));
    }
}

/// When the server is about to stop, nobody waits for another request of an idle connection.
async fn close_idle_at_the_end(worker: Rc<Worker>) {
    worker.state.drained().await;
    worker.idle.end_all();
}
