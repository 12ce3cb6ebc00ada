//! The template's own content, filled in, as the model has it.

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::source::Span;
use specd_domain::table::{DefaultValue, Table};

use super::{at, column, column_name, defaulted, field_name, table};

/// The text of the template's Request block.
pub const REQUEST: &str = r#"{
  "field1": "value",
  "field2": 123,
  "field3": {
    "nested": "object"
  }
}"#;

/// The text of the template's Response block.
pub const RESPONSE: &str = r#"{
  "id": "uuid",
  "field1": "value",
  "field2": 123,
  "created_at": "2025-01-01T00:00:00Z"
}"#;

/// The template's table: `id`, `field1 VARCHAR(255)`, `field2 INTEGER`, `created_at` and `updated_at`.
pub fn template_table() -> Table {
    let timestamp = |name| {
        let column = column(name, ColumnType::Scalar(ScalarType::Timestamp));
        defaulted(column, DefaultValue::Now)
    };
    table(
        "resource",
        vec![
            column("field1", ColumnType::Scalar(ScalarType::Varchar(Some(255)))),
            column("field2", ColumnType::Scalar(ScalarType::Integer)),
            timestamp("created_at"),
            timestamp("updated_at"),
        ],
    )
}

/// SPEC 0001 as the template has it, with all six endpoints; `field3` has no column.
pub fn template_spec() -> Spec {
    let mut spec = super::spec(1, template_table());
    spec.title = String::from("Resource");
    spec.endpoints = [
        Operation::Create,
        Operation::List,
        Operation::Read,
        Operation::Replace,
        Operation::Patch,
        Operation::Delete,
    ]
    .map(endpoint)
    .into();
    spec
}

/// The members of the template's Request.
pub fn template_fields() -> Vec<Field> {
    let nested = field("nested", Shape::Scalar(ScalarType::Text), None);
    vec![
        field(
            "field1",
            Shape::Scalar(ScalarType::Varchar(Some(255))),
            Some(1),
        ),
        field("field2", Shape::Scalar(ScalarType::Integer), Some(2)),
        field("field3", Shape::Object(vec![nested]), None),
    ]
}

fn endpoint(operation: Operation) -> Endpoint {
    let has_answer = operation != Operation::Delete;
    let success = if has_answer { 200 } else { 204 };
    let is_list = operation == Operation::List;
    let is_create = operation == Operation::Create;
    let keys = if is_list {
        vec![at(column_name("field2"))]
    } else {
        Vec::new()
    };
    Endpoint {
        operation,
        span: Span::default(),
        success,
        statuses: vec![success, 400, 401, 403, 500],
        request: if operation.has_body() {
            template_fields()
        } else {
            Vec::new()
        },
        response: if has_answer {
            ["id", "field1", "field2", "created_at"]
                .map(column_name)
                .into()
        } else {
            Vec::new()
        },
        filters: keys.clone(),
        sorts: keys,
        request_example: is_create.then(|| REQUEST.to_owned()),
        response_example: is_create.then(|| RESPONSE.to_owned()),
    }
}

fn field(name: &str, shape: Shape, column: Option<usize>) -> Field {
    Field {
        name: field_name(name),
        shape,
        required: true,
        nullable: false,
        column,
        span: Span::default(),
    }
}
