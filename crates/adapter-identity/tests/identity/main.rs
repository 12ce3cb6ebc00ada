//! Tokens as an identity provider and its forgers make them, judged by keys over real sockets and from real files.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and writes the files that an operator would"
)]

mod accepted;
mod files;
mod forged;
mod provider;
mod world;
