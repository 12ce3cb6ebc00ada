//! Which statuses an answer may have (http-contract, section 1): the document's, and those that every document inherits.

use specd_domain::endpoint::{Endpoint, Operation};

/// The statuses of the protocol.
const PROTOCOL: [u16; 15] = [
    304, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 428, 429, 431, 503,
];
/// What an endpoint without a list may answer besides.
const WITHOUT_A_LIST: [u16; 4] = [400, 401, 403, 500];

/// Whether the endpoint may answer with `status`.
pub(crate) fn is_listed(endpoint: &Endpoint, status: u16) -> bool {
    let operation = endpoint.operation;
    let list = endpoint.statuses.as_slice();
    let is_bare = list.iter().all(|listed| (200..300).contains(listed));
    // Where neither body nor filters can be wrong, no author is asked to list 400; an unknown parameter or a malformed
    // condition is one all the same.
    let is_plain = !operation.has_body() && operation != Operation::List;
    status == endpoint.success
        || (is_plain && status == 400)
        || list.contains(&status)
        || PROTOCOL.contains(&status)
        || (is_bare && WITHOUT_A_LIST.contains(&status))
}
