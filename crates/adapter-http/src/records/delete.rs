//! `DELETE`: nothing, or the record as it was where the document wants it shown.

use specd_app::records::{Permit, RecordError, delete};

use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;

pub(super) async fn answer(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    id: &str,
) -> Result<Answer, RecordError> {
    let work = delete(permit, id, &*exchange.state.ports.records);
    let deleted = deadline::write(exchange.state, work).await?;
    let mut answer = match deleted {
        Some(record) => super::shown(permit, &record),
        None => Answer::empty(permit.endpoint().success),
    };
    // What is gone has no tag.
    answer.unset("etag");
    Ok(answer)
}
