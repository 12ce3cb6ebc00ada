//! Sweeping: answers whose time is over are forgotten, and callers who have too many are noted.

use super::claims::Claims;
use crate::ports::answers::AnswerRepository;
use crate::ports::clock::Clock;
use crate::ports::store::StoreError;

/// So many answers are deleted in one transaction, so that writes never wait long for it.
const BATCH: u32 = 1_000;

/// Deletes every answer that has expired, a batch at a time, and notes the callers who have more than `kept_per_caller`
/// left. It tells how many were deleted.
///
/// # Errors
/// The store could not do it; what is noted stays as it was.
pub async fn sweep(
    claims: &Claims,
    kept_per_caller: u64,
    answers: &dyn AnswerRepository,
    clock: &dyn Clock,
) -> Result<u64, StoreError> {
    let now = clock.now();
    let mut swept = 0;
    loop {
        let deleted = answers.purge(now, BATCH).await?;
        swept += deleted;
        if deleted < u64::from(BATCH) {
            break;
        }
    }
    let crowded = answers.crowded(kept_per_caller).await?;
    claims.note_crowded(crowded.into_iter().map(|(caller, _)| caller).collect());
    Ok(swept)
}
