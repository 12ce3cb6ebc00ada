//! The project's own commands. `cargo xtask --help` says what they are; the house tests run the checks of `tidy` too.

#![expect(
    clippy::disallowed_methods,
    reason = "the project's own commands read its files and environment; nothing here is linked into the binary"
)]

pub mod bench;
pub mod ci;
pub mod command;
pub mod contract;
pub mod test;
pub mod tidy;
