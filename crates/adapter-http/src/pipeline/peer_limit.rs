//! Row 3: the coarse limit of a peer address, before it is known who calls.
//!
//! It protects this server, so each server counts for itself: whoever floods one with wrong keys reaches no counter that
//! others rely on.

use specd_app::ports::limits::Meter;

use super::rate_limit::refusal;
use crate::exchange::Exchange;
use crate::forwarded::Network;
use crate::pages::Page;
use crate::problem::Problem;

/// Counts the request of a peer address.
pub(crate) fn check(exchange: &Exchange<'_>) -> Result<(), Problem> {
    let state = exchange.state;
    let Some(quota) = state.settings.peer_quota else {
        return Ok(());
    };
    let key = Network::of(exchange).to_string();
    let verdict = state
        .peers
        .count(&[Meter { key, quota }], state.ports.clock.now());
    match verdict.refused {
        None => Ok(()),
        Some((_, seconds)) => Err(refusal(seconds).detail(
            "this address sends too many requests, send them again after the time in `Retry-After`",
        )),
    }
}

/// Whether a page must answer whoever asks, and however often: what watches the server asks for it.
pub(crate) const fn is_exempt(page: &Page) -> bool {
    matches!(page, Page::Alive | Page::Ready)
}
