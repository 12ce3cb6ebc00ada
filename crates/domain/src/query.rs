//! Queries: what a client asks of a collection.

use serde::{Deserialize, Serialize};

use crate::name::ColumnName;
use crate::table::Table;
use crate::value::Value;

/// An operator of a filter: `field=`, `field[gt|gte|lt|lte|ne|in]=` (http-contract, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterOperator {
    /// Equal.
    Eq,
    /// Not equal; null is not equal to anything and never listed.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// One of.
    In,
}

/// One condition; all conditions of a query hold together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    /// The column.
    pub column: ColumnName,
    /// The operator.
    pub operator: FilterOperator,
    /// One value, for `In` one or more; never null.
    pub values: Vec<Value>,
}

/// One sort key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// The column.
    pub column: ColumnName,
    /// Largest first. Nulls stand last when rising and first when falling, on every store.
    pub descending: bool,
}

/// A page of a collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListQuery {
    /// The conditions.
    pub filters: Vec<Filter>,
    /// The whole order, never empty; its last key is the primary key, so that no two rows are equal.
    pub sort: Vec<SortKey>,
    /// The values of the sort keys of the row before the page; empty for the first page.
    pub after: Vec<Value>,
    /// How many rows at the most.
    pub limit: u32,
}

impl ListQuery {
    /// How many rows at the most.
    pub fn length(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    /// The same query for one row more, which tells whether there is a next page.
    #[must_use]
    pub fn and_one_more(&self) -> Self {
        Self {
            limit: self.limit.saturating_add(1),
            ..self.clone()
        }
    }

    /// The values of the sort keys of a row: where a page that ends with it ends. A key that is no column of the table
    /// is left out.
    pub fn place_of(&self, table: &Table, row: &[Value]) -> Vec<Value> {
        let keys = self.sort.iter();
        keys.filter_map(|key| {
            let (position, _) = table.column(key.column.as_str())?;
            Some(row.get(position).cloned().unwrap_or(Value::Null))
        })
        .collect()
    }
}
