//! Strategies: tables, rows and JSON bodies, valid and spoiled, for tests that compare stores and look for what nobody
//! thought of.

mod bodies;
mod documents;
mod tables;
mod values;

pub use bodies::{SpoiledBody, bodies, body_of, fields_of, spoiled_bodies};
pub use documents::{GeneratedDocument, documents, written};
pub use tables::{column_types, rows, tables};
pub use values::{scalars_of, values_of};
