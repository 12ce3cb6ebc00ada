//! Lists: filters, the order, and the page behind a row.
//!
//! Nulls stand above everything: last when rising, first when falling. `PostgreSQL` has it so by itself, `SQLite` is told.

use diesel::result::QueryResult;
use specd_app::catalog::compiled::default_order;
use specd_domain::column_type::ColumnType;
use specd_domain::query::{Filter, FilterOperator, ListQuery, SortKey};
use specd_domain::record::Record;
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use crate::dialect::{Dialect, quoted};
use crate::records::{bind, column_types, record, select};
use crate::session::Session;
use crate::statement::Statement;

/// Texts of more conditions and sort keys than this are too many to keep prepared.
const MAX_CACHED_PARTS: usize = 2;

/// A page.
///
/// # Errors
/// The database's, or a query that names a column that is not there.
pub fn list<S: Session>(
    session: &mut S,
    table: &Table,
    query: ListQuery,
) -> QueryResult<Vec<Record>> {
    let statement = statement(session.dialect(), table, query)?;
    let rows = session.rows(statement, &column_types(table))?;
    Ok(rows.into_iter().map(record).collect())
}

/// The statement of a page.
///
/// # Errors
/// The query names a column that is not there, or its cursor does not fit its order.
pub fn statement(dialect: Dialect, table: &Table, query: ListQuery) -> QueryResult<Statement> {
    let mut statement = select(table);
    let keys = keys(table, &query.sort)?;
    // There is one default order, and so few texts of it with one filter.
    let is_default = query.sort == default_order(table);
    let order_parts = if is_default { 1 } else { keys.len() };
    if query.filters.len() + order_parts > MAX_CACHED_PARTS {
        statement.uncached();
    }
    let mut joint = " WHERE ";
    for filter in query.filters {
        statement.push(joint);
        push_filter(dialect, &mut statement, table, filter)?;
        joint = " AND ";
    }
    if !query.after.is_empty() {
        if query.after.len() != keys.len() {
            return Err(wrong("the cursor does not fit the order"));
        }
        statement.push(joint);
        After {
            dialect,
            keys: &keys,
            values: &query.after,
        }
        .push(&mut statement);
    }
    push_order(dialect, &mut statement, &keys);
    statement.push(" LIMIT ");
    statement.bind_number(i64::from(query.limit));
    Ok(statement)
}

struct Key<'a> {
    column: &'a Column,
    descending: bool,
}

impl Key<'_> {
    fn name(&self) -> String {
        quoted(self.column.name.value.as_str())
    }
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

fn column<'a>(table: &'a Table, name: &str) -> QueryResult<&'a Column> {
    let found = table.column(name).map(|(_, column)| column);
    found.ok_or_else(|| wrong("the table has no such column"))
}

fn wrong(reason: &'static str) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(reason.into())
}

fn push_filter(
    dialect: Dialect,
    statement: &mut Statement,
    table: &Table,
    filter: Filter,
) -> QueryResult<()> {
    let column = column(table, filter.column.as_str())?;
    statement.push(&quoted(column.name.value.as_str()));
    let operator = match filter.operator {
        FilterOperator::Eq => " = ",
        FilterOperator::Ne => " <> ",
        FilterOperator::Gt => " > ",
        FilterOperator::Gte => " >= ",
        FilterOperator::Lt => " < ",
        FilterOperator::Lte => " <= ",
        FilterOperator::In => {
            push_choices(dialect, statement, column, filter.values);
            return Ok(());
        }
    };
    let value = filter.values.into_iter().next();
    let value = value.ok_or_else(|| wrong("a filter needs a value"))?;
    statement.push(operator);
    bind(dialect, statement, column, value);
    Ok(())
}

/// On `PostgreSQL` one array; on `SQLite` places whose number is a power of two, the last value repeated, so that the
/// texts stay few.
fn push_choices(dialect: Dialect, statement: &mut Statement, column: &Column, values: Vec<Value>) {
    let as_array = match column.column_type.value {
        ColumnType::Scalar(scalar) if !dialect.is_sqlite() => Some(scalar),
        _ => None,
    };
    if let Some(scalar) = as_array {
        let array = Column {
            column_type: specd_domain::Located::new(
                ColumnType::Array(scalar),
                column.column_type.span,
            ),
            ..column.clone()
        };
        statement.push(" = ANY(");
        bind(dialect, statement, &array, Value::Array(values));
        statement.push(")");
        return;
    }
    let places = values.len().next_power_of_two();
    let last = values.last().cloned().unwrap_or(Value::Null);
    let choices = values.into_iter().chain(std::iter::repeat(last));
    statement.push(" IN (");
    for (position, value) in choices.take(places).enumerate() {
        if position > 0 {
            statement.push(", ");
        }
        bind(dialect, statement, column, value);
    }
    statement.push(")");
}

