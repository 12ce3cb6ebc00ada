//! The order of the checks (http-contract, section 1): one order, fixed, a file for each row.
//!
//! | row | check | here |
//! |---|---|---|
//! | 1 | size of URI, headers, announced body | [`size`] |
//! | 2 | route, method, `OPTIONS`, sunset | [`route`] |
//! | 3 | limit per peer address | [`peer_limit`] |
//! | 4 | authentication | [`authentication`] |
//! | 5 | exposure | [`exposure`] |
//! | 6 | authorization | [`authorization`] |
//! | 7 | the document's rate limit | [`rate_limit`] |
//! | 8 | media types | [`media_types`] |
//! | 9 | `Idempotency-Key` | comes with the stored answers |
//! | 10 | parameters; the body is JSON, known fields, right types | [`parameters`], [`body`], `app::records` |
//! | 11 | the rules | `app::records`, together with row 10 |
//! | 12 | existence | `app::records` |
//! | 13 | preconditions | come with conditional requests |
//! | 14 | the database's own constraints | `app::records` |
//! | 15 | capacity | `app::records`, [`crate::deadline`] |

use actix_web::web::Payload;

use crate::answer::Answer;
use crate::exchange::{Exchange, Trail};
use crate::pages;
use crate::problem::Problem;
use crate::records;
use route::Route;

pub(crate) mod authentication;
pub(crate) mod authorization;
pub(crate) mod body;
pub(crate) mod exposure;
pub(crate) mod media_types;
pub(crate) mod parameters;
pub(crate) mod peer_limit;
pub(crate) mod rate_limit;
pub(crate) mod route;
pub(crate) mod size;
pub(crate) mod statuses;

/// Checks a request, row by row, and does what it asks.
pub(crate) async fn run(
    exchange: &Exchange<'_>,
    payload: Payload,
    trail: &mut Trail,
) -> Result<Answer, Problem> {
    size::check(exchange)?;
    let asked = match route::find(exchange, trail)? {
        Route::Options { allow } => return Ok(route::options(&allow)),
        Route::Page(page) => return pages::show(page, exchange).await,
        Route::Records(asked) => asked,
    };
    let served = &asked.served;
    peer_limit::check(exchange).await?;
    let caller = authentication::check(exchange, served).await?;
    trail.caller = Some(caller.clone());
    exposure::check(exchange, &asked, &caller, trail).await?;
    let permit = authorization::check(exchange, served, &caller, asked.operation)?;
    rate_limit::check(exchange, served, &caller, asked.operation, trail).await?;
    media_types::check(exchange, permit)?;
    // Row 9, Idempotency-Key, comes with the stored answers: until then the header is not read.
    let parameters = parameters::check(exchange, permit)?;
    let body = body::read(exchange, asked.operation, payload).await?;
    records::run(exchange, permit, asked.id.as_deref(), parameters, &body).await
}
