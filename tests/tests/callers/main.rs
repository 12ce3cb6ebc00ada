//! Callers of the real binary: by keys and by the tokens of identity providers, each with records of its own.
#![expect(
    clippy::disallowed_methods,
    reason = "a test tells its tokens the time, and writes the files that an operator would"
)]

mod owners;
mod parcels;
mod providers;
