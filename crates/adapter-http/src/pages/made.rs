//! A page that was made, and how it is answered: whole, or with a word that the caller has it already.

use std::hash::{DefaultHasher, Hasher as _};

use actix_web::http::header::IF_NONE_MATCH;
use actix_web::web::Bytes;

use crate::answer::Answer;
use crate::exchange::Exchange;

/// A page; all who are answered with it share its bytes.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) body: Bytes,
    /// The strong tag of the bytes.
    tag: String,
}

impl Made {
    pub(super) fn new(text: String) -> Self {
        let tag = format!("\"{}\"", digest(text.as_bytes()));
        // Kept for long: what the text grew by is given back.
        let body = text.into_boxed_str().into_boxed_bytes().into();
        Self { body, tag }
    }

    /// The page, or that the caller has it already.
    pub(super) fn answer(&self, exchange: &Exchange<'_>, content_type: &'static str) -> Answer {
        let mut answer = if is_known(exchange, &self.tag) {
            Answer::empty(304)
        } else {
            Answer::with_body(200, content_type, self.body.clone())
        };
        answer.set("etag", &self.tag);
        answer.set("cache-control", "no-cache");
        answer
    }
}

/// Weak comparison, as `If-None-Match` has it (RFC 9110, 13.1.2). Our tags hold no comma.
fn is_known(exchange: &Exchange<'_>, tag: &str) -> bool {
    let lines = exchange.headers().get_all(IF_NONE_MATCH);
    let mut tags = lines.flat_map(|line| line.to_str().unwrap_or_default().split(','));
    tags.any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    })
}

/// A digest of a file or a page: it tells one version from another, and keeps no secret.
pub(super) fn digest(bytes: &[u8]) -> String {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(bytes);
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(0), half(1))
}
