//! A table whose lists are filtered: by values that no row has, that few have, that many have, and that many have but none
//! of the newest; and a model of what each list answers.

use std::cmp::Ordering;
use std::sync::Arc;

use specd_app::ports::records::{Reach, RecordRepository};
use specd_domain::Spec;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::endpoint::{Endpoint, Operation};
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::record::{Projection, Row};
use specd_domain::source::Span;
use specd_domain::table::Table;
use specd_domain::value::Value;

use crate::order::{compare, compare_rows, value_of};
use crate::sample::{self, at, column, column_name, index, nullable, table, text, uuid};

/// A row and its owner.
pub type StoredRow = (Row, String);

/// Of so many rows one has the rare state.
const RARE: u64 = 1000;
/// The numbers and the weights are below this; of each seven rows one has no number.
const NUMBERS: u64 = 1000;
/// How many owners share the rows in turn.
const OWNERS: u64 = 4;

/// An author's table: indexes for two of the three columns that are filtered by.
fn states() -> Table {
    let integer = |name| column(name, ColumnType::Scalar(ScalarType::Integer));
    let columns = vec![
        column("state", ColumnType::Scalar(ScalarType::Text)),
        nullable(integer("number")),
        integer("weight"),
        column("created_at", ColumnType::Scalar(ScalarType::TimestampTz)),
    ];
    let indexes = [&["state"][..], &["number"], &["-created_at"]];
    indexes.into_iter().fold(table("states", columns), index)
}

/// A document that lists it, to everybody or to each owner its own.
pub fn spec(is_owners_only: bool) -> Spec {
    let mut spec = sample::spec(1, states());
    spec.access.owners_only = is_owners_only.then(|| Span::new(0, 0));
    let columns = || ["state", "number", "weight", "created_at"].map(|name| at(column_name(name)));
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

/// What fills the table of `PostgreSQL`.
pub fn postgres_fill(rows: u64) -> String {
    insert(
        rows,
        "(lpad(to_hex(n), 12, '0') || '40008000000000000000')::uuid",
        "'2025-01-01Z'::timestamptz + n / 3 * interval '1 second'",
        &format!("generate_series(1, {rows}) AS all_of(n)"),
    )
}

/// What fills the table of `SQLite`.
pub fn sqlite_fill(rows: u64) -> String {
    let counted = format!(
        "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) SELECT n FROM c)"
    );
    let key = "substr(printf('%012x', n), 1, 8) || '-' || substr(printf('%012x', n), 9, 4) \
               || '-4000-8000-000000000000'";
    let micros = sample::time(BEGIN).timestamp_micros();
    let time = format!("{micros} + n / 3 * 1000000");
    insert(rows, key, &time, &counted)
}

const BEGIN: &str = "2025-01-01T00:00:00Z";

fn insert(rows: u64, key: &str, time: &str, from: &str) -> String {
    let old = rows / 4;
    format!(
        "INSERT INTO states (id, state, number, weight, created_at, specd_owner) SELECT {key}, \
         CASE WHEN n % {RARE} = 7 THEN 'rare' WHEN n <= {old} THEN 'old' WHEN n % 10 < 3 THEN 'common' ELSE 'other' END, \
         CASE WHEN n % 7 > 0 THEN n * 7919 % {NUMBERS} END, n % {NUMBERS}, {time}, \
         CASE WHEN n % 2000 = 1 THEN 'key:few' ELSE 'key:' || (n % {OWNERS}) END FROM {from}"
    )
}

/// The rows that the statements above insert, each with its owner.
pub fn rows(rows: u64) -> Vec<StoredRow> {
    let number = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(0));
    let begin = sample::time(BEGIN);
    let row = |n: u64| {
        let state = match n {
            _ if n % RARE == 7 => "rare",
            _ if n <= rows / 4 => "old",
            _ if n % 10 < 3 => "common",
            _ => "other",
        };
        let seconds = std::time::Duration::from_secs(n / 3);
        let values = vec![
            uuid(n),
            text(state),
            if n.is_multiple_of(7) {
                Value::Null
            } else {
                number(n * 7919 % NUMBERS)
            },
            number(n % NUMBERS),
            Value::Timestamp(begin + seconds),
        ];
        let owner = match n % 2000 {
            1 => "key:few".to_owned(),
            _ => format!("key:{}", n % OWNERS),
        };
        (values, owner)
    };
    (1..=rows).map(row).collect()
}

/// Every combination of conditions of two kinds.
pub fn filters() -> Vec<Vec<Filter>> {
    let state = |state: &str| filter("state", FilterOperator::Eq, vec![text(state)]);
    let integers = |values: &[i64]| values.iter().copied().map(Value::Integer).collect();
    let number = |operator, values: &[i64]| filter("number", operator, integers(values));
    let in_states = |states: &[&str]| {
        let states = states.iter().copied().map(text).collect();
        filter("state", FilterOperator::In, states)
    };
    let states = [
        vec![],
        vec![state("nobody")],
        vec![state("rare")],
        vec![state("old")],
        vec![state("common")],
        vec![in_states(&["nobody", "rare"])],
        vec![in_states(&["old", "common", "rare"])],
        vec![filter("state", FilterOperator::Gt, vec![text("other")])],
        vec![filter("state", FilterOperator::Ne, vec![text("other")])],
    ];
    let late = Value::Timestamp(sample::time("2025-01-01T00:10:00Z"));
    let others = [
        vec![],
        vec![number(FilterOperator::Eq, &[7])],
        vec![number(FilterOperator::Gt, &[600])],
        vec![number(FilterOperator::Lte, &[-1])],
        vec![number(FilterOperator::In, &[3, 5, 2000])],
        vec![filter("weight", FilterOperator::Lt, integers(&[500]))],
        vec![filter("created_at", FilterOperator::Lte, vec![late])],
    ];
    let each = states.iter().flat_map(|state| {
        others
            .iter()
            .map(move |other| [state.as_slice(), other].concat())
    });
    each.collect()
}

