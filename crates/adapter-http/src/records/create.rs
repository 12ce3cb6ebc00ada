//! `POST`: the record's place, with where it is now.

use specd_app::records::{Permit, RecordError, create};
use specd_domain::endpoint::Operation;

use super::place;
use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;

pub(super) async fn answer(
    exchange: &Exchange<'_>,
    permit: Permit<'_>,
    body: &[u8],
) -> Result<Answer, RecordError> {
    let ports = &exchange.state.ports;
    let work = create(
        permit,
        body,
        &*ports.records,
        &*ports.clock,
        &*ports.entropy,
    );
    let record = deadline::write(exchange.state, work).await?;
    let mut answer = super::shown(permit, &record);
    // A record that nobody can read has no place (ruling C05).
    let is_readable = permit.spec().endpoint(Operation::Read).is_some();
    if let Some(location) = place::location(permit, &record).filter(|_| is_readable) {
        answer.set("location", &location);
    }
    Ok(answer)
}
