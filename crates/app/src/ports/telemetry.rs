//! What is counted of requests and of the queues before the store.
//!
//! Each of these but [`SpecMeter::measured`] is called for every request: an implementation takes no lock there, asks for no
//! memory and looks up no name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use specd_domain::endpoint::Operation;
use specd_domain::objective::Measured;

use crate::catalog::ServedSpec;

/// Why a request is turned away before its work begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// No place among the reads or the writes was free in time.
    Overloaded,
    /// The memory is exhausted.
    Memory,
    /// The caller has used up the document's limit, or the server's own.
    RateLimit,
    /// The address has used up its limit.
    PeerLimit,
}

impl Rejection {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Overloaded,
        Self::Memory,
        Self::RateLimit,
        Self::PeerLimit,
    ];

    /// The word in a label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overloaded => "overloaded",
            Self::Memory => "memory",
            Self::RateLimit => "rate_limit",
            Self::PeerLimit => "peer_limit",
        }
    }
}

/// Counts what happens to requests.
pub trait Telemetry: fmt::Debug + Send + Sync {
    /// A request is under way.
    fn begun(&self);

    /// It is so no longer: answered, or given up.
    fn over(&self);

    /// The meter of a document. Asked for once in the life of a revision; its counts go on from those of the revision
    /// before.
    fn meter(&self, served: &ServedSpec) -> Arc<dyn SpecMeter>;

    /// A request was answered that is none of a declared endpoint.
    fn answered_other(&self, status: u16, took: Duration);

    /// A request was turned away before it was known which document it is for.
    fn rejected_other(&self, rejection: Rejection);
}

/// Counts the requests of one document.
pub trait SpecMeter: fmt::Debug + Send + Sync {
    /// A request to a declared endpoint was answered.
    fn answered(&self, operation: Operation, status: u16, took: Duration);

    /// A request was turned away.
    fn rejected(&self, rejection: Rejection);

    /// An answer had a status that the document does not list.
    fn undeclared(&self);

    /// What was counted so far, of all its endpoints; `None` where nothing is.
    fn measured(&self) -> Option<Measured>;
}

/// Watches a queue.
pub trait QueueMeter: fmt::Debug + Send + Sync {
    /// A piece of work waited for so long, and is begun.
    fn waited(&self, time: Duration);

    /// So many pieces of work are begun together.
    fn taken(&self, count: usize);

    /// A piece of work waited for too long, or found too many before it.
    fn refused(&self);
}

/// Gives each queue of a store its meter.
pub trait QueueMeters {
    /// The meter of the queue of this name.
    fn of_queue(&self, name: &'static str) -> Arc<dyn QueueMeter>;
}

/// Counts nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Telemetry for Silent {
    fn begun(&self) {}

    fn over(&self) {}

    fn meter(&self, _served: &ServedSpec) -> Arc<dyn SpecMeter> {
        Arc::new(Self)
    }

    fn answered_other(&self, _status: u16, _took: Duration) {}

    fn rejected_other(&self, _rejection: Rejection) {}
}

impl SpecMeter for Silent {
    fn answered(&self, _operation: Operation, _status: u16, _took: Duration) {}

    fn rejected(&self, _rejection: Rejection) {}

    fn undeclared(&self) {}

    fn measured(&self) -> Option<Measured> {
        None
    }
}
