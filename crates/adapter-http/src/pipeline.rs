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
//! | 9 | `Idempotency-Key` | [`idempotency`] |
//! | 10 | parameters; the body is JSON, known fields, right types | [`parameters`], [`body`], `app::records` |
//! | 11 | the rules | `app::records`, together with row 10 |
//! | 12 | existence | `app::records` |
//! | 13 | preconditions | [`preconditions`], `app::records` |
//! | 14 | the database's own constraints | `app::records` |
//! | 15 | capacity | [`crate::overload`], `app::records`, [`crate::deadline`] |

use std::sync::Arc;

use actix_http::Payload;
use actix_web::http::header::HeaderName;
use specd_app::ports::telemetry::Rejection;

use crate::answer::Answer;
use crate::exchange::{Exchange, Trail};
use crate::measured::noted;
use crate::overload;
use crate::pages;
use crate::problem::Problem;
use crate::records::{self, Checked};
use crate::spans::use_case;
use body::Body;
use idempotency::Outcome;
use route::Route;

pub(crate) mod authentication;
pub(crate) mod authorization;
pub(crate) mod body;
pub(crate) mod exposure;
pub(crate) mod idempotency;
pub(crate) mod media_types;
pub(crate) mod parameters;
pub(crate) mod peer_limit;
pub(crate) mod preconditions;
pub(crate) mod rate_limit;
pub(crate) mod route;
pub(crate) mod size;
pub(crate) mod statuses;

const DRY_RUN: HeaderName = HeaderName::from_static("dry-run");

/// Checks a request, row by row, and does what it asks.
pub(crate) async fn run(
    exchange: &Exchange<'_>,
    payload: Payload,
    trail: &mut Trail,
) -> Result<Answer, Problem> {
    if let Err(problem) = overload::check_memory(exchange) {
        // Who is turned away is counted where it belongs: its document does not keep what it promises.
        let _ = route::find(exchange, trail);
        return noted(Err(problem), Rejection::Memory, trail);
    }
    size::check(exchange)?;
    let found = route::find(exchange, trail);
    exchange.begin_span(trail);
    let span = &exchange.span;
    let asked = match found? {
        Route::Options { allow } => return Ok(route::options(&allow)),
        Route::Page(page) => {
            if !peer_limit::is_exempt(&page) {
                noted(peer_limit::check(exchange), Rejection::PeerLimit, trail)?;
            }
            return span.step("page", pages::show(page, exchange)).await;
        }
        Route::Records(asked) => asked,
    };
    let served = &asked.served;
    noted(peer_limit::check(exchange), Rejection::PeerLimit, trail)?;
    let caller = authentication::check(exchange, served);
    let caller = span.step("authentication", caller).await?;
    trail.caller = Some(Arc::clone(&caller));
    // What counts and shares asks for it: once is enough.
    let who = overload::name(exchange, &caller);
    let exposure = exposure::check(exchange, &asked, &caller, trail);
    span.step("exposure", exposure).await?;
    let permit = span
        .of_step("authorization")
        .in_scope(|| authorization::check(served, &caller, asked.operation))?;
    let limits = rate_limit::check(exchange, served, &who, asked.operation, trail);
    span.step("limits", limits).await?;
    media_types::check(exchange, permit)?;
    // What the query says is judged in row 10; row 9 must know whether anything is to be kept.
    let parameters = parameters::check(exchange, permit);
    let body = Body::Arriving(payload);
    let admitted = idempotency::check(exchange, permit, parameters.as_ref().ok(), body);
    let (body, keyed) = match span.step("idempotency", admitted).await? {
        Outcome::Answered(answer) => return Ok(answer),
        Outcome::Goes(body, keyed) => (body, keyed),
    };
    let parameters = parameters?;
    if parameters.is_rehearsal() {
        trail.headers.push((DRY_RUN, "true".to_owned()));
    }
    let checked = Checked {
        asked: &asked,
        caller: &caller,
        permit,
        keyed,
        parameters,
        conditions: preconditions::read(exchange, asked.operation)?,
        body: span
            .step("body", body.read(exchange, asked.operation))
            .await?,
    };
    let place = overload::admit(exchange, asked.operation, &who);
    match span.step("capacity", place).await {
        Ok(_place) => {
            let work = records::run(exchange, checked);
            span.step(use_case(asked.operation), work).await
        }
        Err(overloaded) => match records::fault(exchange, &checked) {
            Some(fault) => Err(fault),
            None => noted(Err(overloaded), Rejection::Overloaded, trail),
        },
    }
}