fn push_order(dialect: Dialect, statement: &mut Statement, keys: &[Key<'_>]) {
    for (position, key) in keys.iter().enumerate() {
        statement.push(if position == 0 { " ORDER BY " } else { ", " });
        statement.push(&key.name());
        if key.descending {
            statement.push(" DESC");
        }
        if dialect.is_sqlite() && key.column.nullable {
            statement.push(if key.descending {
                " NULLS FIRST"
            } else {
                " NULLS LAST"
            });
        }
    }
}

/// The rows behind one.
struct After<'a> {
    dialect: Dialect,
    keys: &'a [Key<'a>],
    values: &'a [Value],
}

impl After<'_> {
    fn push(&self, statement: &mut Statement) {
        if self.is_one_comparison() {
            self.push_comparison(statement);
        } else {
            self.push_cases(statement);
        }
    }

    /// Whether comparing the keys as one row tells which rows are behind. Falling, nulls come first, and a comparison
    /// with a value is never true of them; rising, they come last, so that no key may be null.
    fn is_one_comparison(&self) -> bool {
        let all_known = !self.values.iter().any(Value::is_null);
        let all_falling = self.keys.iter().all(|key| key.descending);
        let all_rising = self
            .keys
            .iter()
            .all(|key| !key.descending && !key.column.nullable);
        all_known && (all_falling || all_rising)
    }

    fn push_comparison(&self, statement: &mut Statement) {
        let names: Vec<_> = self.keys.iter().map(Key::name).collect();
        let falls = self.keys.iter().all(|key| key.descending);
        statement.push("(");
        statement.push(&names.join(", "));
        statement.push(if falls { ") < (" } else { ") > (" });
        for (position, (key, value)) in self.keys.iter().zip(self.values).enumerate() {
            if position > 0 {
                statement.push(", ");
            }
            bind(self.dialect, statement, key.column, value.clone());
        }
        statement.push(")");
    }

    /// Behind in the first key; or equal in it and behind in the second; and so on. Where it can be said, no row before
    /// the first key's value: that an index can begin with, and with the cases it cannot.
    fn push_cases(&self, statement: &mut Statement) {
        statement.push("(");
        if let Some((key, value)) = self.keys.first().zip(self.values.first())
            && !value.is_null()
            && (key.descending || !key.column.nullable)
        {
            statement.push(&key.name());
            statement.push(if key.descending { " <= " } else { " >= " });
            bind(self.dialect, statement, key.column, value.clone());
            statement.push(" AND (");
            self.push_each_case(statement);
            statement.push(")");
        } else {
            self.push_each_case(statement);
        }
        statement.push(")");
    }

    fn push_each_case(&self, statement: &mut Statement) {
        let mut is_first = true;
        for (position, (key, value)) in self.keys.iter().zip(self.values).enumerate() {
            if value.is_null() && !key.descending {
                // Nothing stands behind null when rising.
                continue;
            }
            statement.push(if is_first { "(" } else { " OR (" });
            is_first = false;
            for (key, value) in self.keys.iter().zip(self.values).take(position) {
                self.push_equal(statement, key, value);
                statement.push(" AND ");
            }
            self.push_behind(statement, key, value);
            statement.push(")");
        }
        // Every key of the row was null and rising: it was the last.
        if is_first {
            statement.push("1 = 0");
        }
    }

    fn push_equal(&self, statement: &mut Statement, key: &Key<'_>, value: &Value) {
        statement.push(&key.name());
        if value.is_null() {
            statement.push(" IS NULL");
        } else {
            statement.push(" = ");
            bind(self.dialect, statement, key.column, value.clone());
        }
    }

    fn push_behind(&self, statement: &mut Statement, key: &Key<'_>, value: &Value) {
        if value.is_null() {
            statement.push(&format!("{} IS NOT NULL", key.name()));
            return;
        }
        let takes_nulls = !key.descending && key.column.nullable;
        if takes_nulls {
            statement.push(&format!("({} IS NULL OR ", key.name()));
        }
        statement.push(&key.name());
        statement.push(if key.descending { " < " } else { " > " });
        bind(self.dialect, statement, key.column, value.clone());
        if takes_nulls {
            statement.push(")");
        }
    }
}
