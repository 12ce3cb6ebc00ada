//! What is counted of a request: that it is under way, and how it ended. Its words are the document's; nothing that a client
//! chooses is counted apart.

use std::sync::Arc;
use std::time::Duration;

use specd_app::catalog::ServedSpec;
use specd_app::ports::telemetry::{Rejection, SpecMeter, Telemetry};

use crate::exchange::Trail;
use crate::state::HttpState;

/// A request under way; it is so no longer when this is dropped, answered or given up.
pub(crate) struct UnderWay<'a>(&'a dyn Telemetry);

impl<'a> UnderWay<'a> {
    /// Counts a request.
    pub(crate) fn count(state: &'a HttpState) -> Self {
        let telemetry = &*state.ports.telemetry;
        telemetry.begun();
        Self(telemetry)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.over();
    }
}

/// Counts an answer.
pub(crate) fn answered(state: &HttpState, trail: &Trail, status: u16, took: Duration) {
    let telemetry = &state.ports.telemetry;
    let meter = trail.served.as_deref().map(|served| meter(state, served));
    match (meter, trail.operation) {
        (Some(meter), Some(operation)) => meter.answered(operation, status, took),
        _ => telemetry.answered_other(status, took),
    }
    match (trail.rejection, meter) {
        (Some(rejection), Some(meter)) => meter.rejected(rejection),
        (Some(rejection), None) => telemetry.rejected_other(rejection),
        (None, _) => {}
    }
}

/// Counts an answer whose status the document does not list.
pub(crate) fn undeclared(state: &HttpState, served: &ServedSpec) {
    meter(state, served).undeclared();
}

/// Notes on the trail why the request was turned away, where it was.
pub(crate) fn noted<T, E>(
    outcome: Result<T, E>,
    rejection: Rejection,
    trail: &mut Trail,
) -> Result<T, E> {
    if outcome.is_err() {
        trail.rejection = Some(rejection);
    }
    outcome
}

/// Where the requests of a document are counted.
pub(crate) fn meter<'a>(state: &HttpState, served: &'a ServedSpec) -> &'a Arc<dyn SpecMeter> {
    let slot = &served.compiled.meter;
    slot.get_or_init(|| state.ports.telemetry.meter(served))
}
