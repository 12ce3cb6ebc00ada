//! Row 10: the bytes of the body, whole, in time and within the limit.

use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, Payload};
use specd_domain::endpoint::Operation;

use crate::exchange::Exchange;
use crate::problem::{Kind, Problem};

/// The body of an operation that has one; for others it is not read.
pub(crate) async fn read(
    exchange: &Exchange<'_>,
    operation: Operation,
    payload: Payload,
) -> Result<Bytes, Problem> {
    if !operation.has_body() {
        return Ok(Bytes::new());
    }
    let settings = &exchange.state.settings;
    let arriving = payload.to_bytes_limited(settings.limits.body_bytes);
    let Ok(arrived) = timeout(settings.body_deadline, arriving).await else {
        return Err(malformed("the body did not arrive in time"));
    };
    let whole = arrived.map_err(|_| Problem::new(Kind::BodyTooLarge))?;
    let body = whole.map_err(|_| malformed("the body did not arrive whole"))?;
    if body.is_empty() {
        return Err(Problem::new(Kind::MalformedBody).detail("the body is empty"));
    }
    Ok(body)
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Kind::MalformedRequest).detail(detail)
}
