//! Row 5: whether the rollout lets this caller in.

use std::time::Duration;

use specd_app::records::{RecordError, permit};
use specd_domain::access::caller::Caller;
use specd_domain::rollout::is_in;

use super::route::{Asked, not_found};
use crate::deadline::in_time;
use crate::exchange::{Exchange, Trail};
use crate::problem::{Kind, Problem, of_record};

/// How long a request waits for a look at the stages, where it could go on with those that were last seen.
const PATIENCE: Duration = Duration::from_millis(250);

/// Refuses a caller who is not in yet. Only one who may do what it asks is told why; to any other the path is one that
/// nobody has declared, and nothing is left on the trail that would say otherwise.
pub(crate) async fn check(
    exchange: &Exchange<'_>,
    asked: &Asked,
    caller: &Caller,
    trail: &mut Trail,
) -> Result<(), Problem> {
    let Some(flag) = &asked.served.spec.rollout.flag else {
        return Ok(());
    };
    if is_in(&flag.value, caller, percent(exchange, asked).await?) {
        return Ok(());
    }
    if permit(&asked.served, caller, asked.operation).is_ok() {
        return Err(Problem::new(Kind::NotEnabled).heading("Rollout Plan"));
    }
    trail.served = None;
    trail.operation = None;
    Err(not_found())
}

/// The share of callers that is in. While the database is away it is the one that was last seen; where none ever was,
/// nobody can tell who is in.
async fn percent(exchange: &Exchange<'_>, asked: &Asked) -> Result<u8, Problem> {
    let (state, spec) = (exchange.state, &asked.served.spec);
    let is_known = state.stages.percent(spec).is_some();
    let patience = if is_known {
        PATIENCE.min(state.settings.store_deadline)
    } else {
        state.settings.store_deadline
    };
    let looked = in_time(|| patience, state.stages.refresh()).await;
    if let Some(percent) = state.stages.percent(spec) {
        return Ok(percent);
    }
    let error = match looked {
        Ok(Err(error)) => error.into(),
        _ => RecordError::Unavailable("the stages of the rollouts came too late".into()),
    };
    Err(of_record::problem(error))
}
