//! Flow diagrams compared with what requests did: which step took how long, which never happened, which came out of order
//! (spec-language, section 5; ADR 0026).

mod compare;
mod events;
mod expected;
mod findings;
mod lanes;
mod observed;
mod plan;
mod roles;
mod trace;
mod words;

pub use compare::{Conflict, Outcome, Told};
pub use findings::Findings;
pub use observed::{Observed, Request, Step, Time, Verb};
pub use plan::Plan;
pub use trace::{Span, Tree};
