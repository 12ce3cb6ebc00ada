//! What a SPEC document means: its model, the rules it must keep, and the records that keep to it.
//!
//! Values in, values out: no I/O, no clock, no randomness, no log. Reading Markdown, serving HTTP and
//! storing rows are other crates' work; a service that only wants to validate records needs this one.

pub mod access;
pub mod body;
pub mod check;
pub mod column_type;
pub mod compat;
pub mod compatibility;
pub mod compliance;
pub mod decision;
pub mod diagnostic;
pub mod document;
pub mod endpoint;
pub mod field;
pub mod flow;
pub mod limit;
pub mod name;
pub mod objective;
pub mod query;
pub mod record;
pub mod rollout;
pub mod rule;
pub mod source;
pub mod spec;
pub mod table;
pub mod validate;
pub mod value;
pub mod violation;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use document::Document;
pub use source::{Located, Span};
pub use spec::Spec;
pub use violation::Violation;
