//! Use cases on records.
