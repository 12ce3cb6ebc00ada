//! Row 10: the bytes of the body, whole, in time and within the limit. A request with an `Idempotency-Key` needs them in
//! row 9 already.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;

use actix_http::Payload;
use actix_http::body::{BodyStream, MessageBody as _};
use actix_web::web::{Bytes, BytesMut};
use specd_domain::endpoint::Operation;

use crate::deadline;
use crate::edge::Link;
use crate::exchange::Exchange;
use crate::overload::overloaded;
use crate::problem::{Kind, Problem};

/// A body that is read when it is asked for, once.
pub(crate) enum Body {
    /// It may still be on its way.
    Arriving(Payload),
    /// It is here.
    Arrived(Bytes),
}

impl Body {
    /// Waits for the bytes.
    pub(crate) async fn arrived(self, exchange: &Exchange<'_>) -> Result<Bytes, Problem> {
        match self {
            Self::Arriving(payload) => arrive(exchange, payload).await,
            Self::Arrived(bytes) => Ok(bytes),
        }
    }

    /// The body of an operation that has one; for others it is not read.
    pub(crate) async fn read(
        self,
        exchange: &Exchange<'_>,
        operation: Operation,
    ) -> Result<Bytes, Problem> {
        if !operation.has_body() {
            return Ok(Bytes::new());
        }
        let body = self.arrived(exchange).await?;
        if body.is_empty() {
            return Err(Problem::new(Kind::MalformedBody).detail("the body is empty"));
        }
        Ok(body)
    }
}

async fn arrive(exchange: &Exchange<'_>, payload: Payload) -> Result<Bytes, Problem> {
    let limits = exchange.state.settings.limits;
    // A slow client has its own deadlines, which the edge keeps.
    let arrived =
        deadline::not_counted(collect(payload, limits.body_bytes, &exchange.read_bytes)).await;
    let link = Link::of(exchange.request);
    let fault = match arrived {
        Ok(whole) => {
            if let Some(link) = link {
                link.read();
            }
            return Ok(whole);
        }
        Err(fault) => fault,
    };
    if let Some(link) = link {
        link.cut();
    }
    Err(match fault {
        Fault::TooLarge => Problem::new(Kind::BodyTooLarge),
        Fault::Cut if link.is_some_and(Link::is_shed) => overloaded(),
        Fault::Cut => malformed("the body did not arrive whole and in time"),
    })
}

/// Why there is no whole body.
enum Fault {
    TooLarge,
    Cut,
}

/// The pieces of a body as one. Most bodies are one piece, which is not copied.
async fn collect(payload: Payload, limit: usize, read_bytes: &Cell<usize>) -> Result<Bytes, Fault> {
    let mut pieces = pin!(BodyStream::new(payload));
    let mut whole = Bytes::new();
    let mut several = BytesMut::new();
    while let Some(piece) = poll_fn(|context| pieces.as_mut().poll_next(context)).await {
        let piece = piece.map_err(|_| Fault::Cut)?;
        read_bytes.set(read_bytes.get() + piece.len());
        if read_bytes.get() > limit {
            return Err(Fault::TooLarge);
        }
        if whole.is_empty() && several.is_empty() {
            whole = piece;
            continue;
        }
        several.extend_from_slice(&std::mem::take(&mut whole));
        several.extend_from_slice(&piece);
    }
    Ok(if several.is_empty() {
        whole
    } else {
        several.freeze()
    })
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Kind::MalformedRequest).detail(detail)
}
