//! What is asked of the metrics' own address: no more of a request is read than its first line.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::Instant;

use super::left;

/// A longer head is refused.
const MOST_BYTES: usize = 8 * 1024;

/// A request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// `GET` or `HEAD` of `/metrics`.
    Metrics {
        /// Whether the head of the answer is enough.
        is_head: bool,
    },
    /// Another path.
    Elsewhere,
    /// `/metrics`, but neither `GET` nor `HEAD`.
    OtherMethod,
}

/// There is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is none of HTTP/1.
    Malformed,
    /// Its head is too long.
    TooLarge,
    /// It did not come in time, or not as a whole.
    Gone,
}

/// Reads the head of a request.
pub(super) fn read(mut stream: &TcpStream, until: Instant) -> Result<Request, Unreadable> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !is_whole(&head) {
        if head.len() > MOST_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let read = left(until)
            .and_then(|left| stream.set_read_timeout(Some(left)))
            .and_then(|()| stream.read(&mut buffer));
        match read {
            Ok(0) | Err(_) => return Err(Unreadable::Gone),
            Ok(length) => head.extend(buffer.iter().take(length)),
        }
    }
    parse(&head).ok_or(Unreadable::Malformed)
}

fn is_whole(head: &[u8]) -> bool {
    head.windows(4).any(|end| end == b"\r\n\r\n")
}

fn parse(head: &[u8]) -> Option<Request> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !matches!(version, "HTTP/1.0" | "HTTP/1.1") {
        return None;
    }
    let path = target.split_once('?').map_or(target, |(path, _)| path);
    Some(match (path, method) {
        ("/metrics", "GET") => Request::Metrics { is_head: false },
        ("/metrics", "HEAD") => Request::Metrics { is_head: true },
        ("/metrics", _) => Request::OtherMethod,
        _ => Request::Elsewhere,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_what_is_asked() {
        let asked = |line: &str| parse(format!("{line}\r\nHost: a\r\n\r\n").as_bytes());
        let (get, head) = (
            Request::Metrics { is_head: false },
            Request::Metrics { is_head: true },
        );
        for (line, expected) in [
            ("GET /metrics HTTP/1.1", Some(get)),
            ("GET /metrics?x=1 HTTP/1.0", Some(get)),
            ("HEAD /metrics HTTP/1.1", Some(head)),
            ("POST /metrics HTTP/1.1", Some(Request::OtherMethod)),
            ("GET /metrics/ HTTP/1.1", Some(Request::Elsewhere)),
            ("GET / HTTP/1.1", Some(Request::Elsewhere)),
            ("GET /metrics HTTP/2", None),
            ("GET  /metrics HTTP/1.1", None),
            ("GET /metrics", None),
            ("", None),
        ] {
            assert_eq!(asked(line), expected, "{line}");
        }
    }
}
