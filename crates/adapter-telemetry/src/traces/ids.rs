//! Ids of spans and traces. A request has its trace id before it has a span: that of its log line and of its problem.

use std::cell::Cell;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

thread_local! {
    static GIVEN: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// Runs `begin`; a trace that begins in it on this thread has this id.
pub(super) fn within(trace: TraceId, begin: impl FnOnce()) {
    GIVEN.set(Some(trace));
    begin();
    GIVEN.set(None);
}

/// Given ids of traces, and random ones.
#[derive(Debug, Default)]
pub(super) struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        GIVEN.take().unwrap_or_else(|| self.0.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}
