//! Endpoints: what a client may ask (spec-language, section 3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::name::{CollectionName, ColumnName};
use crate::source::{Located, Span};

/// The methods that a document can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Create one.
    Post,
    /// List, or read one.
    Get,
    /// Replace one.
    Put,
    /// Merge into one.
    Patch,
    /// Delete one.
    Delete,
}

impl Method {
    /// Every method, in the order of the table in the language page.
    pub const ALL: [Self; 5] = [Self::Post, Self::Get, Self::Put, Self::Patch, Self::Delete];

    /// The method as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Reads a method, upper case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an endpoint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `POST /collection`.
    Create,
    /// `GET /collection`.
    List,
    /// `GET /collection/{id}`.
    Read,
    /// `PUT /collection/{id}`.
    Replace,
    /// `PATCH /collection/{id}`.
    Patch,
    /// `DELETE /collection/{id}`.
    Delete,
}

impl Operation {
    /// The operation of a method on the collection, or with `has_id` on one record; `None` where there is none.
    pub const fn of(method: Method, has_id: bool) -> Option<Self> {
        match (method, has_id) {
            (Method::Post, false) => Some(Self::Create),
            (Method::Get, false) => Some(Self::List),
            (Method::Get, true) => Some(Self::Read),
            (Method::Put, true) => Some(Self::Replace),
            (Method::Patch, true) => Some(Self::Patch),
            (Method::Delete, true) => Some(Self::Delete),
            _ => None,
        }
    }

    /// The method that asks for it.
    pub const fn method(self) -> Method {
        match self {
            Self::Create => Method::Post,
            Self::List | Self::Read => Method::Get,
            Self::Replace => Method::Put,
            Self::Patch => Method::Patch,
            Self::Delete => Method::Delete,
        }
    }

    /// Whether the path names one record.
    pub const fn has_id(self) -> bool {
        !matches!(self, Self::Create | Self::List)
    }

    /// Whether a request carries a body.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Create | Self::Replace | Self::Patch)
    }
}

/// `/api/v<version>/<collection>[/{id}]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EndpointPath {
    /// The `1` of `/api/v1`.
    pub version: u32,
    /// The collection.
    pub collection: CollectionName,
    /// Whether `/{id}` follows.
    pub has_id: bool,
}

impl fmt::Display for EndpointPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/api/v{}/{}", self.version, self.collection)?;
        if self.has_id {
            f.write_str("/{id}")?;
        }
        Ok(())
    }
}

/// One endpoint, compiled: all that serving it needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// What it does.
    pub operation: Operation,
    /// The text in backticks.
    pub span: Span,
    /// The 2xx that it answers. Without Status Codes: 200, for `DELETE` 204.
    pub success: u16,
    /// Every status of the document's list, rising.
    pub statuses: Vec<u16>,
    /// The members of a request's body, in the document's order; empty where there is no body.
    pub request: Vec<Field>,
    /// The columns of an answer, in the document's order; empty where the answer has no body.
    pub response: Vec<ColumnName>,
    /// The columns by which a list may be filtered.
    pub filters: Vec<Located<ColumnName>>,
    /// The columns by which a list may be sorted.
    pub sorts: Vec<Located<ColumnName>>,
    /// The text of the Request block as it stands, for examples; `None` where the block is inherited or absent.
    pub request_example: Option<String>,
    /// The text of the Response block as it stands.
    pub response_example: Option<String>,
}
