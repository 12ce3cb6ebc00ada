//! `PATCH`: the record as it is after the merge.

use specd_app::records::{Permit, RecordError, patch};

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
    let work = patch(
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
