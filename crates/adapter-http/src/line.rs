//! The line of a request in the log: one, with all that is to be told of it (`docs/operations/logs.md`).
//!
//! It holds no path, no query, no header, no body and no id of a record. It asks for no memory.

use std::time::Instant;

use actix_http::Method;
use specd_app::ports::telemetry::Rejection;
use tracing::{Level, error, info, warn};
use uuid::Uuid;

use crate::answer::Answer;
use crate::exchange::{Exchange, Trail};
use crate::spans::is_health;

/// One event, at each of the levels that it may have: a level belongs to the place of an event in the code.
macro_rules! at_level {
    ($level:expr, $($field:tt)+) => {
        match $level {
            Level::ERROR => error!($($field)+),
            Level::WARN => warn!($($field)+),
            _ => info!($($field)+),
        }
    };
}

/// Writes the line of a request that is answered.
pub(crate) fn answered(exchange: &Exchange<'_>, trail: &Trail, answer: &Answer, begun: Instant) {
    let (mut request_id, mut trace_id) = (Uuid::encode_buffer(), Uuid::encode_buffer());
    let id = exchange.request_id.hyphenated();
    let served = trail.served.as_deref();
    let is_head = exchange.request.method() == Method::HEAD;
    at_level!(
        level(exchange, answer.status()),
        http.request.method = exchange.method_name(),
        http.route = trail.route(),
        http.response.status_code = answer.status(),
        duration_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
        http.request.body.size = exchange.read_bytes.get(),
        http.response.body.size = if is_head { 0 } else { answer.body_bytes() },
        request_id = &*id.encode_lower(&mut request_id),
        trace_id = exchange.trace_id.encode(&mut trace_id),
        key_id = trail.key_id(),
        spec = served.map(|served| served.compiled.number.as_str()),
        revision = served.map(|served| served.revision),
        problem = trail.problem,
        rejection = trail.rejection.map(Rejection::as_str),
        error = trail.cause.as_deref(),
        "answered"
    );
}

/// What the server could not is an error: somebody must act. What a client should not have is none, and neither is a limit
/// that was reached: `problem` and `rejection` tell. That a server is not ready is what is asked of `/readyz`.
fn level(exchange: &Exchange<'_>, status: u16) -> Level {
    match status {
        500.. if is_health(exchange.request) => Level::WARN,
        500.. => Level::ERROR,
        _ => Level::INFO,
    }
}
