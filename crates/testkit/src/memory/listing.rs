//! Lists in memory.

use std::cmp::Ordering;

use specd_app::ports::records::Reach;
use specd_app::ports::store::StoreError;
use specd_domain::name::ColumnName;
use specd_domain::query::{Filter, FilterOperator, ListQuery};
use specd_domain::record::Record;
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::failed;
use super::table::StoredTable;
use crate::order::{compare, compare_rows, compare_to_cursor, value_of};

/// A page of the rows within reach, in the order of the query.
pub(super) fn page(
    stored: &StoredTable,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
) -> Result<Vec<Record>, StoreError> {
    columns_are_there(table, query)?;
    let mut page: Vec<Record> = stored
        .within(reach)
        .map(|record| stored.narrowed(table, record))
        .collect::<Result<_, _>>()?;
    page.retain(|record| is_listed(table, query, &record.row));
    page.sort_by(|left, right| compare_rows(table, &query.sort, &left.row, &right.row));
    page.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
    Ok(page)
}

fn columns_are_there(table: &Table, query: &ListQuery) -> Result<(), StoreError> {
    let is_missing = |column: &ColumnName| table.column(column.as_str()).is_none();
    let filtered = query.filters.iter().map(|filter| &filter.column);
    let sorted = query.sort.iter().map(|key| &key.column);
    if query.sort.is_empty() || !(query.after.is_empty() || query.after.len() == query.sort.len()) {
        return Err(failed("the query has no whole order"));
    }
    match filtered.chain(sorted).find(|column| is_missing(column)) {
        Some(column) => Err(failed(format!("there is no column `{column}`"))),
        None => Ok(()),
    }
}

fn is_listed(table: &Table, query: &ListQuery, row: &[Value]) -> bool {
    let is_behind =
        query.after.is_empty() || compare_to_cursor(table, query, row) == Ordering::Greater;
    is_behind && query.filters.iter().all(|filter| holds(table, filter, row))
}

/// Null is not equal to anything, nor unequal, nor more or less.
fn holds(table: &Table, filter: &Filter, row: &[Value]) -> bool {
    let value = value_of(table, &filter.column, row);
    if value.is_null() {
        return false;
    }
    filter.values.iter().any(|wanted| {
        let order = compare(value, wanted);
        match filter.operator {
            FilterOperator::Eq | FilterOperator::In => order.is_eq(),
            FilterOperator::Ne => order.is_ne(),
            FilterOperator::Gt => order.is_gt(),
            FilterOperator::Gte => order.is_ge(),
            FilterOperator::Lt => order.is_lt(),
            FilterOperator::Lte => order.is_le(),
        }
    })
}
