//! Where the head of a request ends, and how long its body is. It judges no more than the size and the grammar: what
//! the fields say is for the library and the pipeline.

use std::mem::MaybeUninit;

use httparse::{Error, Header, Request, Status};

use super::chunks::Chunks;
use super::refusal::Refusal;
use crate::settings::RequestLimits;

/// As many fields as the library takes.
const FIELDS: usize = 96;
/// What stands around the target and the fields: the method, the version, the ends of the lines.
const AROUND: usize = 64;

/// A head that has arrived whole.
#[derive(Debug)]
pub(super) struct Head {
    /// Its bytes.
    pub(super) length: usize,
    /// What follows it.
    pub(super) body: Body,
    /// Whether it asks for the head of an answer alone.
    pub(super) answers_without_body: bool,
    /// Whether the connection outlives the answer only where that is said.
    pub(super) is_http_10: bool,
    /// Whether the library reads on after it, to the end of the connection: a tunnel that we do not dig.
    pub(super) is_tunnel: bool,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            length: 0,
            body: Body::Length(0),
            answers_without_body: false,
            is_http_10: false,
            is_tunnel: false,
        }
    }
}

/// What follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked(Chunks),
}

/// What was found in the bytes so far.
#[derive(Debug)]
pub(super) enum Found {
    /// A head.
    Head(Head),
    /// The beginning of one, or nothing.
    Beginning,
    /// Nothing that could become a head.
    Refused(Refusal),
}

/// The search for the end of one head. It looks at each byte once, however they arrive.
#[derive(Debug, Default)]
pub(super) struct Search {
    looked_at: usize,
    has_begun: bool,
}

impl Search {
    /// Looks at what has arrived. Empty lines before a head are dropped (RFC 9112, 2.2).
    pub(super) fn look(&mut self, received: &mut Vec<u8>, limits: RequestLimits) -> Found {
        if !self.has_begun {
            let is_line_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
            let empty = received.iter().take_while(is_line_end).count();
            received.drain(..empty);
        }
        if received.is_empty() {
            return Found::Beginning;
        }
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        let has_end = has_end(received.get(self.looked_at..).unwrap_or_default());
        self.looked_at = received.len().saturating_sub(3);
        // The first look tells at once what is no HTTP, such as the greeting of TLS.
        if has_end || is_first {
            match parse(received) {
                Found::Head(head) if head.length > largest(limits) => {}
                Found::Beginning => {}
                found => return found,
            }
        }
        too_large(received, limits).map_or(Found::Beginning, Found::Refused)
    }
}

impl Body {
    /// Whether its last byte has been followed.
    pub(super) fn is_over(self) -> bool {
        match self {
            Self::Length(left) => left == 0,
            Self::Chunked(chunks) => chunks.is_over(),
        }
    }

    /// Whether what comes next cannot stand in such a body.
    pub(super) fn is_broken(self) -> bool {
        matches!(self, Self::Chunked(chunks) if chunks.is_broken())
    }

    /// How many of these bytes belong to the body; they are behind us from now on.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        match self {
            Self::Length(left) => {
                let taken = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                *left = left.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
                taken
            }
            Self::Chunked(chunks) => chunks.follow(bytes),
        }
    }
}

/// An empty line ends a head; the library takes lines that end without a carriage return.
fn has_end(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(3).any(|three| three == b"\n\r\n")
}

fn parse(received: &[u8]) -> Found {
    let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
    let mut request = Request::new(&mut []);
    match request.parse_with_uninit_headers(received, &mut fields) {
        Ok(Status::Complete(length)) => Found::Head(read(&request, length)),
        Ok(Status::Partial) => Found::Beginning,
        Err(Error::TooManyHeaders) => Found::Refused(Refusal::HeadersTooLarge),
        Err(_) => Found::Refused(Refusal::malformed(received)),
    }
}

