//! Lists: filters, the order, and the page behind a row (ADR 0009).
//!
//! Nulls stand above everything: last when rising, first when falling.

use diesel::result::QueryResult;
use specd_app::catalog::compiled::default_order;
use specd_app::ports::records::Reach;
use specd_domain::name::ColumnName;
use specd_domain::query::{FilterOperator, ListQuery, SortKey};
use specd_domain::record::Record;
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use self::conditions::push_filter;
use self::ranges::{Key, Place, Range};
use crate::dialect::{Dialect, quoted};
use crate::records::{OWNER, bind, column_types, names, record, select};
use crate::selection::Selection;
use crate::session::Session;
use crate::statement::Statement;

mod attempts;
mod conditions;
mod ranges;
pub mod shared;

/// Texts of more conditions and sort keys than this are too many to keep prepared.
const MAX_CACHED_PARTS: usize = 2;

/// A page of the records within reach.
///
/// # Errors
/// The database's, or a query that names a column that is not there.
pub fn list<S: Session>(
    session: &mut S,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
) -> QueryResult<Vec<Record>> {
    let statement = statement(session.dialect(), table, query, reach)?;
    let rows = session.rows(statement, &column_types(table))?;
    Ok(rows.into_iter().map(record).collect())
}

/// The statement of a page.
///
/// # Errors
/// The query names a column that is not there, or its cursor does not fit its order.
pub fn statement(
    dialect: Dialect,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
) -> QueryResult<Statement> {
    build(dialect, table, query, reach, None)
}

/// The statement of a page of which only these columns are selected.
///
/// # Errors
/// The query names a column that is not there, or its cursor does not fit its order.
pub fn selecting(
    dialect: Dialect,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
    selection: &Selection,
) -> QueryResult<Statement> {
    build(dialect, table, query, reach, Some(selection))
}

fn build(
    dialect: Dialect,
    table: &Table,
    query: &ListQuery,
    reach: &Reach,
    selection: Option<&Selection>,
) -> QueryResult<Statement> {
    let keys = keys(table, &query.sort)?;
    let places = places(&keys, &query.after)?;
    let page = Page {
        dialect,
        table,
        query,
        reach,
        keys: &keys,
        selection,
        gate: None,
    };
    let ranges = if places.is_empty() {
        ranges::whole(dialect, &keys)
    } else {
        ranges::behind(&places)
    };
    let by_itself = |page: &Page<'_>| match ranges.as_slice() {
        [range] => page.of(range),
        [_, ..] if is_served(table, query) => page.joined(&ranges),
        _ => page.in_one_pass(&places, &ranges),
    };
    let tried = attempts::statement(&page, &places, &ranges, by_itself)?;
    let mut statement = match tried {
        Some(statement) => statement,
        None => by_itself(&page)?,
    };
    // There is one default order, and so few texts of it with one filter.
    let is_default = query.sort == default_order(table);
    let order_parts = if is_default { 1 } else { keys.len() };
    if query.filters.len() + order_parts > MAX_CACHED_PARTS {
        statement.uncached();
    }
    Ok(statement)
}

fn keys<'a>(table: &'a Table, sort: &[SortKey]) -> QueryResult<Vec<Key<'a>>> {
    let keys: QueryResult<Vec<_>> = sort
        .iter()
        .map(|key| {
            Ok(Key {
                column: column(table, key.column.as_str())?,
                descending: key.descending,
            })
        })
        .collect();
    let keys = keys?;
    if keys.is_empty() {
        return Err(wrong("a list needs an order"));
    }
    Ok(keys)
}

fn places<'a>(keys: &[Key<'a>], after: &'a [Value]) -> QueryResult<Vec<Place<'a>>> {
    if !after.is_empty() && after.len() != keys.len() {
        return Err(wrong("the cursor does not fit the order"));
    }
    let places = keys.iter().zip(after);
    Ok(places
        .map(|(key, value)| Place { key: *key, value })
        .collect())
}

fn column<'a>(table: &'a Table, name: &str) -> QueryResult<&'a Column> {
    let found = table.column(name).map(|(_, column)| column);
    found.ok_or_else(|| wrong("the table has no such column"))
}

