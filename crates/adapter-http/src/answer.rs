//! Answers: a status, headers and bytes, before they become the library's.

use actix_http::{ConnectionType, Response};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use specd_app::ports::answers::StoredAnswer;

mod pieces;

pub(crate) use pieces::Pieces;

/// What goes back to the caller.
pub(crate) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    is_replayed: bool,
    is_last: bool,
}

impl Answer {
    /// As many headers as most answers have.
    const HEADERS: usize = 12;

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: Vec::with_capacity(Self::HEADERS),
            body: Bytes::new(),
            is_replayed: false,
            is_last: false,
        }
    }

    /// An answer with a body of this type.
    pub(crate) fn with_body(
        status: u16,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        let mut answer = Self::empty(status);
        answer
            .headers
            .push((CONTENT_TYPE, HeaderValue::from_static(content_type)));
        answer.body = body.into();
        answer
    }

    /// An answer that was given before, as it was, and says so.
    pub(crate) fn replayed(stored: StoredAnswer) -> Self {
        let mut answer = Self::empty(stored.status);
        for (name, value) in &stored.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                answer.headers.push((name, value));
            }
        }
        answer.body = stored.body.into_exposed().into();
        answer.is_replayed = true;
        answer.set("idempotent-replayed", "true");
        answer
    }

    /// The answer as it is kept for its idempotency key.
    pub(crate) fn into_stored(self) -> StoredAnswer {
        let headers = self.headers.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        StoredAnswer {
            status: self.status.as_u16(),
            headers: headers.collect(),
            body: Vec::from(self.body).into(),
        }
    }

    /// The status.
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Bytes of its body.
    pub(crate) const fn body_bytes(&self) -> usize {
        self.body.len()
    }

    /// Whether it was given before: then its status is one of the document as it was at the time.
    pub(crate) const fn is_replayed(&self) -> bool {
        self.is_replayed
    }

    /// Adds a header. A value that cannot stand in one is left out; all of ours can.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.put(HeaderName::from_static(name), value);
    }

    /// The same, with a name that was made before.
    pub(crate) fn put(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
    }

    /// The same, with a value that was made before.
    pub(crate) fn put_static(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.push((name, value));
    }

    /// Whether it has a header of this name.
    pub(crate) fn has(&self, name: &HeaderName) -> bool {
        self.headers.iter().any(|(header, _)| header == name)
    }

    /// Takes a header away.
    pub(crate) fn unset(&mut self, name: &str) {
        self.headers.retain(|(header, _)| header.as_str() != name);
    }

    /// Ends the connection with this answer.
    pub(crate) const fn end_connection(&mut self) {
        self.is_last = true;
    }

    /// As the library wants it.
    pub(crate) fn into_response(self) -> Response<Pieces> {
        let mut response = Response::with_body(self.status, Pieces(self.body));
        let headers = response.headers_mut();
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        if self.is_last {
            let head = response.head_mut();
            head.set_connection_type(ConnectionType::Close);
        }
        response
    }
}
