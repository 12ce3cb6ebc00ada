//! What a document says of its changes (spec-language, section 6).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::endpoint::EndpointPath;
use crate::source::{Located, Span};

/// An announced breaking change: `Change 1: ...`, with the fields, endpoints and scopes it names in backticks (ruling R09).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedChange {
    /// The names in backticks.
    pub names: Vec<Located<String>>,
    /// The prose.
    pub text: String,
    /// The item.
    pub span: Span,
}

/// The section, as read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compatibility {
    /// The tick of *No breaking changes*: its box, where it stands, and whether it is ticked.
    pub no_breaking: Option<Located<bool>>,
    /// The tick of *Breaking changes*.
    pub breaking: Option<Located<bool>>,
    /// The changes listed below it.
    pub changes: Vec<AnnouncedChange>,
    /// `` successor `/api/v2/orders` ``.
    pub successor: Option<Located<EndpointPath>>,
    /// `deprecated YYYY-MM-DD`.
    pub deprecated: Option<Located<NaiveDate>>,
    /// `sunset YYYY-MM-DD`: 410 from 00:00:00 GMT of that day (ruling H25).
    pub sunset: Option<Located<NaiveDate>>,
    /// The section's heading; empty where the section is missing.
    pub span: Span,
}
