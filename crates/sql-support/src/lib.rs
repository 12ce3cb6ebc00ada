//! What both SQL stores share: statements generated from the model, the threads that run them, and what failures mean.
//!
//! Nothing of a document or a request is ever part of a statement's text, except quoted identifiers from validated names
//! and literals rendered from values.

pub mod answers;
pub mod cell;
mod columnwise;
pub mod decimal;
pub mod dialect;
pub mod expression;
pub mod failure;
pub mod fit;
pub mod groups;
pub mod joint;
pub mod keys;
pub mod list;
pub mod name;
pub mod prepare;
pub mod queue;
pub mod records;
pub mod reply;
pub mod revisions;
pub mod rollouts;
pub mod said;
pub mod schema;
pub mod secrets;
pub mod selection;
pub mod session;
pub mod spans;
pub mod statement;
pub mod threads;
