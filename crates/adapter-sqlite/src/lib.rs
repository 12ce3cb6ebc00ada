//! Records, revisions and keys in `SQLite`, the embedded default.
//!
//! One thread writes, a few read, each with a connection of its own; [`SqliteStore`] is all that others see. How values
//! are kept stands in `docs/operations/databases.md`.

mod answers;
mod connection;
mod failure;
mod keys;
mod migrations;
mod records;
mod revisions;
mod rollouts;
mod secrets;
mod session;
mod store;

pub use specd_sql_support::prepare::PrepareError;
pub use store::{SqliteSettings, SqliteStore};
