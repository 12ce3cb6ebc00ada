//! `GET` of one record: as it is, or 304 for a caller who has it already.

use specd_app::records::{Conditions, EntityTag, Found, Permit, RecordError, read};
use specd_domain::endpoint::Operation;

use super::shown::shown;
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
        Found::New(record) => Ok(shown(permit.served(), Operation::Read, &record)),
        Found::Known(record) => {
            let mut answer = Answer::empty(304);
            let tag = EntityTag::of_record(permit.served(), &record);
            answer.set("etag", &tag.to_string());
            Ok(answer)
        }
    }
}
