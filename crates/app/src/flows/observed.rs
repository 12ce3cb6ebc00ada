//! What is known of a request that was traced.

use specd_domain::endpoint::Operation;

/// A step of a request that has a span of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Who calls.
    Authentication,
    /// Whether the document is rolled out to the caller.
    Exposure,
    /// Whether the caller may.
    Authorization,
    /// Whether the caller may now.
    Limits,
    /// Whether it was done before.
    Idempotency,
    /// The body arrives.
    Body,
    /// The wait for a place.
    Capacity,
    /// What was asked for is done.
    Work,
    /// The body is read and judged.
    Validation,
    /// The wait for a thread of the store.
    Queue,
    /// A statement.
    Statement(Verb),
    /// What a statement did is kept.
    Commit,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// `INSERT`.
    Insert,
    /// `SELECT`.
    Select,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
}

/// From when to when, in nanoseconds since the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    /// The beginning.
    pub start_ns: u64,
    /// The end. Where it lies before the beginning it took no time.
    pub end_ns: u64,
}

/// A step that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Which.
    pub step: Step,
    /// When.
    pub time: Time,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What was asked for.
    pub operation: Operation,
    /// The status of the answer.
    pub status: u16,
    /// When.
    pub time: Time,
    /// What happened, in any order.
    pub steps: Vec<Observed>,
}

impl Step {
    /// The step of a span of this name; `None` where it is none.
    pub fn of_span(name: &str) -> Option<Self> {
        let step = match name {
            "authentication" => Self::Authentication,
            "exposure" => Self::Exposure,
            "authorization" => Self::Authorization,
            "limits" => Self::Limits,
            "idempotency" => Self::Idempotency,
            "body" => Self::Body,
            "capacity" => Self::Capacity,
            "create" | "read" | "list" | "replace" | "patch" | "delete" => Self::Work,
            "validation" => Self::Validation,
            "queue" => Self::Queue,
            "commit" => Self::Commit,
            _ => Self::Statement(match name.split_once(' ')?.0 {
                "INSERT" => Verb::Insert,
                "SELECT" => Verb::Select,
                "UPDATE" => Verb::Update,
                "DELETE" => Verb::Delete,
                _ => return None,
            }),
        };
        Some(step)
    }

    /// Whether every request that comes so far has a span of it. Not each store waits or commits, and only bodies are judged.
    pub(super) const fn is_always_told(self, operation: Operation) -> bool {
        match self {
            Self::Queue | Self::Commit => false,
            Self::Validation => operation.has_body(),
            _ => true,
        }
    }
}

impl Time {
    /// How long it took, in nanoseconds.
    pub const fn took_ns(self) -> u64 {
        self.end_ns.saturating_sub(self.start_ns)
    }

    /// Its end, not before its beginning.
    pub(super) fn end(self) -> u64 {
        self.end_ns.max(self.start_ns)
    }
}

impl Request {
    /// Whether it was refused, or answered without its work: what the diagram has behind that cannot have happened.
    pub(super) fn is_cut_short(&self) -> bool {
        let mut steps = self.steps.iter();
        self.status >= 400 || !steps.any(|observed| observed.step == Step::Work)
    }
}
