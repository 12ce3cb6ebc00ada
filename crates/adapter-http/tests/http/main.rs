//! The HTTP surface as a client meets it: a real server on a free port, the store in memory, bytes on a socket.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]
#![expect(
    clippy::too_many_lines,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "tables of cases are long, and speed does not matter here"
)]

mod access;
mod client;
mod conditions;
mod contract;
mod dry_run;
mod edge;
mod exposure;
mod faults;
mod hostile;
mod idempotency;
mod lifecycle;
mod limits;
mod lists;
mod openapi;
mod order;
mod orders;
mod pages;
mod problems;
mod records;
mod routes;
mod tokens;
mod world;
