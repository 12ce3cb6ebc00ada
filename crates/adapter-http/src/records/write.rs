//! A write that was checked, with all that it needs: it can outlive its request.
//!
//! A request with an idempotency key is done to its end even when nobody waits for it any more, so that its key is in use
//! for exactly as long as it runs.

use std::sync::Arc;

use actix_web::rt;
use actix_web::web::Bytes;
use specd_app::catalog::ServedSpec;
use specd_app::idempotency::Ticket;
use specd_app::ports::answers::MakeAnswer;
use specd_app::ports::clock::Clock;
use specd_app::ports::entropy::Entropy;
use specd_app::ports::records::RecordRepository;
use specd_app::records::{
    Permit, RecordError, WriteOptions, create, delete, patch, permit, replace,
};
use specd_domain::access::caller::Caller;
use specd_domain::endpoint::Operation;
use specd_domain::record::Record;
use tracing::Instrument as _;

use super::shown::shown;
use crate::answer::Answer;
use crate::deadline;
use crate::exchange::Exchange;
use crate::panic_guard::unless_it_panics;

/// A write.
pub(super) struct Write {
    served: Arc<ServedSpec>,
    caller: Arc<Caller>,
    operation: Operation,
    id: String,
    body: Bytes,
    options: WriteOptions,
    records: Arc<dyn RecordRepository>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Write {
    pub(super) fn new(
        exchange: &Exchange<'_>,
        (served, caller): (&Arc<ServedSpec>, &Arc<Caller>),
        permit: Permit<'_>,
        id: &str,
        body: Bytes,
        options: WriteOptions,
    ) -> Self {
        let ports = &exchange.state.ports;
        Self {
            served: Arc::clone(served),
            caller: Arc::clone(caller),
            operation: permit.endpoint().operation,
            id: id.to_owned(),
            body,
            options,
            records: Arc::clone(&ports.records),
            clock: Arc::clone(&ports.clock),
            entropy: Arc::clone(&ports.entropy),
        }
    }

    /// Does it, under its idempotency key where it has one.
    pub(super) async fn answer(
        mut self,
        exchange: &Exchange<'_>,
        ticket: Option<Ticket>,
    ) -> Result<Answer, RecordError> {
        let gate = self.options.gate.clone();
        let Some(ticket) = ticket else {
            // Boxed: the future of a request is large enough without it.
            return deadline::write(exchange.state, &gate, Box::pin(self.run())).await;
        };
        self.options.claim = Some(ticket.claim(self.served.spec.number, self.kept_answer()));
        let keyed = async move {
            let outcome = self.run().await;
            // The key is free from here on, and what was stored can be found.
            drop(ticket);
            outcome
        };
        let running = rt::spawn(unless_it_panics(keyed).in_current_span());
        let done = async {
            let ended = running.await;
            let ended = ended.map_err(|error| RecordError::Failed(Box::new(error)))?;
            ended.unwrap_or_else(|panicked| Err(RecordError::Failed(Box::new(panicked))))
        };
        deadline::write(exchange.state, &gate, done).await
    }

    async fn run(&self) -> Result<Answer, RecordError> {
        let permit = permit(&self.served, &self.caller, self.operation)?;
        let (id, body, options) = (&self.id, &self.body, &self.options);
        let (records, clock, entropy) = (&*self.records, &*self.clock, &*self.entropy);
        let record = match self.operation {
            Operation::Create => create(permit, body, options, records, clock, entropy)
                .await
                .map(Some),
            Operation::Replace => replace(permit, id, body, options, records, clock, entropy)
                .await
                .map(Some),
            Operation::Patch => patch(permit, id, body, options, records, clock, entropy)
                .await
                .map(Some),
            Operation::Delete => delete(permit, id, options, records).await,
            Operation::List | Operation::Read => Err(RecordError::Forbidden { scopes: Vec::new() }),
        }?;
        Ok(self.shown(permit, record.as_ref()))
    }

    fn shown(&self, permit: Permit<'_>, record: Option<&Record>) -> Answer {
        let mut answer = match record {
            Some(record) => shown(&self.served, self.operation, record),
            None => Answer::empty(permit.endpoint().success),
        };
        if self.options.is_rehearsal {
            // They would name what is not there.
            answer.unset("etag");
            answer.unset("location");
        }
        answer
    }

    /// Makes the answer that is kept: the one that the caller gets.
    fn kept_answer(&self) -> MakeAnswer {
        let served = Arc::clone(&self.served);
        let operation = self.operation;
        Arc::new(move |record| shown(&served, operation, record).into_stored())
    }
}
