//! A table that is worth an index, and the pages that must be found by one, wherever in the list they begin.
//!
//! Each database's own tests fill it with [`ROWS`] rows and look at how it goes about the pages.

use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::source::Span;
use specd_domain::table::Table;
use specd_domain::value::Value;

use crate::sample::{self, at, column, column_name, constraint_name, index, nullable, table, uuid};

/// How many rows the table should have. Of each five, one has no `rank`; of each seven, one has no `number`, and the
/// others have one below 1000, as each has a `weight`; the keys are [`uuid()`] from 1 on; `created_at` rises with the key.
pub const ROWS: u64 = 200_000;
/// The ranks are below this.
pub const RANKS: u64 = 500;
/// How many owners share the rows: `key:0` and so on, in turn.
pub const OWNERS: u64 = 10;

/// Every order of two columns that may be null and the key, as a list has it: by one or by two, each in its direction.
const ORDERS: [&[&str]; 12] = [
    &["rank", "id"],
    &["-rank", "-id"],
    &["rank", "-id"],
    &["-rank", "id"],
    &["number", "id"],
    &["-number", "-id"],
    &["rank", "number", "id"],
    &["-rank", "-number", "-id"],
    &["rank", "-number", "-id"],
    &["-rank", "number", "id"],
    &["id"],
    &["-id"],
];

/// The table, with the indexes that an author would give these lists.
fn many() -> Table {
    let integer = |name| nullable(column(name, ColumnType::Scalar(ScalarType::Integer)));
    let created_at = column("created_at", ColumnType::Scalar(ScalarType::TimestampTz));
    let weight = column("weight", ColumnType::Scalar(ScalarType::Integer));
    let columns = vec![integer("rank"), integer("number"), created_at, weight];
    let indexes = [
        &["rank", "id"][..],
        &["rank", "-id"],
        &["number", "id"],
        &["rank", "number", "id"],
        &["rank", "-number", "-id"],
    ];
    let mut many = indexes.into_iter().fold(table("many", columns), index);
    for (number, index) in many.indexes.iter_mut().enumerate() {
        index.name = constraint_name(format!("many_{number}_idx"));
    }
    many
}

/// A document that lists it, to everybody or to each owner its own.
pub fn spec(is_owners_only: bool) -> Spec {
    let mut spec = sample::spec(1, many());
    spec.access.owners_only = is_owners_only.then(|| Span::new(0, 0));
    let columns = || ["rank", "number", "created_at", "weight"].map(|name| at(column_name(name)));
    spec.endpoints = vec![Endpoint {
        operation: Operation::List,
        span: Span::new(0, 0),
        success: 200,
        statuses: vec![200],
        request: Vec::new(),
        response: vec![column_name("id")],
        filters: columns().to_vec(),
        sorts: columns().to_vec(),
        request_example: None,
        response_example: None,
    }];
    spec
}

/// Pages of 20 in every order: the first, and those behind values here and there, nulls among them.
pub fn pages() -> Vec<ListQuery> {
    let mut pages = Vec::new();
    for order in ORDERS {
        pages.extend(
            behind(order)
                .into_iter()
                .map(|after| page(order, &[], after)),
        );
    }
    // Conditions that most rows keep, beside the order.
    let conditions = [
        (FilterOperator::Ne, 7),
        (FilterOperator::Gt, 100),
        (FilterOperator::Gte, 100),
        (FilterOperator::Lt, 900),
        (FilterOperator::Lte, 900),
    ];
    for (operator, value) in conditions {
        let filters = [filter("weight", operator, value)];
        for order in [
            &["rank", "id"][..],
            &["-rank", "id"],
            &["-rank", "-number", "-id"],
        ] {
            pages.extend(
                behind(order)
                    .into_iter()
                    .map(|after| page(order, &filters, after)),
            );
        }
    }
    // A condition on what stands first in an index.
    let filters = [filter("rank", FilterOperator::Eq, 251)];
    for order in [&["number", "id"][..], &["-number", "-id"]] {
        pages.extend(
            behind(order)
                .into_iter()
                .map(|after| page(order, &filters, after)),
        );
    }
    pages
}

/// Pages of 20 of the newest: the first, and one far behind it.
pub fn newest() -> [ListQuery; 2] {
    let order = ["-created_at", "-id"];
    let far = vec![
        Value::Timestamp(sample::time("2025-01-02T00:00:00Z")),
        uuid(ROWS / 2),
    ];
    [page(&order, &[], Vec::new()), page(&order, &[], far)]
}

/// Nothing, for the first page; then every combination of a value in the middle, one near the end, and null.
fn behind(order: &[&str]) -> Vec<Vec<Value>> {
    let mut all: Vec<Vec<Value>> = vec![Vec::new()];
    for key in order {
        let values = match key.trim_start_matches('-') {
            "rank" => vec![Value::Integer(251), Value::Integer(498), Value::Null],
            "number" => vec![Value::Integer(500), Value::Integer(998), Value::Null],
            _ => vec![uuid(ROWS / 2), uuid(ROWS - 1)],
        };
        all = all
            .iter()
            .flat_map(|before| {
                values.iter().map(|value| {
                    let mut after = before.clone();
                    after.push(value.clone());
                    after
                })
            })
            .collect();
    }
    all.push(Vec::new());
    all
}

fn page(order: &[&str], filters: &[Filter], after: Vec<Value>) -> ListQuery {
    let sort = order.iter().map(|key| SortKey {
        column: column_name(key.trim_start_matches('-')),
        descending: key.starts_with('-'),
    });
    ListQuery {
        filters: filters.to_vec(),
        sort: sort.collect(),
        after,
        limit: 20,
    }
}

fn filter(column: &str, operator: FilterOperator, value: i64) -> Filter {
    Filter {
        column: column_name(column),
        operator,
        values: vec![Value::Integer(value)],
    }
}
