//! Pages that may share a statement: each is a range of one index, which is short whatever its values are, so that no page
//! keeps the others waiting.

use diesel::result::QueryResult;
use specd_app::catalog::compiled::default_order;
use specd_app::ports::records::Reach;
use specd_domain::name::ColumnName;
use specd_domain::query::{FilterOperator, ListQuery, SortKey};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::ranges;
use super::{Page, column, keys, places};
use crate::dialect::Dialect;
use crate::schema::behind;
use crate::selection::Selection;
use crate::statement::{Statement, TypedValue};

/// Whether the page is a range of an index.
pub fn is_shareable(table: &Table, query: &ListQuery, reach: &Reach) -> bool {
    is_one_range(table, query) && is_of_an_index(table, query, reach)
}

/// Whether two pages are ranges of the same index, said in the same text.
pub fn is_alike(one: &ListQuery, other: &ListQuery) -> bool {
    let filters = one.filters.iter().zip(&other.filters);
    one.filters.len() == other.filters.len()
        && one.after.len() == other.after.len()
        && one.sort == other.sort
        && { filters }.all(|(one, other)| one.column == other.column)
}

/// The statement of a page that may share it, without its limit.
///
/// # Errors
/// The query names a column that is not there, or its cursor does not fit its order.
pub fn range(
    dialect: Dialect,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
    selection: &Selection,
) -> QueryResult<Statement> {
    let keys = keys(table, &query.sort)?;
    let places = places(&keys, &query.after)?;
    let page = Page {
        dialect,
        table,
        query,
        reach,
        keys: &keys,
        selection: Some(selection),
        gate: None,
    };
    let mut statement = selection.of(table);
    if let [range] = ranges::behind(&places).as_slice() {
        page.push_range(&mut statement, range)?;
    } else {
        page.push_filters(&mut statement)?;
        page.push_order(&mut statement);
    }
    Ok(statement)
}

/// The values of [`range`], in their order.
///
/// # Errors
/// The query names a column that is not there.
pub fn values(table: &Table, query: &ListQuery, reach: &Reach) -> QueryResult<Vec<TypedValue>> {
    let mut values: Vec<_> = TypedValue::of_owner(reach).into_iter().collect();
    for filter in &query.filters {
        let column = column(table, filter.column.as_str())?;
        let value = filter.values.iter().take(1).cloned();
        values.extend(value.map(|value| TypedValue::of_column(column, value)));
    }
    for (key, value) in query.sort.iter().zip(&query.after) {
        let column = column(table, key.column.as_str())?;
        values.push(TypedValue::of_column(column, value.clone()));
    }
    Ok(values)
}

/// Whether all rows behind the cursor are behind it in one comparison, which an index can begin with.
fn is_one_range(table: &Table, query: &ListQuery) -> bool {
    let Some(first) = query.sort.first() else {
        return false;
    };
    let is_nullable = |key: &SortKey| {
        let found = table.column(key.column.as_str());
        found.is_none_or(|(_, column)| column.nullable)
    };
    let goes_one_way =
        |key: &SortKey| key.descending == first.descending && (key.descending || !is_nullable(key));
    let has_place = query.after.is_empty() || query.after.len() == query.sort.len();
    has_place && query.sort.iter().all(goes_one_way) && !query.after.iter().any(Value::is_null)
}

/// Whether the rows that the filters leave stand side by side in an index, in the order of the query.
pub(super) fn is_of_an_index(table: &Table, query: &ListQuery, reach: &Reach) -> bool {
    let is_default = query.sort == default_order(table);
    if query.filters.is_empty() && is_default {
        return true;
    }
    let mut operators = query.filters.iter().map(|filter| filter.operator);
    if !operators.all(|operator| operator == FilterOperator::Eq) {
        return false;
    }
    if is_default && is_of_filters(table, query, reach) {
        return true;
    }
    // The indexes of a document know nothing of owners.
    *reach == Reach::Everything && is_of_the_document(table, query)
}

/// Whether the filters are the columns of an index that has the default order behind them.
fn is_of_filters(table: &Table, query: &ListQuery, reach: &Reach) -> bool {
    let is_filter =
        |column: &ColumnName| query.filters.iter().any(|filter| filter.column == *column);
    let is_of_owners = *reach != Reach::Everything;
    let mut behind = { table.indexes.iter() }
        .filter_map(|index| behind::ordered(table, index, is_of_owners, is_filter));
    behind.any(|behind| behind.fixed == query.filters.len())
}

fn is_of_the_document(table: &Table, query: &ListQuery) -> bool {
    let rising = |column: &ColumnName| SortKey {
        column: column.clone(),
        descending: false,
    };
    let constraints = table.uniques.iter().map(|unique| &unique.columns);
    let mut constraints = constraints.chain([&table.primary_key]);
    let mut indexes = { table.indexes.iter() }.filter(|index| index.predicate.is_none());
    constraints.any(|columns| {
        let columns = columns.iter().map(|column| rising(&column.value));
        begins_with(&columns.collect::<Vec<_>>(), query)
    }) || indexes.any(|index| {
        let columns = index.columns.iter().map(|part| SortKey {
            column: part.column.value.clone(),
            descending: part.descending,
        });
        begins_with(&columns.collect::<Vec<_>>(), query)
    })
}

/// Whether an index of these columns begins with those that the filters fix, and goes on with the order, forwards or
/// backwards.
fn begins_with(index: &[SortKey], query: &ListQuery) -> bool {
    let is_filtered =
        |column: &ColumnName| query.filters.iter().any(|filter| filter.column == *column);
    let Some((fixed, rest)) = index.split_at_checked(query.filters.len()) else {
        return false;
    };
    let Some(order) = rest.get(..query.sort.len()) else {
        return false;
    };
    let turned =
        order.first().map(|key| key.descending) != query.sort.first().map(|key| key.descending);
    let mut pairs = order.iter().zip(&query.sort);
    fixed.iter().all(|key| is_filtered(&key.column))
        && pairs.all(|(part, key)| {
            part.column == key.column && (part.descending != key.descending) == turned
        })
}
