//! Samples: tables, specs and values made by hand, for everybody's tests.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a sample that is wrong must fail the test that uses it, loudly"
)]

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use specd_domain::Spec;
use specd_domain::access::{Access, Authentication, Grant};
use specd_domain::compatibility::Compatibility;
use specd_domain::compliance::Compliance;
use specd_domain::document::Status;
use specd_domain::endpoint::Method;
use specd_domain::name::{
    CollectionName, ColumnName, ConstraintName, FieldName, ScopeName, SpecNumber, TableName,
};
use specd_domain::rollout::Rollout;
use specd_domain::source::{Located, Span};
use specd_domain::table::Table;
use specd_domain::value::Value;
use uuid::Uuid;

pub mod everything;
mod tables;
pub mod template;
pub mod values;

pub use tables::{
    check, column, compare, defaulted, index, nullable, partial_unique_index, reference, table,
    unique, unique_index,
};

/// A value whose place in the text does not matter.
pub const fn at<T>(value: T) -> Located<T> {
    Located::new(value, Span::new(0, 0))
}

/// A column's name.
pub fn column_name(name: &str) -> ColumnName {
    ColumnName::new(name).expect("a column's name")
}

/// A field's name.
pub fn field_name(name: &str) -> FieldName {
    FieldName::new(name).expect("a field's name")
}

/// A table's name.
pub fn table_name(name: &str) -> TableName {
    TableName::new(name).expect("a table's name")
}

/// A constraint's name.
pub fn constraint_name(name: impl Into<String>) -> ConstraintName {
    ConstraintName::new(name).expect("a constraint's name")
}

/// A day.
pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// A time in RFC 3339.
pub fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text)
        .expect("a time in RFC 3339")
        .to_utc()
}

/// A text.
pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// The UUID of a number, of version 4 by its look; rising as the numbers rise.
pub fn uuid(number: u64) -> Value {
    Value::Uuid(Uuid::from_u128(
        (u128::from(number) << 80) | 0x4000_8000_0000_0000_0000,
    ))
}

/// A spec of this number that serves a table: its collection has the table's name, anybody may call, and it declares no
/// endpoint. Enough for a store, and a beginning for other tests.
pub fn spec(number: u16, table: Table) -> Spec {
    let collection = table.name.value.as_str().to_lowercase();
    let scope = |kind: &str| at(ScopeName::new(format!("{collection}:{kind}")).expect("a scope"));
    Spec {
        number: SpecNumber(number),
        title: format!("Spec of {collection}"),
        status: Status::Approved,
        author: "Ada Lovelace".to_owned(),
        created: day(2025, 1, 1),
        last_updated: day(2025, 1, 2),
        reviewers: vec!["architect".to_owned()],
        path: format!("docs/architecture/specs/{number:04}-{collection}.md"),
        summary: None,
        version: 1,
        endpoints: Vec::new(),
        table: Arc::new(table),
        rules: Vec::new(),
        access: Access {
            authentication: vec![at(Authentication::ApiKey)],
            grants: vec![
                Grant {
                    scope: scope("write"),
                    methods: vec![Method::Post, Method::Put, Method::Patch, Method::Delete],
                },
                Grant {
                    scope: scope("read"),
                    methods: vec![Method::Get],
                },
            ],
            owners_only: None,
        },
        if_match_required: Vec::new(),
        limits: Vec::new(),
        rollout: Rollout::default(),
        objectives: Vec::new(),
        alerts: Vec::new(),
        compliance: Compliance::default(),
        compatibility: Compatibility::default(),
        flow: None,
        runbook: None,
        collection: CollectionName::new(collection).expect("a collection"),
    }
}
