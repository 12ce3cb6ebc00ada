//! Row 10: the bytes of the body, whole, in time and within the limit. A request with an `Idempotency-Key` needs them in
//! row 9 already.

use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, Payload};
use specd_domain::endpoint::Operation;

use crate::exchange::Exchange;
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
    let settings = &exchange.state.settings;
    let arriving = payload.to_bytes_limited(settings.limits.body_bytes);
    let Ok(arrived) = timeout(settings.body_deadline, arriving).await else {
        return Err(malformed("the body did not arrive in time"));
    };
    let whole = arrived.map_err(|_| Problem::new(Kind::BodyTooLarge))?;
    whole.map_err(|_| malformed("the body did not arrive whole"))
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Kind::MalformedRequest).detail(detail)
}
