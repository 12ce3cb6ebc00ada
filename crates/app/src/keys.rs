//! Use cases on keys.
