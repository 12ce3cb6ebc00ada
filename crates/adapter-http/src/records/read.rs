//! `GET` of one record.

use specd_app::records::{Permit, RecordError, read};

use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;

pub(super) async fn answer(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    id: &str,
) -> Result<Answer, RecordError> {
    let work = read(permit, id, &*exchange.state.ports.records);
    let record = deadline::read(exchange.state, work).await?;
    Ok(super::shown(permit, &record))
}
