//! The command `specd`.
fn main() {}
