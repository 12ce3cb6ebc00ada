//! Cascades: findings that only follow from what was refused already.
//!
//! A column, an endpoint or a flag that could not be read is absent from the document, and a type that could not be read
//! is guessed. What others say of them is then no mistake of their own. The first error keeps the document from being
//! served in any case.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::Document;
use crate::source::Span;
use crate::table::Column;

/// What follows from a column that could not be read, where its name is underlined.
const OF_A_LOST_COLUMN: &[Code] = &[
    Code::FieldWithoutColumn,
    Code::AnswerWithoutColumn,
    Code::QueryColumnUnknown,
    Code::ColumnUnknown,
    Code::SensitiveColumnUnknown,
    Code::ClauseFieldUnknown,
];

/// What follows from a table that could not be read as a whole.
const OF_THE_TABLE: &[Code] = &[Code::QueryWithoutIndex, Code::KeyUnfit];

/// What follows from a type that was guessed.
const OF_A_TYPE: &[Code] = &[
    Code::ExampleDisagrees,
    Code::ExampleInvalid,
    Code::ClauseUnfit,
    Code::CheckIllTyped,
    Code::SqlDefaultValue,
    Code::DefaultBreaksCheck,
    Code::ColumnUnsuited,
    Code::QueryColumnUnsuited,
    Code::ReferenceUnfit,
    // It may have been meant as `SERIAL`.
    Code::ColumnNeverSent,
];

/// What follows from an endpoint that could not be read.
const OF_THE_ENDPOINTS: &[Code] = &[
    Code::MethodNotDeclared,
    Code::IfMatchUnsuited,
    Code::RequestMissing,
    Code::ResponseMissing,
];

/// Takes out what follows from the findings of reading, and from endpoints without a meaning.
pub(super) fn quieten(document: &Document, read: &[Diagnostic], own: &mut Vec<Diagnostic>) {
    let schema = document.schema.span().unwrap_or_default();
    let errors = || {
        read.iter()
            .filter(|finding| finding.severity == Severity::Error)
    };
    let is_table_damaged = errors().any(|finding| is_within(finding.primary, schema));
    let lost = if is_table_damaged {
        lost_columns(document, schema)
    } else {
        HashSet::new()
    };
    let guessed = guessed_columns(document, read);
    let is_endpoint_lost = document.endpoint_labels.len() > document.endpoints.len()
        || own
            .iter()
            .any(|finding| finding.code == Code::EndpointMeaningless);
    let has = |code| read.iter().any(|finding| finding.code == code);
    let is_flag_lost = has(Code::FlagUnreadable);
    let is_stage_lost = has(Code::StageUnreadable);
    let is_change_lost = errors().any(|finding| {
        finding.code == Code::BoxUnreadable && is_change_box(document, finding.primary)
    });
    own.retain(|finding| {
        let code = finding.code;
        let is_of_lost_column = || {
            let name = document.text_at(finding.primary).trim_matches('"');
            lost.contains(&name.to_ascii_lowercase())
        };
        let is_of_guessed_type = || {
            guessed
                .iter()
                .any(|column| is_about(document, finding, column))
        };
        // Outside the rollout, callers are answered with it.
        let is_of_404 = || document.text_at(finding.primary).contains("404");
        let follows = (is_table_damaged && OF_THE_TABLE.contains(&code))
            || (OF_A_LOST_COLUMN.contains(&code) && is_of_lost_column())
            || (OF_A_TYPE.contains(&code) && is_of_guessed_type())
            || (is_endpoint_lost && OF_THE_ENDPOINTS.contains(&code))
            || (is_flag_lost && code == Code::StagesIgnored)
            || (is_flag_lost && code == Code::StatusImpossible && is_of_404())
            || (is_stage_lost && code == Code::RolloutIncomplete)
            || (is_change_lost && code == Code::ChangeTickMissing);
        !follows
    });
}

const fn is_within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The names that stand where a column begins, a name and then a type, and that the table that was read does not have.
fn lost_columns(document: &Document, schema: Span) -> HashSet<String> {
    let columns = document.schema.filled().map(|table| &table.value.columns);
    let read: HashSet<&str> = columns
        .into_iter()
        .flatten()
        .map(|column| column.name.value.as_str())
        .collect();
    let text = document.text_at(schema);
    text.split(['(', ',', '\n', '\r'])
        .filter_map(beginning_column)
        .filter(|name| !read.contains(name.as_str()))
        .collect()
}

/// `name TYPE …`: the name, folded.
fn beginning_column(text: &str) -> Option<String> {
    const OTHERS: &[&str] = &[
        "add",
        "and",
        "asc",
        "between",
        "check",
        "collate",
        "comment",
        "constraint",
        "create",
        "default",
        "desc",
        "exclude",
        "foreign",
        "ilike",
        "in",
        "is",
        "like",
        "not",
        "nulls",
        "on",
        "or",
        "primary",
        "references",
        "similar",
        "unique",
        "using",
        "where",
    ];
    let mut words = text.split_whitespace();
    let name = words.next()?.trim_matches('"').to_ascii_lowercase();
    let next = words.next()?;
    let begins_word = next.starts_with(|c: char| c.is_alphabetic());
    let is_other = |word: &str| OTHERS.contains(&word);
    (begins_word && !is_other(&name) && !is_other(&next.to_ascii_lowercase())).then_some(name)
}

/// The columns whose type could not be read.
fn guessed_columns<'d>(document: &'d Document, read: &[Diagnostic]) -> Vec<&'d Column> {
    let columns = document.schema.filled().map(|table| &table.value.columns);
    let wrong: Vec<Span> = read
        .iter()
        .filter(|finding| matches!(finding.code, Code::SqlType | Code::SqlTypeLimit))
        .map(|finding| finding.primary)
        .collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let is_wrong = |column: &&Column| wrong.iter().any(|span| is_within(*span, column.span));
    columns.into_iter().flatten().filter(is_wrong).collect()
}

/// Whether a finding names a column: in its headline, at its place, or by pointing at it.
fn is_about(document: &Document, finding: &Diagnostic, column: &Column) -> bool {
    let name = column.name.value.as_str();
    document.text_at(finding.primary) == name
        || is_within(finding.primary, column.span)
        || finding.headline.contains(&format!("`{name}`"))
        || finding
            .labels
            .iter()
            .any(|label| is_within(label.span, column.span))
}

/// Whether the line of a box speaks of breaking changes.
fn is_change_box(document: &Document, place: Span) -> bool {
    let line = document.line_of(place.start);
    let end = document.line_starts.get(line).copied();
    let end = end.unwrap_or(document.text.len());
    let rest = document.text_at(Span::new(place.start, end));
    rest.to_ascii_lowercase().contains("breaking changes")
}
