//! What specd says of itself, and what follows from the objectives of documents: structured logs, traces, alert rules,
//! dashboards and runbooks.

pub mod contract;
pub mod dashboard;
pub mod logs;
pub mod metrics;
pub mod recorded;
pub mod rules;
pub mod runbook;
pub mod status;
pub mod traces;

mod client;
mod markdown;
mod promql;
mod wording;
mod yaml;

pub use traces::dropped;
