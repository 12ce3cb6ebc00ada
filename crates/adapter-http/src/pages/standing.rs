//! `/specs/<number>.json`: one document as it is now, and whether it is kept. It changes with every request and is never kept.

use std::sync::Arc;

use specd_app::catalog::ServedSpec;
use specd_domain::objective::{DocumentStanding, Witnessed};

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::measured::meter;
use crate::standing;

/// How to have what is not counted counted.
const HINT: &str = "nothing is counted: start specd with `--metrics-listen 127.0.0.1:9464`";

/// Where a document stands, by what this server has counted itself.
pub(super) async fn answer(exchange: &Exchange<'_>, served: &Arc<ServedSpec>) -> Answer {
    let state = exchange.state;
    let spec = &served.spec;
    if spec.rollout.flag.is_some() {
        // Where the database is away, what was seen before is told, and the log has it.
        let _ = state.refresh_rollouts().await;
    }
    let measured = meter(state, served).measured();
    let note = measured.is_none().then_some(HINT);
    let witnessed = Witnessed {
        revision: Some(served.revision),
        percent: state.rollout_percent(spec),
        measured,
    };
    let standing = DocumentStanding::of(spec, &witnessed);
    super::json(&standing::document(&standing, note))
}
