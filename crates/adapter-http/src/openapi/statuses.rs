//! The statuses that an operation can answer with: its success, the document's list, and the protocol's.

use specd_domain::Spec;
use specd_domain::endpoint::{Endpoint, Operation};

/// The statuses other than the success, rising.
pub(crate) fn of(spec: &Spec, endpoint: &Endpoint) -> Vec<u16> {
    let operation = endpoint.operation;
    let mut statuses = vec![400, 404, 405, 410, 413, 414, 429, 431, 500, 503];
    if !spec.access.is_open() {
        statuses.extend([401, 403]);
    }
    if !endpoint.response.is_empty() && endpoint.success != 204 {
        statuses.push(406);
    }
    match operation {
        Operation::List => {}
        Operation::Read => statuses.extend([304, 412]),
        Operation::Create => statuses.extend([409, 415, 422]),
        Operation::Replace => statuses.extend([409, 412, 415]),
        Operation::Patch => statuses.extend([409, 412, 415, 422]),
        Operation::Delete => statuses.extend([409, 412]),
    }
    let method = operation.method();
    if spec
        .if_match_required
        .iter()
        .any(|required| required.value == method)
    {
        statuses.push(428);
    }
    // What the document lists and the server has no answer for stays out: 418 would be a promise of nobody's.
    statuses.extend(
        endpoint
            .statuses
            .iter()
            .filter(|status| **status >= 300 && super::problems::response(**status).is_some()),
    );
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}
