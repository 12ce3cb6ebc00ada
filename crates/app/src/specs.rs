//! Use cases on specs.
