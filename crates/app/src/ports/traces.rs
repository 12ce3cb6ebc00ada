//! Traces: requests that are followed through their steps. Few are, and the others make no span at all.

use tracing::{Span, info_span};

/// The target of the spans that make a trace; log lines have other targets.
pub const TARGET: &str = "specd_trace";

/// The trace that a request belongs to (W3C Trace Context).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// Its id, not zero.
    pub trace: u128,
    /// The caller's part of it; `None` where the trace begins here.
    pub parent: Option<TraceParent>,
}

/// The caller's part of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    /// The id of its span, not zero.
    pub span: u64,
    /// Whether it is traced there.
    pub is_sampled: bool,
}

/// Who decides what is traced, and takes what was.
pub trait Traces: Send + Sync {
    /// Whether a request is traced; asked once, before anything is made for it.
    fn is_sampled(&self, context: TraceContext) -> bool;

    /// Makes `span`, which is that of a whole request and has its name by now, a part of its trace.
    fn begin(&self, span: &Span, context: TraceContext);
}

/// A span for a step of what is traced on this thread, and none where nothing is.
pub fn step(name: &'static str) -> Span {
    if Span::current().is_disabled() {
        return Span::none();
    }
    info_span!(target: TARGET, "step", otel.name = name)
}
