//! The document of these tests: orders, with every kind of thing that an endpoint meets.

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, NumericShape, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::name::ColumnName;
use specd_domain::rule::{Comparison, Rule, RuleOrigin};
use specd_domain::source::{Located, Place, Span};
use specd_domain::table::{DefaultValue, Table};
use specd_domain::value::Value;
use specd_testkit::sample::{
    at, check, column, column_name, compare, constraint_name, defaulted, field_name, nullable,
    spec, table, unique,
};

pub(crate) const PATH: &str = "/api/v1/orders";
pub(crate) const MEMBERS: [&str; 8] = [
    "id",
    "number",
    "customer",
    "quantity",
    "price",
    "details",
    "placed_at",
    "created_at",
];

/// An order that keeps every rule.
pub(crate) fn order(number: &str, quantity: i32) -> String {
    format!(
        r#"{{"number":"{number}","customer":"Ada","quantity":{quantity},"price":12.50,"details":{{"color":"red","size":2}},"placed_at":"2025-01-01T12:00:00+02:00"}}"#
    )
}

/// The table.
pub(crate) fn orders_table() -> Table {
    let scalar = |name, scalar| column(name, ColumnType::Scalar(scalar));
    let money = ScalarType::Numeric(Some(NumericShape {
        precision: 10,
        scale: 2,
    }));
    let time = |name| {
        let column = scalar(name, ScalarType::TimestampTz);
        defaulted(column, DefaultValue::Now)
    };
    let table = table(
        "orders",
        vec![
            scalar("number", ScalarType::Varchar(Some(20))),
            nullable(scalar("customer", ScalarType::Text)),
            scalar("quantity", ScalarType::Integer),
            nullable(scalar("price", money)),
            nullable(column("details", ColumnType::Jsonb)),
            nullable(scalar("placed_at", ScalarType::TimestampTz)),
            time("created_at"),
            time("updated_at"),
        ],
    );
    let positive = compare("quantity", Comparison::Greater, Value::Integer(0));
    check(unique(table, &["number"]), "quantity", positive)
}

/// The document, with all six endpoints.
pub(crate) fn orders_spec() -> Spec {
    let mut spec = spec(1, orders_table());
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
    spec.rules = vec![Rule {
        expr: compare("quantity", Comparison::Greater, Value::Integer(0)),
        fields: vec![field_name("quantity")],
        origin: RuleOrigin::Check(constraint_name("orders_quantity_check")),
        place: Place {
            heading: "Data Schema".to_owned(),
            span: Span::default(),
            line: 60,
        },
    }];
    spec
}

/// An endpoint of the document.
pub(crate) fn endpoint(operation: Operation) -> Endpoint {
    let success = match operation {
        Operation::Create => 201,
        Operation::Delete => 204,
        _ => 200,
    };
    let names = |names: &[&str]| -> Vec<Located<ColumnName>> {
        names.iter().map(|name| at(column_name(name))).collect()
    };
    let is_list = operation == Operation::List;
    let has_answer = operation != Operation::Delete;
    Endpoint {
        operation,
        span: Span::default(),
        success,
        statuses: vec![success, 400, 401, 403, 500],
        request: if operation.has_body() {
            fields()
        } else {
            Vec::new()
        },
        response: if has_answer {
            MEMBERS.map(column_name).into()
        } else {
            Vec::new()
        },
        filters: if is_list {
            names(&["number", "customer", "quantity", "price", "placed_at", "id"])
        } else {
            Vec::new()
        },
        sorts: if is_list {
            names(&["number", "customer", "quantity", "price", "placed_at"])
        } else {
            Vec::new()
        },
        request_example: None,
        response_example: None,
    }
}

fn fields() -> Vec<Field> {
    let table = orders_table();
    let of_column = |name: &str| {
        let (position, column) = table.column(name).unwrap();
        let shape = match column.column_type.value {
            ColumnType::Scalar(scalar) => Shape::Scalar(scalar),
            _ => details(),
        };
        field(
            name,
            shape,
            column.is_required(),
            column.nullable,
            Some(position),
        )
    };
    [
        "number",
        "customer",
        "quantity",
        "price",
        "details",
        "placed_at",
    ]
    .map(of_column)
    .into()
}

fn details() -> Shape {
    Shape::Object(vec![
        field("color", Shape::Scalar(ScalarType::Text), true, false, None),
        field("size", Shape::Scalar(ScalarType::BigInt), true, false, None),
    ])
}

fn field(name: &str, shape: Shape, required: bool, nullable: bool, column: Option<usize>) -> Field {
    Field {
        name: field_name(name),
        shape,
        required,
        nullable,
        column,
        span: Span::default(),
    }
}
