//! `/metrics` on an address of its own, served by threads of its own: however busy the API is, whoever watches it is
//! answered.
//!
//! A few connections at a time, each for one request and for a few seconds at the most.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tracing::warn;

use super::Metrics;
use request::{Request, Unreadable};

mod request;

/// So many are answered at a time; the system lets some more wait.
const THREADS: usize = 4;
/// How long a request may take to come.
const REQUEST_LIMIT: Duration = Duration::from_secs(2);
/// How long it may take to read the answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// So much is written at once.
const PIECE: usize = 64 * 1024;
/// How long to wait where no connection can be taken.
const PAUSE: Duration = Duration::from_millis(100);
/// So much of a body that nobody wants is thrown away, so that the answer arrives.
const MOST_IGNORED: usize = 64 * 1024;

/// Metrics cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The address cannot be listened on.
    #[error("could not listen on `{address}` for metrics")]
    Address {
        /// The address.
        address: SocketAddr,
        /// Why, in the system's words.
        source: io::Error,
    },
    /// There is no thread to be had.
    #[error("could not start a thread that serves metrics")]
    Thread(#[source] io::Error),
}

/// Serves `/metrics` for as long as the process lives, and says where.
///
/// # Errors
/// The address cannot be listened on; no thread.
pub fn serve(address: SocketAddr, metrics: &Arc<Metrics>) -> Result<SocketAddr, MetricsError> {
    let cannot = |source| MetricsError::Address { address, source };
    let listener = TcpListener::bind(address).map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    let listener = Arc::new(listener);
    for number in 0..THREADS {
        let (listener, metrics) = (Arc::clone(&listener), Arc::clone(metrics));
        thread::Builder::new()
            .name(format!("metrics-{number}"))
            .spawn(move || answer_all(&listener, &metrics))
            .map_err(MetricsError::Thread)?;
    }
    Ok(bound)
}

fn answer_all(listener: &TcpListener, metrics: &Metrics) {
    loop {
        match listener.accept() {
            // Whoever went away meanwhile misses nothing.
            Ok((stream, _)) => drop(answer(&stream, metrics)),
            Err(reason) => {
                warn!(
                    error = &reason as &dyn std::error::Error,
                    "a connection that asks for metrics could not be taken"
                );
                thread::sleep(PAUSE);
            }
        }
    }
}

fn answer(stream: &TcpStream, metrics: &Metrics) -> io::Result<()> {
    let asked = request::read(stream, Instant::now() + REQUEST_LIMIT);
    let answer = match asked {
        Ok(Request::Metrics { is_head }) => Answer::of_metrics(metrics, is_head),
        Ok(Request::Elsewhere) => Answer::refusal("404 Not Found", "metrics are at /metrics\n"),
        Ok(Request::OtherMethod) => Answer::refusal("405 Method Not Allowed", "GET it\n"),
        Err(Unreadable::Malformed) => Answer::refusal("400 Bad Request", "this is no request\n"),
        Err(Unreadable::TooLarge) => {
            Answer::refusal("431 Request Header Fields Too Large", "it is too long\n")
        }
        Err(Unreadable::Gone) => return Ok(()),
    };
    send(stream, &answer.bytes(), Instant::now() + ANSWER_LIMIT)?;
    stream.shutdown(Shutdown::Write)?;
    ignore_the_rest(stream)
}

/// An answer, before it is bytes.
struct Answer {
    status: &'static str,
    content_type: &'static str,
    body: String,
    is_head: bool,
}

impl Answer {
    fn of_metrics(metrics: &Metrics, is_head: bool) -> Self {
        Self {
            status: "200 OK",
            content_type: "text/plain; version=0.0.4; charset=utf-8",
            body: metrics.expose(),
            is_head,
        }
    }

    fn refusal(status: &'static str, reason: &str) -> Self {
        Self {
            status,
            content_type: "text/plain; charset=utf-8",
            body: reason.to_owned(),
            is_head: false,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let allow = if self.status.starts_with("405") {
            "allow: GET, HEAD\r\n"
        } else {
            ""
        };
        let head = format!(
            "HTTP/1.1 {}\r\ncontent-type: {}\r\ncontent-length: {}\r\n{allow}x-content-type-options: nosniff\r\n\
             cache-control: no-store\r\nconnection: close\r\n\r\n",
            self.status,
            self.content_type,
            self.body.len()
        );
        let mut bytes = head.into_bytes();
        if !self.is_head {
            bytes.extend_from_slice(self.body.as_bytes());
        }
        bytes
    }
}

fn send(mut stream: &TcpStream, bytes: &[u8], until: Instant) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        stream.set_write_timeout(Some(left(until)?))?;
        stream.write_all(piece)?;
    }
    Ok(())
}

/// Closed with bytes that nobody has read, a connection would be reset, and the answer lost.
fn ignore_the_rest(mut stream: &TcpStream) -> io::Result<()> {
    let until = Instant::now() + REQUEST_LIMIT;
    let mut ignored = 0;
    let mut buffer = [0; 4096];
    while ignored < MOST_IGNORED {
        stream.set_read_timeout(Some(left(until)?))?;
        match stream.read(&mut buffer)? {
            0 => break,
            read => ignored += read,
        }
    }
    Ok(())
}

/// Until then; an error once it is past.
fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    Ok(left)
}
