//! A document as it was read: as much as the text allowed, each part with its place.
//!
//! A part that could not be read is absent here and has its diagnostic; `check` judges what is here and what is
//! missing, and makes a [`Spec`](crate::Spec) of a document without errors.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::access::{Authentication, Grant};
use crate::compatibility::Compatibility;
use crate::compliance::Compliance;
use crate::decision::Decision;
use crate::endpoint::{EndpointPath, Method};
use crate::flow::Flow;
use crate::limit::RateLimit;
use crate::name::{FieldName, SpecNumber};
use crate::objective::{Alert, Objective};
use crate::rollout::Rollout;
use crate::rule::Rule;
use crate::source::{Located, Span};
use crate::table::Table;

/// What stands at the place of one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry<T> {
    /// The label, the heading or the block is not there.
    #[default]
    Missing,
    /// It still holds the template's placeholder; listed in [`Document::unfilled`].
    Unfilled(Span),
    /// It cannot be read; the reader has said why.
    Unreadable(Span),
    /// It was read.
    Filled(Located<T>),
}

impl<T> Entry<T> {
    /// The value, where it was read.
    pub const fn filled(&self) -> Option<&Located<T>> {
        match self {
            Self::Filled(located) => Some(located),
            _ => None,
        }
    }

    /// Where it stands, unless it is missing.
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::Missing => None,
            Self::Unfilled(span) | Self::Unreadable(span) => Some(*span),
            Self::Filled(located) => Some(located.span),
        }
    }
}

/// The status of a document (spec-language, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written; served with `--preview` only.
    Draft,
    /// Being reviewed; served with `--preview` only.
    Review,
    /// Served.
    Approved,
    /// Served until its sunset.
    Deprecated,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Review, Self::Approved, Self::Deprecated];

    /// The word in the document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Approved => "approved",
            Self::Deprecated => "deprecated",
        }
    }

    /// Whether it is served without `--preview`.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Approved | Self::Deprecated)
    }
}

/// `# SPEC 0001: Title`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Title {
    /// The number.
    pub number: Located<SpecNumber>,
    /// The words behind the colon.
    pub text: String,
}

/// The lines above the first section.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// `# SPEC 0001: Title`.
    pub title: Entry<Title>,
    /// **Status**.
    pub status: Entry<Status>,
    /// **Author**.
    pub author: Entry<String>,
    /// **Created**.
    pub created: Entry<NaiveDate>,
    /// **Last Updated**.
    pub last_updated: Entry<NaiveDate>,
    /// **Reviewers**, without the `@`.
    pub reviewers: Vec<Located<String>>,
}

/// A JSON value of an example, with the place of every part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Example {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A number as it was written.
    Number(String),
    /// A text, unescaped.
    Text(String),
    /// An array.
    Array(Vec<Located<Example>>),
    /// An object, its keys in order; a second key of one name was reported and left out.
    Object(Vec<(Located<FieldName>, Located<Example>)>),
}

/// A `json` block: the example and its own text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExampleBlock {
    /// The value.
    pub value: Located<Example>,
    /// The text of the block.
    pub text: String,
}

/// One line of Status Codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusLine {
    /// The code, 100 to 599.
    pub code: u16,
    /// The words behind the colon.
    pub meaning: String,
}

/// `POST /api/v1/orders`, with the placeholders of its query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointLine {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: EndpointPath,
    /// `?field={field}`.
    pub filters: Vec<Located<FieldName>>,
    /// `sort={field}`.
    pub sorts: Vec<Located<FieldName>>,
}

/// An **Endpoint** and the labels below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndpointEntry {
    /// The text in backticks.
    pub line: Located<EndpointLine>,
    /// **Request**.
    pub request: Entry<ExampleBlock>,
    /// **Response**.
    pub response: Entry<ExampleBlock>,
    /// **Status Codes**.
    pub statuses: Vec<Located<StatusLine>>,
}

/// `If-Match required`, a clause of Input Validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IfMatchClause {
    /// The methods that are named; none means every declared one that changes a record.
    pub methods: Vec<Located<Method>>,
    /// The clause.
    pub span: Span,
}

/// A place that still holds the template's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfilledPlace {
    /// The placeholder, or the value that holds it.
    pub span: Span,
    /// What is to be filled in, such as `Author`.
    pub label: String,
    /// A line that would work.
    pub example: Option<String>,
    /// Whether an approved document cannot do without it: title, status, author, dates, endpoint, request, response, schema.
    pub required: bool,
}

/// A document, read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The path it was read from, as the user would write it.
    pub path: String,
    /// The number in the file's name.
    pub file_number: Option<SpecNumber>,
    /// The lines above the first section.
    pub header: Header,
    /// The text below Summary.
    pub summary: Option<String>,
    /// The endpoints, in order. One whose line cannot be read is not here.
    pub endpoints: Vec<EndpointEntry>,
    /// The **Endpoint** labels in all, those that are unfilled or unreadable too.
    pub endpoint_labels: Vec<Span>,
    /// The heading API Design, where a missing endpoint is reported.
    pub api_span: Span,
    /// The `sql` block.
    pub schema: Entry<Table>,
    /// The heading Data Schema, where a missing block is reported.
    pub schema_span: Span,
    /// The flow diagram.
    pub flow: Entry<Flow>,
    /// Backwards Compatibility.
    pub compatibility: Compatibility,
    /// Rollout Plan.
    pub rollout: Rollout,
    /// Metrics.
    pub objectives: Vec<Objective>,
    /// Alerting.
    pub alerts: Vec<Alert>,
    /// Authentication.
    pub authentication: Entry<Vec<Located<Authentication>>>,
    /// Authorization: the grants.
    pub authorization: Entry<Vec<Grant>>,
    /// `owners only`.
    pub owners_only: Option<Span>,
    /// Input Validation: a rule a clause. The rules of the table's `CHECK`s stand in `schema`.
    pub clauses: Vec<Located<Rule>>,
    /// Input Validation: `If-Match required`.
    #[serde(default)]
    pub if_match: Vec<IfMatchClause>,
    /// Rate Limiting.
    pub limits: Vec<RateLimit>,
    /// Data Encryption and Compliance.
    pub compliance: Compliance,
    /// Decision, approvals, action items, threats, alternatives, links.
    pub decision: Decision,
    /// Where the runbook is: the target of the link under Related Documentation whose words begin with "Runbook", as it stands there.
    #[serde(default)]
    pub runbook: Option<Located<String>>,
    /// Every place that is still the template's, in the order of the text.
    pub unfilled: Vec<UnfilledPlace>,
    /// Every heading in order, so that a place can name its own.
    pub headings: Vec<Located<String>>,
    /// The byte at which each line begins; the first is 0.
    pub line_starts: Vec<usize>,
    /// The text that every span counts in, so that a finding can underline a word of what was read as a whole.
    pub text: String,
}

impl Document {
    /// The line of a byte, counted from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|&start| start <= offset)
            .max(1)
    }

    /// The text of a span; empty where the document does not have it.
    pub fn text_at(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The nearest heading above a byte.
    pub fn heading_of(&self, offset: usize) -> Option<&str> {
        let above = self
            .headings
            .partition_point(|heading| heading.span.start <= offset);
        let nearest = self.headings.get(above.checked_sub(1)?)?;
        Some(nearest.value.as_str())
    }
}
