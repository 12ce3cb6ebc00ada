//! Records, revisions and keys in `PostgreSQL`.
//!
//! diesel stays synchronous, on threads that this crate owns; [`PostgresStore`] is all that others see.

mod address;
mod answers;
mod batch;
mod failure;
mod keys;
mod link;
mod measured;
mod prepare;
mod reads;
mod records;
mod revisions;
mod rollouts;
mod secrets;
mod session;
mod shared;
mod spans;
mod store;
mod transaction;
mod value;

pub use measured::LinkCounts;
pub use specd_sql_support::prepare::PrepareError;
pub use store::{PostgresSettings, PostgresStore};
