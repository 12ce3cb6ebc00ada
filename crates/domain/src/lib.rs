//! What a SPEC document means: its model, the rules it must keep, and the records that keep to it.
//!
//! Values in, values out: no I/O, no clock, no randomness, no log. Reading Markdown, serving HTTP and
//! storing rows are other crates' work; a service that only wants to validate records needs this one:
//!
//! ```
//! use chrono::DateTime;
//! use specd_domain::Spec;
//! use specd_domain::endpoint::Operation;
//! use specd_domain::spec::records::Rejection;
//! use specd_domain::validate::Stamp;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // What `specd generate model docs/architecture/specs/0001-order.md` writes.
//! let spec: Spec = serde_json::from_str(include_str!("../examples/order.json"))?;
//! let mut stamp = Stamp {
//!     now: DateTime::UNIX_EPOCH,        // the time of the request
//!     random: &mut || [7; 16],          // the service's randomness
//! };
//! let record = br#"{"reference": "A-1", "quantity": 0, "unit_price": 12.505}"#;
//! let Err(Rejection::Violations(violations)) = spec.validate_json(Operation::Create, record, &mut stamp) else {
//!     panic!("two things are wrong with this record");
//! };
//! assert_eq!(violations[0].pointer.to_fragment(), "#/unit_price");
//! assert_eq!(violations[0].detail, "must have at most 2 decimals");
//! assert_eq!(violations[1].pointer.to_fragment(), "#/quantity");
//! assert_eq!(violations[1].detail, "must be greater than 0");
//! # Ok(())
//! # }
//! ```
//!
//! The way of a body through the crate: [`body::read`] makes typed values of bytes and finds every violation of form,
//! [`validate::complete`] adds the defaults, [`validate::Validator`] judges the rules, and
//! [`record::Projection`] writes a row as an answer. [`check`](mod@check) makes a [`Spec`] of a [`Document`], and
//! [`compat`] says what a change of one breaks.

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
pub mod sensitive;
pub mod source;
pub mod spec;
mod suggestion;
pub mod table;
pub mod validate;
pub mod value;
pub mod violation;

pub use diagnostic::{Code, Diagnostic, Severity};
pub use document::Document;
pub use source::{Located, Span};
pub use spec::Spec;
pub use violation::Violation;
