//! Listing a collection, a page at a time.

use specd_domain::column_type::ScalarType;
use specd_domain::endpoint::Operation;
use specd_domain::query::{Filter, ListQuery, SortKey};
use specd_domain::record::Record;
use specd_domain::value::Value;

use super::cursor::{Cursor, QueryDigest};
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
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The records, in order.
    pub records: Vec<Record>,
    /// Where the page ended; `None` where nothing is behind it.
    pub next: Option<Cursor>,
}

/// One page of a collection.
///
/// # Errors
/// The cursor belongs to another query, or the store could not tell.
pub async fn list(
    permit: Permit<'_>,
    request: ListRequest,
    records: &dyn RecordRepository,
) -> Result<Page, RecordError> {
    permit.expect(Operation::List)?;
    let spec = permit.spec();
    let sort = whole_order(&permit, request.sort);
    let columns = sort_columns(&permit, &sort);
    let digest = QueryDigest::of(spec, &request.filters, &sort);
    let after = match &request.cursor {
        Some(cursor) => {
            let types: Vec<ScalarType> = columns.iter().map(|(_, scalar)| *scalar).collect();
            cursor.values(&digest, &types)?
        }
        None => Vec::new(),
    };
    let limit = request.limit;
    let query = ListQuery {
        filters: request.filters,
        sort,
        after,
        // One more than asked for tells whether there is a next page.
        limit: limit.saturating_add(1),
    };
    let found = records.list(&spec.table, query, permit.reach()).await?;
    Ok(page(found, limit, |record| {
        let values = columns.iter().map(|(at, _)| value_at(record, *at));
        Cursor::after(&digest, &values.collect::<Vec<_>>())
    }))
}

fn page(mut found: Vec<Record>, limit: u32, cursor_after: impl Fn(&Record) -> Cursor) -> Page {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(cursor_after);
    Page {
        records: found,
        next,
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
