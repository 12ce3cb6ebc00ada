//! Records, revisions and keys in `SQLite`, the embedded default.
//!
//! One thread writes, in groups that share a commit; short reads are done where they are asked for, and a few threads do
//! the others. [`SqliteStore`] is all that others see. How values are kept stands in `docs/operations/databases.md`.

mod answers;
mod connection;
mod failure;
mod held;
mod inline;
mod keys;
mod log;
mod migrations;
mod patience;
mod records;
mod revisions;
mod rollouts;
mod secrets;
mod session;
mod short;
mod shown;
mod spans;
mod store;
mod write;
mod writer;

pub use specd_sql_support::prepare::PrepareError;
pub use store::{SqliteSettings, SqliteStore};
