//! The conditions of filters.

use diesel::result::QueryResult;
use specd_domain::column_type::ColumnType;
use specd_domain::query::{Filter, FilterOperator};
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use super::{column, wrong};
use crate::dialect::{Dialect, quoted};
use crate::records::bind;
use crate::statement::Statement;

/// Appends the condition that a row keeps.
pub(super) fn push_filter(
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
