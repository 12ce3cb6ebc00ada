//! `/readyz`: whether this server can serve: its database answers, its specs are loaded, and it is not about to stop.

use std::time::Duration;

use actix_web::rt::time::timeout;
use tracing::warn;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::{Problem, of_record};

/// A database that takes longer is not ready.
const DEADLINE: Duration = Duration::from_secs(2);

/// 200 with what was looked at, or a problem that says what is missing.
pub(super) async fn answer(exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    let state = exchange.state;
    if state.is_draining() {
        return Err(of_record::unavailable().detail("the server is about to stop"));
    }
    match timeout(DEADLINE, state.ports.health.ready()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            warn!(reason = of_record::chain(&error), "not ready");
            return Err(of_record::unavailable().detail("the database is not ready"));
        }
        Err(_) => {
            return Err(of_record::unavailable().detail("the database does not answer in time"));
        }
    }
    let specs = state.ports.catalog.load().specs().len();
    if specs == 0 {
        return Err(of_record::unavailable().detail("no document is served"));
    }
    let body = format!("{{\"status\":\"ready\",\"database\":\"ready\",\"specs\":{specs}}}");
    Ok(super::json(&body))
}
