//! Cascades: findings that only follow from what reading has refused already.
//!
//! A column, an endpoint or a flag that could not be read is absent from the document. That others name it is then no
//! mistake of their own. The reader's error keeps the document from being served in any case.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::Document;
use crate::source::Span;

/// What follows from a column that could not be read.
const OF_THE_TABLE: &[Code] = &[
    Code::FieldWithoutColumn,
    Code::AnswerWithoutColumn,
    Code::QueryColumnUnknown,
    Code::QueryWithoutIndex,
    Code::KeyUnfit,
    Code::ColumnUnknown,
    Code::SensitiveColumnUnknown,
    Code::ClauseFieldUnknown,
];

/// What follows from an endpoint that could not be read.
const OF_THE_ENDPOINTS: &[Code] = &[
    Code::MethodNotDeclared,
    Code::RequestMissing,
    Code::ResponseMissing,
];

/// What follows from a flag that could not be read.
const OF_THE_FLAG: &[Code] = &[Code::StagesIgnored, Code::StatusImpossible];

/// Takes out what follows from the findings of reading.
pub(super) fn quieten(document: &Document, read: &[Diagnostic], own: &mut Vec<Diagnostic>) {
    let is_error = |finding: &&Diagnostic| finding.severity == Severity::Error;
    let schema = document.schema.span().unwrap_or_default();
    let is_table_damaged = read
        .iter()
        .filter(is_error)
        .any(|finding| is_within(finding.primary, schema));
    let is_endpoint_lost = document.endpoint_labels.len() > document.endpoints.len();
    let is_flag_lost = read
        .iter()
        .any(|finding| finding.code == Code::FlagUnreadable);
    own.retain(|finding| {
        let follows = (is_table_damaged && OF_THE_TABLE.contains(&finding.code))
            || (is_endpoint_lost && OF_THE_ENDPOINTS.contains(&finding.code))
            || (is_flag_lost && OF_THE_FLAG.contains(&finding.code));
        !follows
    });
}

const fn is_within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
