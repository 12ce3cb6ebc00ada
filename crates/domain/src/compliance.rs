//! Personal data, health data, encryption and audit (spec-language, sections 10 and 11).

use serde::{Deserialize, Serialize};

use crate::name::ColumnName;
use crate::source::{Located, Span};

/// What a document says of the data it keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compliance {
    /// Columns that hold personal data.
    pub pii: Vec<Located<ColumnName>>,
    /// The column that names the person.
    pub subject: Option<Located<ColumnName>>,
    /// How long records are kept, in days.
    pub retention_days: Option<Located<u32>>,
    /// `erased on request`.
    pub erased_on_request: Option<Span>,
    /// Columns that hold health data: encrypted at rest, reads audited.
    pub phi: Vec<Located<ColumnName>>,
    /// Columns `encrypted at rest`.
    pub encrypted: Vec<Located<ColumnName>>,
    /// `audited`: reads are audited too.
    pub audited: Option<Span>,
}
