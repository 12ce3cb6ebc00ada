//! Overload: what the server refuses at once, so that it answers the rest in time.
//!
//! Reads and writes have a [`gate`] each, before the store; [`memory`] is watched for all. Health is outside of both.

use std::time::Duration;

use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Operation;

use crate::exchange::Exchange;
use crate::forwarded::Network;
use crate::problem::{Kind, Problem};
use crate::settings::HttpSettings;
use gate::{Gate, Place};
use memory::Memory;

mod gate;
mod memory;

/// Writes that may be under way at once. A disk that needs ten milliseconds for each still ends them within half of the
/// deadline of a request.
const WRITES: usize = 256;
/// Reads that may be under way at once.
const READS: usize = 512;
/// Requests that may wait for either.
const WAITING: usize = 1024;
/// How long a request may wait for its place.
const PATIENCE: Duration = Duration::from_millis(100);
/// When to come again, in seconds.
const RETRY_AFTER: &str = "1";

/// What is refused under load.
pub(crate) struct Overload {
    /// The memory.
    pub(crate) memory: Memory,
    reads: Gate,
    writes: Gate,
}

impl Overload {
    /// Nothing is under way.
    pub(crate) fn new(settings: &HttpSettings) -> Self {
        Self {
            memory: Memory::new(settings.memory_budget),
            reads: Gate::new(READS, WAITING, PATIENCE),
            writes: Gate::new(WRITES, WAITING, PATIENCE),
        }
    }
}

/// Refuses everything but health while the memory is exhausted.
pub(crate) fn check_memory(exchange: &Exchange<'_>) -> Result<(), Problem> {
    let is_health = matches!(exchange.path(), "/healthz" | "/readyz");
    if is_health || !exchange.state.overload.memory.is_exhausted() {
        return Ok(());
    }
    Err(overloaded())
}

/// Row 15: a place among the reads or the writes, which is held until it is dropped.
pub(crate) async fn admit<'a>(
    exchange: &Exchange<'a>,
    operation: Operation,
    who: &str,
) -> Result<Place<'a>, Problem> {
    let overload = &exchange.state.overload;
    let gate = match operation {
        Operation::List | Operation::Read => &overload.reads,
        Operation::Create | Operation::Replace | Operation::Patch | Operation::Delete => {
            &overload.writes
        }
    };
    gate.enter(who).await.ok_or_else(overloaded)
}

/// There is too much to do.
pub(crate) fn overloaded() -> Problem {
    Problem::new(Kind::Overloaded).header("retry-after", RETRY_AFTER)
}

/// Who a request is counted for: its caller; an unnamed one, whom only a document that asks nobody lets in, goes by its
/// address.
pub(crate) fn name(exchange: &Exchange<'_>, caller: &Caller) -> String {
    caller
        .identity()
        .unwrap_or_else(|| format!("peer:{}", Network::of(exchange)))
}
