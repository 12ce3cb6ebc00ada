//! Rate limits that several servers share, in Redis.
//!
//! [`RedisLimiter`] counts each request there by one script, and waits for the answer only so long: while Redis is away,
//! slow or silent, each server counts for itself.

pub mod address;
mod connection;
mod limiter;
mod script;

pub use address::{RedisAddress, RedisAddressError};
pub use limiter::RedisLimiter;
