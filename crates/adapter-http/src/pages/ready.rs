//! `/readyz`: whether this server can serve: its database answers, its specs are loaded, and it is not about to stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::rt::time::timeout;
use specd_app::ports::store::StoreError;
use tokio::sync::Mutex;

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

#[derive(Clone, Debug)]
struct Look {
    begun: Instant,
    found: Result<(), Missing>,
}

/// What is wrong, and what the database said of it.
#[derive(Clone, Debug)]
struct Missing(&'static str, Option<Arc<StoreError>>);

/// 200 with what was looked at, or a problem that says what is missing.
pub(super) async fn answer(exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    let state = exchange.state;
    if state.is_draining() {
        return Err(of_record::unavailable().detail("the server is about to stop"));
    }
    let looked = look(state, Instant::now()).await;
    looked.map_err(|Missing(what, why)| {
        let problem = of_record::unavailable().detail(what);
        match why {
            Some(why) => problem.cause(why),
            None => problem,
        }
    })?;
    let specs = state.ports.catalog.load().specs().len();
    if specs == 0 {
        return Err(of_record::unavailable().detail("no document is served"));
    }
    let body = format!("{{\"status\":\"ready\",\"database\":\"ready\",\"specs\":{specs}}}");
    Ok(super::json(&body))
}

/// What a look at the database finds that began when the question was there already.
async fn look(state: &HttpState, asked: Instant) -> Result<(), Missing> {
    let mut last = state.readiness.0.lock().await;
    if let Some(look) = &*last
        && look.begun >= asked
    {
        return look.found.clone();
    }
    let begun = Instant::now();
    let found = match timeout(DEADLINE, state.ports.health.ready()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            let why = Some(Arc::new(error));
            Err(Missing("the database is not ready", why))
        }
        Err(_) => Err(Missing("the database does not answer in time", None)),
    };
    *last = Some(Look {
        begun,
        found: found.clone(),
    });
    found
}