fn wrong(reason: &'static str) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(reason.into())
}

/// Whether an index gives the rows in the order of the first key, once the filters have said what stands before that key
/// in the index. Where none does, every page takes all rows and sorts them, and must do so once alone.
fn is_served(table: &Table, query: &ListQuery) -> bool {
    let constraints = table.uniques.iter().map(|unique| &unique.columns);
    let mut constraints = constraints.chain([&table.primary_key]);
    let mut indexes = table
        .indexes
        .iter()
        .filter(|index| index.predicate.is_none());
    serves(query, default_order(table).iter().map(|key| &key.column))
        || constraints.any(|columns| serves(query, columns.iter().map(|column| &column.value)))
        || indexes.any(|index| serves(query, index.columns.iter().map(|part| &part.column.value)))
}

fn serves<'a>(query: &ListQuery, mut columns: impl Iterator<Item = &'a ColumnName>) -> bool {
    let is_fixed = |column: &ColumnName| {
        let mut filters = query.filters.iter();
        filters.any(|filter| filter.operator == FilterOperator::Eq && filter.column == *column)
    };
    let begins = columns.find(|column| !is_fixed(column));
    begins.is_some() && begins == query.sort.first().map(|key| &key.column)
}

/// A page, as it is being said.
struct Page<'a> {
    dialect: Dialect,
    table: &'a Table,
    query: &'a ListQuery,
    reach: &'a Reach,
    keys: &'a [Key<'a>],
    /// Every column, where there is none.
    selection: Option<&'a Selection>,
    /// What must hold for anything to be read; it says nothing of columns.
    gate: Option<Statement>,
}

