//! Documents beside the orders: lines that refer to them, and orders whose sunset has passed.

use std::sync::Arc;

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::document::Status;
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::field::{Field, Shape};
use specd_domain::name::{CollectionName, SpecNumber};
use specd_domain::source::Span;
use specd_domain::table::OnDelete;
use specd_testkit::sample::{
    at, column, column_name, day, field_name, reference, spec, table, table_name,
};

use crate::orders::{endpoint, orders_spec, orders_table};

/// Where the lines are.
pub(crate) const LINES: &str = "/api/v1/lines";
/// Where nothing is any more.
pub(crate) const PAST: &str = "/api/v1/past";

/// Lines of orders, to be created by whoever may create orders.
pub(crate) fn lines_spec() -> Spec {
    let order_id = column("order_id", ColumnType::Scalar(ScalarType::Uuid));
    let lines = table("lines", vec![order_id]);
    let mut spec = spec(2, reference(lines, "order_id", "orders", OnDelete::Refuse));
    spec.access = orders_spec().access;
    spec.endpoints = vec![Endpoint {
        request: vec![Field {
            name: field_name("order_id"),
            shape: Shape::Scalar(ScalarType::Uuid),
            required: true,
            nullable: false,
            column: Some(1),
            span: Span::default(),
        }],
        response: vec![column_name("id"), column_name("order_id")],
        ..endpoint(Operation::Create)
    }];
    spec
}

/// Orders that were deprecated, and whose day is over.
pub(crate) fn past_spec() -> Spec {
    let mut spec = orders_spec();
    let mut table = orders_table();
    table.name = at(table_name("past"));
    spec.number = SpecNumber(3);
    spec.collection = CollectionName::new("past").unwrap();
    spec.table = Arc::new(table);
    spec.status = Status::Deprecated;
    spec.compatibility.deprecated = Some(at(day(2024, 12, 1)));
    spec.compatibility.sunset = Some(at(day(2025, 1, 1)));
    spec
}
