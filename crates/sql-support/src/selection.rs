//! What is selected for an answer: the columns that it shows, and behind them what its tag or its cursor is made of.

use diesel::result::QueryResult;
use specd_app::ports::records::Reach;
use specd_domain::column_type::{ColumnType, ScalarType};
use specd_domain::query::SortKey;
use specd_domain::record::Projection;
use specd_domain::table::{Column, Table};
use specd_domain::value::Value;

use crate::dialect::{Dialect, push_quoted};
use crate::records::{VERSION, bind, push_reach};
use crate::statement::{Statement, TypedValue};

/// The columns of a `SELECT`. Those of the projection come first, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    names: String,
    types: Vec<ColumnType>,
    behind: Vec<usize>,
}

impl Selection {
    /// For one record: what is shown of it, and its version.
    pub fn of_record(table: &Table, projection: &Projection) -> Self {
        let mut selection = Self::shown(table, projection);
        selection.push(VERSION, ColumnType::Scalar(ScalarType::BigInt));
        selection
    }

    /// For a page in this order: what is shown of its records, and the sort keys that are not.
    pub fn of_page(table: &Table, projection: &Projection, sort: &[SortKey]) -> Self {
        let mut selection = Self::shown(table, projection);
        let shown: Vec<usize> = projection.positions().collect();
        for key in sort {
            let Some((position, column)) = table.column(key.column.as_str()) else {
                continue;
            };
            match shown.iter().position(|shown| *shown == position) {
                Some(at) => selection.behind.push(at),
                None => selection.push(key.column.as_str(), column.column_type.value),
            }
        }
        selection
    }

    fn shown(table: &Table, projection: &Projection) -> Self {
        let mut selection = Self {
            names: String::new(),
            types: Vec::new(),
            behind: Vec::new(),
        };
        for column in projection
            .positions()
            .filter_map(|at| table.columns.get(at))
        {
            selection.push(column.name.value.as_str(), column.column_type.value);
        }
        selection.behind.clear();
        selection
    }

    fn push(&mut self, name: &str, column_type: ColumnType) {
        if !self.names.is_empty() {
            self.names.push_str(", ");
        }
        push_quoted(&mut self.names, name);
        self.behind.push(self.types.len());
        self.types.push(column_type);
    }

    /// The types of the columns.
    pub fn types(&self) -> &[ColumnType] {
        &self.types
    }

    /// Where the version, or each of the sort keys, stands among the columns.
    pub fn behind(&self) -> &[usize] {
        &self.behind
    }

    /// The names of the columns, with commas between them.
    pub(crate) fn names(&self) -> &str {
        &self.names
    }

    /// `SELECT` of the columns from the document's table.
    pub(crate) fn of(&self, table: &Table) -> Statement {
        let mut statement = Statement::new("SELECT ");
        statement.push(&self.names).push(" FROM ");
        statement.push_name(table.name.value.as_str());
        statement
    }

    /// The row of a key, within reach.
    ///
    /// # Errors
    /// The table has no key of one column.
    pub fn of_key(
        &self,
        dialect: Dialect,
        table: &Table,
        key: Value,
        reach: &Reach,
    ) -> QueryResult<Statement> {
        let column = key_of(table)?;
        let mut statement = self.of(table);
        statement.push(" WHERE ");
        statement.push_name(column.name.value.as_str());
        statement.push(" = ");
        bind(dialect, &mut statement, column, key);
        push_reach(&mut statement, reach);
        Ok(statement)
    }
}

/// The values of [`Selection::of_key`], in their order.
///
/// # Errors
/// The table has no key of one column.
pub fn values_of_key(table: &Table, key: Value, reach: &Reach) -> QueryResult<Vec<TypedValue>> {
    let mut values = vec![TypedValue::of_column(key_of(table)?, key)];
    values.extend(TypedValue::of_owner(reach));
    Ok(values)
}

fn key_of(table: &Table) -> QueryResult<&Column> {
    let key = table.key().map(|(_, column)| column);
    key.ok_or_else(|| {
        diesel::result::Error::QueryBuilderError("the table has no key of one column".into())
    })
}