impl Page<'_> {
    fn select(&self) -> Statement {
        match self.selection {
            Some(selection) => selection.of(self.table),
            None => select(self.table),
        }
    }

    /// The columns, as they are selected.
    fn names(&self) -> String {
        match self.selection {
            Some(selection) => selection.names().to_owned(),
            None => names(self.table),
        }
    }

    /// The first page; or, behind a row, one pass over all rows, of which those in a range are taken.
    fn in_one_pass(&self, places: &[Place<'_>], ranges: &[Range<'_>]) -> QueryResult<Statement> {
        let mut statement = self.select();
        let joint = self.push_filters(&mut statement)?;
        if !places.is_empty() {
            statement.push(joint);
            push_any(self.dialect, &mut statement, places, ranges);
        }
        self.push_order(&mut statement);
        self.push_limit(&mut statement);
        Ok(statement)
    }

    /// The page within one range.
    fn of(&self, range: &Range<'_>) -> QueryResult<Statement> {
        let mut statement = self.select();
        self.push_range(&mut statement, range)?;
        self.push_limit(&mut statement);
        Ok(statement)
    }

    /// The page over several ranges, each of which is begun only where those before it did not fill the page. One
    /// statement, so that all of them see the rows of one moment.
    fn joined(&self, ranges: &[Range<'_>]) -> QueryResult<Statement> {
        let mut statement = Statement::new("");
        for (position, range) in ranges.iter().enumerate() {
            statement.push(if position == 0 { "WITH " } else { ", " });
            statement.push(&format!("{} AS MATERIALIZED (", range_name(position)));
            statement.push(&self.select().text());
            let found: Vec<_> = (0..position)
                .map(|before| format!("(SELECT count(*) FROM {})", range_name(before)))
                .collect();
            self.push_range_behind(&mut statement, range, &found.join(" + "))?;
            statement.push(")");
        }
        for position in 0..ranges.len() {
            statement.push(if position == 0 { " " } else { " UNION ALL " });
            statement.push(&format!("SELECT * FROM {}", range_name(position)));
        }
        self.push_order(&mut statement);
        self.push_limit(&mut statement);
        Ok(statement)
    }

    /// The condition, the order and the limit of a range behind others, in which `found` rows were found. `PostgreSQL`
    /// asks a condition without columns once and before it begins, and plans by a limit that is a value; `SQLite` asks it
    /// for each row, and counts a limit once.
    fn push_range_behind(
        &self,
        statement: &mut Statement,
        range: &Range<'_>,
        found: &str,
    ) -> QueryResult<()> {
        if found.is_empty() {
            self.push_range(statement, range)?;
            self.push_limit(statement);
        } else if self.dialect.is_sqlite() {
            self.push_range(statement, range)?;
            self.push_limit_without(statement, &format!(" - ({found})"));
        } else {
            self.push_condition(statement, range)?;
            statement.push(&format!(" AND {found} < "));
            statement.bind_number(i64::from(self.query.limit));
            range.push_order(self.dialect, statement, self.keys);
            self.push_limit(statement);
        }
        Ok(())
    }

    fn push_range(&self, statement: &mut Statement, range: &Range<'_>) -> QueryResult<()> {
        self.push_condition(statement, range)?;
        range.push_order(self.dialect, statement, self.keys);
        Ok(())
    }

    fn push_condition(&self, statement: &mut Statement, range: &Range<'_>) -> QueryResult<()> {
        let joint = self.push_filters(statement)?;
        statement.push(joint);
        range.push_condition(self.dialect, statement);
        Ok(())
    }

    /// Whose rows, and which of them; answers what the next condition begins with.
    fn push_filters(&self, statement: &mut Statement) -> QueryResult<&'static str> {
        let mut joint = " WHERE ";
        if let Reach::OwnedBy(owner) = self.reach {
            statement.push(joint);
            statement.push(&format!("{} = ", quoted(OWNER)));
            statement.bind_text(&**owner);
            joint = " AND ";
        }
        for filter in &self.query.filters {
            statement.push(joint);
            push_filter(self.dialect, statement, self.table, filter.clone())?;
            joint = " AND ";
        }
        if let Some(gate) = self.gate.as_ref().filter(|_| !self.dialect.is_sqlite()) {
            statement.push(joint).append(gate.clone());
            joint = " AND ";
        }
        Ok(joint)
    }

    fn push_order(&self, statement: &mut Statement) {
        for (position, key) in self.keys.iter().enumerate() {
            statement.push(if position == 0 { " ORDER BY " } else { ", " });
            key.push(self.dialect, statement, true);
        }
    }

    fn push_limit(&self, statement: &mut Statement) {
        self.push_limit_without(statement, "");
    }

    /// The limit, less what was found before. `SQLite` plans by a limit that is a value alone, and prepares the statement
    /// anew for each.
    fn push_limit_without(&self, statement: &mut Statement, found: &str) {
        let close = match &self.gate {
            _ if !self.dialect.is_sqlite() => {
                statement.push(" LIMIT ");
                ""
            }
            Some(gate) => {
                statement.push(" LIMIT CASE WHEN ").append(gate.clone());
                statement.push(" THEN max(0, ");
                ") ELSE 0 END"
            }
            None if found.is_empty() => {
                statement.push(" LIMIT 0 + ");
                ""
            }
            None => {
                statement.push(" LIMIT max(0, ");
                ")"
            }
        };
        statement.bind_number(i64::from(self.query.limit));
        statement.push(found).push(close);
    }
}

/// No document has a table of this name.
fn range_name(position: usize) -> String {
    quoted(&format!("specd_range_{}", position + 1))
}

/// That a row is in one of the ranges. Where it can be said, no row before the first key's value.
fn push_any(
    dialect: Dialect,
    statement: &mut Statement,
    places: &[Place<'_>],
    ranges: &[Range<'_>],
) {
    let Some(first) = places.first().filter(|_| !ranges.is_empty()) else {
        // Every key of the row was null and rising: it was the last.
        statement.push("1 = 0");
        return;
    };
    if !first.value.is_null() && (first.key.descending || !first.key.column.nullable) {
        statement.push(&first.key.name());
        statement.push(if first.key.descending { " <= " } else { " >= " });
        bind(dialect, statement, first.key.column, first.value.clone());
        statement.push(" AND ");
    }
    for (position, range) in ranges.iter().enumerate() {
        statement.push(if position == 0 { "((" } else { ") OR (" });
        range.push_condition(dialect, statement);
    }
    statement.push("))");
}
