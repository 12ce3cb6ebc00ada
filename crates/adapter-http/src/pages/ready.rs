//! `/readyz`: whether this server can serve: its database answers, its specs are loaded, and it is not about to stop.

use std::time::{Duration, Instant};

use actix_web::rt::time::timeout;
use tokio::sync::Mutex;
use tracing::warn;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::{Problem, of_record};
use crate::state::HttpState;

/// A database that takes longer is not ready.
const DEADLINE: Duration = Duration::from_secs(2);

/// The last look at the database. Anybody may ask whether the server is ready, as often as they like: all who ask while
/// somebody looks share the next look.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<Look>>);

#[derive(Clone, Copy, Debug)]
struct Look {
    begun: Instant,
    /// What is wrong.
    found: Result<(), &'static str>,
}

/// 200 with what was looked at, or a problem that says what is missing.
pub(super) async fn answer(exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    let state = exchange.state;
    if state.is_draining() {
        return Err(of_record::unavailable().detail("the server is about to stop"));
    }
    let looked = look(state, Instant::now()).await;
    looked.map_err(|missing| of_record::unavailable().detail(missing))?;
    let specs = state.ports.catalog.load().specs().len();
    if specs == 0 {
        return Err(of_record::unavailable().detail("no document is served"));
    }
    let body = format!("{{\"status\":\"ready\",\"database\":\"ready\",\"specs\":{specs}}}");
    Ok(super::json(&body))
}

/// What a look at the database finds that began when the question was there already.
async fn look(state: &HttpState, asked: Instant) -> Result<(), &'static str> {
    let mut last = state.readiness.0.lock().await;
    if let Some(look) = *last
        && look.begun >= asked
    {
        return look.found;
    }
    let begun = Instant::now();
    let found = match timeout(DEADLINE, state.ports.health.ready()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            warn!(reason = of_record::chain(&error), "not ready");
            Err("the database is not ready")
        }
        Err(_) => Err("the database does not answer in time"),
    };
    *last = Some(Look { begun, found });
    found
}
