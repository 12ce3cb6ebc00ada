//! For tests alone: what stands in for the world, and what the real parts are measured against.
//!
//! A clock moved by hand, randomness that can be foretold, a store in memory, the contract that every store keeps,
//! a throw-away `PostgreSQL`, samples and strategies. Nothing here is linked into the binary.

pub mod clock;
pub mod contract;
pub mod entropy;
pub mod filtered_list;
pub mod identity;
pub mod limits;
pub mod long_list;
pub mod memory;
pub mod order;
pub mod postgres;
pub mod prometheus;
pub mod redis;
pub mod sample;
pub mod shown_key;
pub mod strategies;

pub use clock::MovedClock;
pub use entropy::CountingEntropy;
pub use memory::MemoryStore;
