//! Where an answer ends on its way out, and whether the connection outlives it.

use std::mem::MaybeUninit;

use httparse::{Header, ParserConfig, Response, Status};

/// As many fields as an answer of ours has at the most.
const FIELDS: usize = 96;

/// An answer on its way out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    at: At,
    is_head: bool,
    is_http_10: bool,
    closes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before a head.
    Head,
    /// In a head that is not the last, such as `100 Continue`: so many bytes are left.
    Interim(usize),
    /// In the answer: so many bytes are left.
    Answer(usize),
    /// In an answer that ends with its connection.
    Endless,
    /// Behind its last byte.
    End,
}

impl Reply {
    /// To a request that has not been answered yet.
    pub(super) const fn new(is_head: bool, is_http_10: bool) -> Self {
        Self {
            at: At::Head,
            is_head,
            is_http_10,
            closes: false,
        }
    }

    /// Whether nothing of it was written yet.
    pub(super) fn is_unbegun(&self) -> bool {
        self.at == At::Head
    }

    /// Whether its last byte was written.
    pub(super) fn is_over(&self) -> bool {
        self.at == At::End
    }

    /// Whether the connection ends with it.
    pub(super) const fn closes(&self) -> bool {
        self.closes
    }

    /// How many of these bytes belong to it.
    pub(super) fn part(&mut self, bytes: &[u8]) -> usize {
        if self.at == At::Head {
            self.begin(bytes);
        }
        match self.at {
            At::Interim(left) | At::Answer(left) => left.min(bytes.len()),
            At::Endless | At::Head => bytes.len(),
            At::End => 0,
        }
    }

    /// So many bytes of it were written.
    pub(super) const fn wrote(&mut self, bytes: usize) {
        self.at = match self.at {
            At::Interim(left) if left <= bytes => At::Head,
            At::Interim(left) => At::Interim(left - bytes),
            At::Answer(left) if left <= bytes => At::End,
            At::Answer(left) => At::Answer(left - bytes),
            at => at,
        };
    }

    /// The library writes heads whole.
    fn begin(&mut self, bytes: &[u8]) {
        let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
        let mut response = Response::new(&mut []);
        let parsed = ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            bytes,
            &mut fields,
        );
        let Ok(Status::Complete(head)) = parsed else {
            self.at = At::Endless;
            self.closes = true;
            return;
        };
        let status = response.code.unwrap_or_default();
        if (100..200).contains(&status) {
            self.at = At::Interim(head);
            return;
        }
        self.closes = self.is_last(response.headers);
        let has_body = !self.is_head && status != 204 && status != 304;
        self.at = match length(response.headers) {
            _ if !has_body => At::Answer(head),
            Some(length) => At::Answer(head.saturating_add(length)),
            None => {
                self.closes = true;
                At::Endless
            }
        };
    }

    fn is_last(&self, fields: &[Header<'_>]) -> bool {
        let says = |word: &[u8]| {
            fields
                .iter()
                .filter(|field| field.name.eq_ignore_ascii_case("connection"))
                .any(|field| field.value.eq_ignore_ascii_case(word))
        };
        if self.is_http_10 {
            !says(b"keep-alive")
        } else {
            says(b"close")
        }
    }
}

fn length(fields: &[Header<'_>]) -> Option<usize> {
    let mut lengths = fields
        .iter()
        .filter(|field| field.name.eq_ignore_ascii_case("content-length"));
    std::str::from_utf8(lengths.next()?.value)
        .ok()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mut reply: Reply, text: &str, bytes: usize, closes: bool) {
        let mut rest = text.as_bytes();
        let mut written = 0;
        while !reply.is_over() && !rest.is_empty() {
            // Not more than seven bytes fit at a time.
            let part = reply.part(rest).min(7);
            reply.wrote(part);
            written += part;
            rest = &rest[part..];
        }
        assert_eq!((written, reply.closes()), (bytes, closes), "{text:?}");
    }

    #[test]
    fn an_answer_ends_where_its_head_says() {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        let length = ok.len();
        check(
            Reply::new(false, false),
            &format!("{ok}HTTP/1.1 400"),
            length,
            false,
        );
        check(Reply::new(true, false), ok, length - 2, false);
        check(Reply::new(false, true), ok, length, true);
        let goes_on = "HTTP/1.1 100 Continue\r\n\r\n";
        let both = format!("{goes_on}{ok}more");
        check(
            Reply::new(false, false),
            &both,
            goes_on.len() + length,
            false,
        );
        let none = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        check(Reply::new(false, false), none, none.len(), true);
        let kept = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n";
        check(Reply::new(false, true), kept, kept.len(), false);
    }
}
