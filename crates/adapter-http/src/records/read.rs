//! `GET` of one record: as it is, or 304 for a caller who has it already.

use specd_app::records::{Conditions, Found, Permit, RecordError, read};

use super::shown::answer_of;
use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;

pub(super) async fn answer(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    id: &str,
    conditions: &Conditions,
) -> Result<Answer, RecordError> {
    let work = read(permit, id, conditions, &*exchange.state.ports.records);
    match deadline::read(exchange.state, work).await? {
        Found::New { json, tag } => {
            let mut answer = answer_of(permit.endpoint().success, Some(permit.compiled()), |_| {
                json.into_exposed()
            });
            answer.set("etag", &tag.to_string());
            Ok(answer)
        }
        Found::Known(tag) => {
            let mut answer = Answer::empty(304);
            answer.set("etag", &tag.to_string());
            Ok(answer)
        }
    }
}
