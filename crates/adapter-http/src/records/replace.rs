//! `PUT`: the record as it is now.

use specd_app::records::{Permit, RecordError, replace};

use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;

pub(super) async fn answer(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    id: &str,
    body: &[u8],
) -> Result<Answer, RecordError> {
    let ports = &exchange.state.ports;
    let work = replace(
        permit,
        id,
        body,
        &*ports.records,
        &*ports.clock,
        &*ports.entropy,
    );
    let record = deadline::write(exchange.state, work).await?;
    Ok(super::shown(permit, &record))
}
