//! Listing a collection, a page at a time.

use specd_domain::column_type::ScalarType;
use specd_domain::endpoint::Operation;
use specd_domain::query::{Filter, ListQuery, SortKey};
use specd_domain::record::Record;
use specd_domain::sensitive::Sensitive;
use specd_domain::value::Value;

use super::cursor::{Cursor, CursorSealer, Place, QueryDigest, digest_of};
use super::error::RecordError;
use super::permit::Permit;
use crate::ports::records::RecordRepository;

/// What a caller asks of a collection. Filters and sort keys were looked up in the document already.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRequest {
    /// The conditions.
    pub filters: Vec<Filter>,
    /// The order that was asked for; empty means newest first.
    pub sort: Vec<SortKey>,
    /// Where the page before ended.
    pub cursor: Option<Cursor>,
    /// How many records at the most.
    pub limit: u32,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What the answer shows of its records: JSON objects in order, with commas between them.
    pub items: Sensitive<String>,
    /// Where the page ended; `None` where nothing is behind it.
    pub next: Option<Cursor>,
}

/// One page of a collection.
///
/// # Errors
/// The cursor belongs to another query or caller, or its place is lost; or the store could not tell.
pub async fn list(
    permit: Permit<'_>,
    mut request: ListRequest,
    records: &dyn RecordRepository,
    cursors: &CursorSealer,
) -> Result<Page, RecordError> {
    permit.expect(Operation::List)?;
    let table = &permit.spec().table;
    // In whatever order they are written, they are one query: one cursor, and one text of the statement.
    let place = |filter: &Filter| (filter.column.clone(), filter.operator);
    request.filters.sort_by_key(place);
    let order = Order::of(&permit, &request.filters, request.sort);
    let after = match &request.cursor {
        Some(cursor) => {
            let place = cursor.open(&cursors.seal().await?, &order.digest, &order.types())?;
            values_at(&permit, &order, place, records).await?
        }
        None => Vec::new(),
    };
    let query = ListQuery {
        filters: request.filters,
        sort: order.sort,
        after,
        limit: request.limit,
    };
    let page = records
        .show_page(table, query, permit.reach(), &permit.projection())
        .await?;
    let next = match page.end {
        Some(values) => {
            let place = Place::behind(values);
            Cursor::sealed(&cursors.seal().await?, &order.digest, &place)
        }
        None => None,
    };
    Ok(Page {
        items: page.items,
        next,
    })
}

/// The values of the sort keys at a place. A place that names its record is lost with it: going on at another one would
/// repeat records or leave some out.
async fn values_at(
    permit: &Permit<'_>,
    order: &Order,
    place: Place,
    records: &dyn RecordRepository,
) -> Result<Vec<Value>, RecordError> {
    let (key, digest) = match place {
        Place::Values(values) => return Ok(values),
        Place::Record { key, digest } => (key, digest),
    };
    let record = records
        .read(&permit.spec().table, key, permit.reach())
        .await?;
    let values = record.map(|record| order.values(&record));
    values
        .filter(|values| digest_of(values) == digest)
        .ok_or(RecordError::LostCursor)
}

/// The order of a list, and what its cursors are bound to.
struct Order {
    sort: Vec<SortKey>,
    columns: Vec<(usize, ScalarType)>,
    digest: QueryDigest,
}

impl Order {
    fn of(permit: &Permit<'_>, filters: &[Filter], asked: Vec<SortKey>) -> Self {
        let sort = whole_order(permit, asked);
        Self {
            columns: sort_columns(permit, &sort),
            digest: QueryDigest::of(permit.spec(), &permit.reach(), filters, &sort),
            sort,
        }
    }

    fn types(&self) -> Vec<ScalarType> {
        self.columns.iter().map(|(_, scalar)| *scalar).collect()
    }

    fn values(&self, record: &Record) -> Vec<Value> {
        let columns = self.columns.iter();
        columns.map(|(at, _)| value_at(record, *at)).collect()
    }
}

/// The order asked for, or newest first; its last key is the primary key, so that no two records are equal. It goes the
/// way of the key before it, so that both databases find the next page by comparing the two as one.
fn whole_order(permit: &Permit<'_>, asked: Vec<SortKey>) -> Vec<SortKey> {
    let compiled = permit.compiled_spec();
    if asked.is_empty() {
        return compiled.default_order.clone();
    }
    let mut sort = asked;
    if let Some(key) = &compiled.key {
        // Behind the key nothing can decide any more.
        if let Some(at) = sort.iter().position(|asked| asked.column == key.name) {
            sort.truncate(at + 1);
        } else {
            let descending = sort.last().is_some_and(|last| last.descending);
            sort.push(SortKey {
                column: key.name.clone(),
                descending,
            });
        }
    }
    sort
}

fn sort_columns(permit: &Permit<'_>, sort: &[SortKey]) -> Vec<(usize, ScalarType)> {
    let table = &permit.spec().table;
    sort.iter()
        .filter_map(|key| {
            let (position, column) = table.column(key.column.as_str())?;
            Some((position, column.scalar()?))
        })
        .collect()
}

fn value_at(record: &Record, position: usize) -> Value {
    record.row.get(position).cloned().unwrap_or(Value::Null)
}
