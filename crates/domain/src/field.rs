//! Fields: the members of a request's body, after the example was narrowed by the columns.

use serde::{Deserialize, Serialize};

use crate::column_type::ScalarType;
use crate::name::FieldName;
use crate::source::Span;

/// What a JSON value may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One value, read as the scalar type says. Below a JSON column an integer is `BigInt`, a number `Numeric(None)`,
    /// a date-time `TimestampTz`; there the value is validated and kept as it was written.
    Scalar(ScalarType),
    /// An array of the shape; null is no element (ruling H16).
    Array(Box<Shape>),
    /// An object with exactly these members.
    Object(Vec<Field>),
    /// Any object.
    AnyObject,
    /// Any array.
    AnyArray,
    /// Any JSON value, null too (ruling H11).
    Any,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The member's name.
    pub name: FieldName,
    /// What it may be.
    pub shape: Shape,
    /// Whether a create or a replace must carry it.
    pub required: bool,
    /// Whether null is taken (ruling H08).
    pub nullable: bool,
    /// The position of its column in the table; `None` below a JSON column, and for a field that is validated and dropped.
    pub column: Option<usize>,
    /// The key in the example.
    pub span: Span,
}
