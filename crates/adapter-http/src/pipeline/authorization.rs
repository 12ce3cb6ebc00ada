//! Row 6: whether the caller may, before anything is looked up. The decision is the use case's.

use specd_app::catalog::ServedSpec;
use specd_app::records::{Permit, permit};
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Operation;

use crate::problem::{Problem, of_record};

/// The permit without which no record can be reached.
pub(crate) fn check<'a>(
    served: &'a ServedSpec,
    caller: &'a Caller,
    operation: Operation,
) -> Result<Permit<'a>, Problem> {
    permit(served, caller, operation).map_err(of_record::problem)
}
