//! The six operations on records: each its own file, one answer each.

use std::sync::Arc;

use actix_web::web::Bytes;
use specd_app::records::{Conditions, Permit, RecordError, WriteOptions, judge_body};
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Operation;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::pipeline::idempotency::{self, Keyed};
use crate::pipeline::parameters::Parameters;
use crate::pipeline::route::Asked;
use crate::problem::{Problem, of_record};
use write::Write;

mod list;
mod place;
mod read;
mod shown;
mod write;

/// A request after the first ten rows.
pub(crate) struct Checked<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) caller: &'a Arc<Caller>,
    pub(crate) permit: Permit<'a>,
    pub(crate) keyed: Option<Keyed>,
    pub(crate) parameters: Parameters,
    pub(crate) conditions: Conditions,
    pub(crate) body: Bytes,
}

/// Does what a checked request asks, and answers.
pub(crate) async fn run(exchange: &Exchange<'_>, checked: Checked<'_>) -> Result<Answer, Problem> {
    let permit = checked.permit;
    let id = checked.asked.id.as_deref().unwrap_or_default();
    let outcome = match permit.endpoint().operation {
        Operation::List => list::answer(exchange, permit, checked.parameters).await,
        Operation::Read => read::answer(exchange, permit, id, &checked.conditions).await,
        _ => return write(exchange, checked, id).await,
    };
    outcome.map_err(of_record::problem)
}

/// What is wrong with a request that could not be given a place: its body comes before that (rows 10 and 11), and can be judged
/// without the store.
pub(crate) fn fault(exchange: &Exchange<'_>, checked: &Checked<'_>) -> Option<Problem> {
    let ports = &exchange.state.ports;
    let judged = judge_body(
        checked.permit,
        &checked.body,
        &*ports.clock,
        &*ports.entropy,
    );
    judged.err().map(of_record::problem)
}

async fn write(exchange: &Exchange<'_>, checked: Checked<'_>, id: &str) -> Result<Answer, Problem> {
    let options = WriteOptions {
        conditions: checked.conditions,
        is_rehearsal: checked.parameters.is_rehearsal(),
        ..WriteOptions::default()
    };
    let permit = checked.permit;
    let served = &checked.asked.served;
    let who = checked.caller;
    let write = Write::new(exchange, (served, who), permit, id, checked.body, options);
    let Some(keyed) = checked.keyed else {
        let outcome = write.answer(exchange, None).await;
        return outcome.map_err(of_record::problem);
    };
    let (ticket, key, fingerprint) = keyed.apart();
    let error = match write.answer(exchange, Some(ticket)).await {
        Ok(answer) => return Ok(answer),
        Err(error) => error,
    };
    if may_be_of_another(&error) {
        let kept = idempotency::answered_by_another(exchange, permit, &key, fingerprint);
        if let Some(answer) = Box::pin(kept).await? {
            return Ok(answer);
        }
    }
    Err(of_record::problem(error))
}

/// Whether a keyed write may be refused for no other reason than that another server has done the same request since the
/// key was looked up: the record has another tag by now, or is gone, or has the value that must be unique.
fn may_be_of_another(error: &RecordError) -> bool {
    matches!(
        error,
        RecordError::Claimed
            | RecordError::PreconditionFailed { .. }
            | RecordError::NotThere
            | RecordError::Conflict { .. }
            | RecordError::Contended
            | RecordError::Violations(_)
    )
}
