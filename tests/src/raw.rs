//! Bytes over a socket, for what no HTTP client would send.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::Context as _;

/// Sends bytes and reads what comes back, until the server closes or says nothing more for a second.
///
/// # Errors
/// There is no connection.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut stream = connect(address)?;
    // A server may refuse the head and close while we still send the rest.
    let _ = stream.write_all(bytes);
    read(&mut stream)
}

/// A connection on which each read waits a second.
///
/// # Errors
/// There is no connection.
pub fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(address).context("could not connect")?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    Ok(stream)
}

/// What comes until the end, or until nothing comes for a second.
///
/// # Errors
/// The connection breaks in another way than by being closed.
pub fn read(stream: &mut TcpStream) -> anyhow::Result<Vec<u8>> {
    let mut answer = Vec::new();
    let mut part = [0; 16 * 1024];
    loop {
        match stream.read(&mut part) {
            Ok(0) => return Ok(answer),
            Ok(read) => answer.extend(part.iter().take(read)),
            Err(error) if is_end(error.kind()) => return Ok(answer),
            Err(error) => return Err(error).context("the connection broke"),
        }
    }
}

/// The status of an HTTP answer; `None` where it is none.
pub fn status(answer: &[u8]) -> Option<u16> {
    let head = std::str::from_utf8(answer.get(..12)?).ok()?;
    head.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

const fn is_end(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock
            | ErrorKind::TimedOut
            | ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
    )
}
