//! Reads whole documents through the port, as specd does.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

mod library;
mod mended;
mod mistakes;
mod properties;
mod served;
mod template;
mod written;
