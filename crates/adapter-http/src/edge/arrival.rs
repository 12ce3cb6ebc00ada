//! A connection that has just been accepted: whether there is a place for it, and its TLS handshake.

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;

use actix_service::Service;
use actix_web::rt::net::TcpStream;
use tokio::io::ReadBuf;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use super::connection::Connection;
use super::refusal::Refusal;
use super::stream::Stream;
use super::tls::Certificates;
use super::{Handed, Worker};

/// Takes a connection in and serves it to its end.
pub(super) async fn take<S>(stream: TcpStream, http: Rc<S>, worker: Rc<Worker>)
where
    S: Service<Handed, Response = ()>,
{
    // Answers are written whole: there is nothing to wait for.
    let _ = stream.set_nodelay(true);
    let peer = stream.peer_addr().ok();
    let Some(_counted) = worker.count() else {
        return turn_away(stream, worker).await;
    };
    let stream = match worker.certificates.clone() {
        None => Stream::Plain(stream),
        Some(certificates) => match shake_hands(stream, peer, certificates, &worker).await {
            Some(stream) => stream,
            None => return,
        },
    };
    Connection::new(stream, worker).serve(&*http, peer).await;
}

/// There is no place. Whoever speaks TLS is told by the end of the connection: a handshake would cost more than an answer.
async fn turn_away(stream: TcpStream, worker: Rc<Worker>) {
    if worker.certificates.is_none() {
        Connection::new(stream, worker)
            .refuse(Refusal::TooMany)
            .await;
    }
}

async fn shake_hands(
    stream: TcpStream,
    peer: Option<SocketAddr>,
    certificates: Certificates,
    worker: &Rc<Worker>,
) -> Option<Stream> {
    let deadlines = worker.state.settings.deadlines;
    if says_http(&stream, Instant::now() + deadlines.idle, worker).await? {
        let connection = Connection::new(stream, Rc::clone(worker));
        connection.refuse(Refusal::WITHOUT_TLS).await;
        return None;
    }
    let acceptor = TlsAcceptor::from(certificates.current());
    match timeout(deadlines.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(Stream::Tls(Box::new(stream))),
        Ok(Err(reason)) => {
            debug!(?peer, %reason, "a TLS handshake failed");
            None
        }
        Err(_) => {
            debug!(?peer, "a TLS handshake took too long");
            None
        }
    }
}

/// Whether the first byte begins a method; `None` where no byte comes.
async fn says_http(stream: &TcpStream, until: Instant, worker: &Worker) -> Option<bool> {
    let mut byte = [0];
    let mut peeked = ReadBuf::new(&mut byte);
    let arrived = worker
        .idle
        .wait(
            until,
            || (),
            |context| Pin::new(stream).poll_peek(context, &mut peeked),
        )
        .await;
    arrived?.ok()?;
    let first = peeked.filled().first()?;
    Some(first.is_ascii_alphabetic())
}