fn read(request: &Request<'_, '_>, length: usize) -> Head {
    let fields: &[Header<'_>] = request.headers;
    let method = request.method.unwrap_or_default();
    Head {
        length,
        body: body(fields),
        answers_without_body: method == "HEAD",
        is_http_10: request.version == Some(0),
        is_tunnel: method == "CONNECT" || named(fields, "upgrade").next().is_some(),
    }
}

/// Where the fields contradict each other, the library refuses them.
fn body(fields: &[Header<'_>]) -> Body {
    let is_chunked = named(fields, "transfer-encoding")
        .any(|field| field.value.trim_ascii().eq_ignore_ascii_case(b"chunked"));
    if is_chunked {
        return Body::Chunked(Chunks::new());
    }
    let length = named(fields, "content-length")
        .find_map(|field| std::str::from_utf8(field.value).ok()?.trim().parse().ok());
    Body::Length(length.unwrap_or(0))
}

fn named<'a, 'b>(
    fields: &'a [Header<'b>],
    name: &'static str,
) -> impl Iterator<Item = &'a Header<'b>> {
    fields
        .iter()
        .filter(move |field| field.name.eq_ignore_ascii_case(name))
}

const fn largest(limits: RequestLimits) -> usize {
    limits.uri_bytes + limits.header_bytes + AROUND
}

fn too_large(received: &[u8], limits: RequestLimits) -> Option<Refusal> {
    let line = received.iter().take_while(|byte| **byte != b'\n').count();
    if line > limits.uri_bytes + AROUND {
        return Some(Refusal::UriTooLong);
    }
    (received.len() > largest(limits)).then_some(Refusal::HeadersTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Found {
        Search::default().look(&mut text.as_bytes().to_vec(), RequestLimits::default())
    }

    #[track_caller]
    fn check_head(text: &str, length: usize, body: Body) {
        let Found::Head(head) = look(text) else {
            panic!("no head: {text:?}");
        };
        assert_eq!((head.length, head.body), (length, body), "{text:?}");
    }

    #[test]
    fn a_head_ends_at_its_empty_line() {
        let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        check_head(get, get.len(), Body::Length(0));
        check_head(&format!("{get}{get}"), get.len(), Body::Length(0));
        check_head(&format!("\r\n\n{get}"), get.len(), Body::Length(0));
        check_head("GET / HTTP/1.1\nHost: x\n\nrest", 24, Body::Length(0));
        let post = "POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\n";
        check_head(post, post.len(), Body::Length(7));
        let post = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        check_head(post, post.len(), Body::Chunked(Chunks::new()));
    }

    #[test]
    fn a_head_is_found_however_its_bytes_arrive() {
        let text = b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let mut search = Search::default();
        let mut received = Vec::new();
        for (at, byte) in text.iter().enumerate() {
            received.push(*byte);
            let found = search.look(&mut received, RequestLimits::default());
            let is_found = matches!(found, Found::Head(Head { length: 27, .. }));
            assert_eq!(is_found, at + 1 == text.len(), "{at}: {found:?}");
        }
    }

    #[test]
    fn what_cannot_become_a_head_is_refused_at_once() {
        for text in [
            "\x16\x03\x01",
            "{",
            "GET / HTTP/9.9\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ] {
            assert!(
                matches!(look(text), Found::Refused(Refusal::Malformed(_))),
                "{text:?}: {:?}",
                look(text)
            );
        }
    }

    #[test]
    fn a_head_that_grows_too_large_is_refused_before_its_end() {
        let target = format!("GET /{}", "x".repeat(9_000));
        assert!(matches!(look(&target), Found::Refused(Refusal::UriTooLong)));
        let fields = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(50_000));
        assert!(matches!(
            look(&fields),
            Found::Refused(Refusal::HeadersTooLarge)
        ));
        let whole = format!("{fields}\r\n\r\n");
        assert!(matches!(
            look(&whole),
            Found::Refused(Refusal::HeadersTooLarge)
        ));
        let many = "X: y\r\n".repeat(200);
        assert!(matches!(
            look(&format!("GET / HTTP/1.1\r\n{many}\r\n")),
            Found::Refused(Refusal::HeadersTooLarge)
        ));
    }
}
