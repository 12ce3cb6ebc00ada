//! specd over HTTP: a request in, an answer out. What every resource has in common is `docs/http-api.md`.
//!
//! [`server::start`] serves. Every request walks through `pipeline`; nothing here is generated per document, so that a
//! swap of the catalog is all that a change of documents takes.

mod answer;
mod deadline;
mod edge;
mod exchange;
mod forwarded;
mod handler;
mod lifecycle;
mod line;
mod measured;
pub mod openapi;
mod overload;
mod pages;
mod panic_guard;
mod percent;
mod pipeline;
mod problem;
mod records;
pub mod server;
pub mod settings;
mod spans;
pub mod standing;
pub mod state;
mod trace;

pub use edge::tls::TlsError;
pub use server::{ListenError, RunningServer, Stopper, start};
pub use settings::HttpSettings;
pub use state::{HttpPorts, HttpState};
