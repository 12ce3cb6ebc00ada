//! The template's own content.

use super::*;
use crate::column_type::{ColumnType, ScalarType};
use crate::document::UnfilledPlace;
use crate::source::Span;
use crate::table::DefaultValue;
use sample::{at, block, column, field};

const REQUEST: &str = r#"{"field1": "value", "field2": 123, "field3": {"nested": "object"}}"#;
const RESPONSE: &str =
    r#"{"id": "uuid", "field1": "value", "field2": 123, "created_at": "2025-01-01T00:00:00Z"}"#;

/// The template, its placeholders filled and its boxes ticked.
fn seed() -> Document {
    let (mut document, _) = sample::orders();
    document.endpoints.truncate(1);
    document.authorization = Entry::Missing;
    document.authentication = Entry::Missing;
    let entry = &mut document.endpoints[0];
    for (place, text) in [
        (&mut entry.request, REQUEST),
        (&mut entry.response, RESPONSE),
    ] {
        let span = place.span().unwrap();
        *place = Entry::Filled(Located::new(block(text, span.start), span));
    }
    let table = table(&mut document);
    table.checks.clear();
    table.indexes.clear();
    let scalar = ColumnType::Scalar;
    let required = |name, column_type| {
        let mut column = column(name, scalar(column_type));
        column.nullable = false;
        column
    };
    let timestamp = |name| {
        let mut column = required(name, ScalarType::Timestamp);
        column.default = Some(at(DefaultValue::Now));
        column
    };
    table.columns.truncate(1);
    table.columns[0].default = Some(at(DefaultValue::RandomUuid));
    table.columns.extend([
        required("field1", ScalarType::Varchar(Some(255))),
        required("field2", ScalarType::Integer),
        timestamp("created_at"),
        timestamp("updated_at"),
    ]);
    document
}

#[test]
fn the_seed_is_served_with_one_warning() {
    let checked = check(&seed(), Vec::new(), today());
    let found: Vec<_> = checked
        .diagnostics
        .iter()
        .filter(|finding| finding.severity > NOTE)
        .collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(
        (found[0].code, found[0].severity),
        (Code::FieldWithoutColumn, WARNING)
    );
    assert!(found[0].headline.contains("`field3`"));
    let spec = checked.spec.unwrap();
    let field3 = spec.endpoints[0].request.last().unwrap();
    assert_eq!(
        (&field3.name, field3.required, field3.column),
        (&field("field3"), true, None)
    );
}

#[test]
fn the_unfilled_template_has_its_placeholders_and_nothing_else() {
    let mut document = seed();
    let span = Span::new(2, 6);
    document.header.status = Entry::Unfilled(span);
    document.header.author = Entry::Unfilled(span);
    document.endpoints.clear();
    document.endpoint_labels = vec![span];
    document.rollout.flag = None;
    document.compatibility.no_breaking.as_mut().unwrap().value = false;
    document.decision.approved.as_mut().unwrap().ticked = false;
    document.objectives.clear();
    document.alerts.clear();
    let labels = ["Status", "Author", "Endpoint", "Feature flag"];
    document.unfilled = labels
        .iter()
        .map(|label| UnfilledPlace {
            span,
            label: (*label).to_owned(),
            example: None,
            required: true,
        })
        .collect();
    let checked = check(&document, Vec::new(), today());
    let found: Vec<_> = checked
        .diagnostics
        .iter()
        .map(|finding| (finding.code, finding.severity))
        .collect();
    assert_eq!(
        found,
        [(Code::Unfilled, NOTE); 4],
        "{:#?}",
        checked.diagnostics
    );
    assert_eq!(checked.spec, None);
}
