//! Answers: a status, headers and bytes, before they become the library's.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};

/// What goes back to the caller.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// An answer with a body of this type.
    pub(crate) fn with_body(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut answer = Self::empty(status);
        answer
            .headers
            .push((CONTENT_TYPE, HeaderValue::from_static(content_type)));
        answer.body = body;
        answer
    }

    /// The status.
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Adds a header. A value that cannot stand in one is left out; all of ours can.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
    }

    /// Takes a header away.
    pub(crate) fn unset(&mut self, name: &str) {
        self.headers.retain(|(header, _)| header.as_str() != name);
    }

    /// As the library wants it.
    pub(crate) fn into_response(self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        for header in self.headers {
            response.append_header(header);
        }
        if self.body.is_empty() {
            response.finish()
        } else {
            response.body(self.body)
        }
    }
}
