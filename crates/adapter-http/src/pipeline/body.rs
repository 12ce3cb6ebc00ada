//! Row 10: the bytes of the body, whole, in time and within the limit. A request with an `Idempotency-Key` needs them in
//! row 9 already.

use actix_web::web::{Bytes, Payload};
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
    let arriving = payload.to_bytes_limited(limits.body_bytes);
    let arrived = deadline::not_counted(arriving).await;
    if let Ok(Ok(whole)) = arrived {
        return Ok(whole);
    }
    let link = Link::of(exchange.request);
    if let Some(link) = link {
        link.cut();
    }
    Err(match arrived {
        Err(_) => Problem::new(Kind::BodyTooLarge),
        Ok(_) if link.is_some_and(Link::is_shed) => overloaded(),
        Ok(_) => malformed("the body did not arrive whole and in time"),
    })
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Kind::MalformedRequest).detail(detail)
}
