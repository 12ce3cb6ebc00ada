//! The six operations on records: each its own file, one answer each.

use specd_app::records::{Permit, RecordError};
use specd_domain::endpoint::Operation;
use specd_domain::record::Record;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::pipeline::parameters::Parameters;
use crate::problem::{Problem, of_record};

mod create;
mod delete;
mod list;
mod patch;
mod place;
mod read;
mod replace;

/// Does what a checked request asks, and answers.
pub(crate) async fn run(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    id: Option<&str>,
    parameters: Parameters,
    body: &[u8],
) -> Result<Answer, Problem> {
    let id = id.unwrap_or_default();
    let outcome = match permit.endpoint().operation {
        Operation::Create => create::answer(exchange, permit, body).await,
        Operation::List => list::answer(exchange, permit, parameters).await,
        Operation::Read => read::answer(exchange, permit, id).await,
        Operation::Replace => replace::answer(exchange, permit, id, body).await,
        Operation::Patch => patch::answer(exchange, permit, id, body).await,
        Operation::Delete => delete::answer(exchange, permit, id).await,
    };
    outcome.map_err(|error: RecordError| of_record::problem(error, exchange))
}

/// The document's success code with the record's representation and its tag.
fn shown(permit: Permit<'_>, record: &Record) -> Answer {
    let status = permit.endpoint().success;
    let mut answer = match &permit.compiled().answer {
        Some(projection) => {
            let mut json = String::new();
            projection.write_json(&mut json, &record.row);
            Answer::with_body(status, "application/json", json.into_bytes())
        }
        None => Answer::empty(status),
    };
    answer.set("etag", &place::tag(permit, record));
    answer
}