/// The orders: none that was asked for, and others, some of which no index serves.
pub const ORDERS: [&[&str]; 6] = [
    &["-created_at", "-id"],
    &["created_at", "id"],
    &["number", "id"],
    &["-number", "-id"],
    &["state", "-number", "-id"],
    &["weight", "id"],
];

/// Whose rows are asked for.
pub fn reaches(is_owners_only: bool) -> Vec<Reach> {
    if is_owners_only {
        ["key:1", "key:few", "key:nobody"]
            .map(|owner| Reach::OwnedBy(owner.into()))
            .to_vec()
    } else {
        vec![Reach::Everything]
    }
}

/// The first page.
pub fn first_page(order: &[&str], filters: Vec<Filter>) -> ListQuery {
    let sort = order.iter().map(|key| SortKey {
        column: column_name(key.trim_start_matches('-')),
        descending: key.starts_with('-'),
    });
    ListQuery {
        filters,
        sort: sort.collect(),
        after: Vec::new(),
        limit: 20,
    }
}

/// Asks for pages of every list: the first, one behind a record in the middle, and one behind the last but one; each is
/// what the model says.
///
/// # Panics
/// Where a page is another.
pub async fn each_page_is_that_of_the_model(
    store: &dyn RecordRepository,
    table: &Arc<Table>,
    mut all: Vec<StoredRow>,
    is_owners_only: bool,
) {
    let shown = Arc::new(Projection::new(table, &[column_name("id")]));
    for order in ORDERS {
        let sort = first_page(order, Vec::new()).sort;
        all.sort_by(|(left, _), (right, _)| compare_rows(table, &sort, left, right));
        for (filters, reach) in filters().into_iter().flat_map(|filters| {
            let reaches = reaches(is_owners_only).into_iter();
            reaches.map(move |reach| (filters.clone(), reach))
        }) {
            let first = first_page(order, filters);
            let found = listed(table, &all, &first, &reach);
            let begins = [0, found.len() / 2, found.len().saturating_sub(1)];
            for begin in begins {
                let behind = begin.checked_sub(1).and_then(|at| found.get(at));
                let after = behind.map(|row| first.place_of(table, row));
                let query = ListQuery {
                    after: after.unwrap_or_default(),
                    ..first.clone()
                };
                let rows = found.iter().skip(begin).take(query.length());
                let expected: Vec<_> = rows
                    .filter_map(|row| row.first())
                    .map(id_as_shown)
                    .collect();
                let page = store
                    .show_page(table, query.clone(), reach.clone(), &shown)
                    .await;
                let page = page.unwrap_or_else(|error| unreachable!("{query:?}: {error:?}"));
                assert_eq!(
                    *page.items.expose(),
                    expected.join(","),
                    "{query:?} of {reach:?}"
                );
                let has_more = found.len() > begin + query.length();
                assert_eq!(page.end.is_some(), has_more, "{query:?} of {reach:?}");
            }
        }
    }
}

fn id_as_shown(id: &Value) -> String {
    let mut out = "{\"id\":".to_owned();
    id.write_json(&mut out);
    out + "}"
}

/// The rows of a list, of those that are in its order.
fn listed<'a>(
    table: &Table,
    all: &'a [StoredRow],
    query: &ListQuery,
    reach: &Reach,
) -> Vec<&'a Row> {
    let is_own = |owner: &str| match reach {
        Reach::Everything => true,
        Reach::OwnedBy(of) => owner == &**of,
    };
    let is_listed = |(row, owner): &&StoredRow| {
        let mut filters = query.filters.iter();
        is_own(owner) && filters.all(|filter| keeps(table, row, filter))
    };
    all.iter().filter(is_listed).map(|(row, _)| row).collect()
}

fn keeps(table: &Table, row: &[Value], filter: &Filter) -> bool {
    let value = value_of(table, &filter.column, row);
    let is = |order: Ordering| match filter.operator {
        FilterOperator::Eq | FilterOperator::In => order.is_eq(),
        FilterOperator::Ne => order.is_ne(),
        FilterOperator::Gt => order.is_gt(),
        FilterOperator::Gte => order.is_ge(),
        FilterOperator::Lt => order.is_lt(),
        FilterOperator::Lte => order.is_le(),
    };
    let mut wanted = filter.values.iter();
    !value.is_null() && wanted.any(|wanted| is(compare(value, wanted)))
}

fn filter(column: &str, operator: FilterOperator, values: Vec<Value>) -> Filter {
    Filter {
        column: column_name(column),
        operator,
        values,
    }
}
