//! What specd does: its use cases, and the ports through which they reach the world.
//!
//! A use case takes the ports it needs as arguments and knows no adapter. One port call is one transaction.

pub mod catalog;
pub mod failure;
pub mod flows;
pub mod idempotency;
pub mod keys;
pub mod limits;
pub mod ports;
pub mod records;
pub mod rollouts;
pub mod specs;
