//! What constraints are made of: the values of columns, the uniques of a table, who refers to whom, and whether a
//! `CHECK` is false.

use chrono::{DateTime, Utc};
use specd_app::ports::store::StoreError;
use specd_domain::name::{ColumnName, ConstraintName, TableName};
use specd_domain::record::Row;
use specd_domain::rule::evaluate::evaluate;
use specd_domain::rule::{Compiled, EvaluationError, Expr, Truth};
use specd_domain::table::{Check, Enforcement, Reference, Table};
use specd_domain::value::Value;

use super::constraints::names;
use super::table::{Key, StoredTable};
use super::{Tables, failed};
use crate::order::{same, value_of};

/// A `UNIQUE` constraint or a unique index.
pub(super) struct Uniqueness<'a> {
    pub(super) name: &'a ConstraintName,
    pub(super) columns: Vec<ColumnName>,
    predicate: Option<&'a Expr>,
}

impl Uniqueness<'_> {
    /// Whether a row is in the index: always, but for a partial one.
    pub(super) fn covers(&self, table: &Table, row: &Row, now: DateTime<Utc>) -> bool {
        self.predicate
            .is_none_or(|predicate| truth(table, predicate, row, now) == Ok(Truth::True))
    }
}

/// The `UNIQUE` constraints, then the unique indexes.
pub(super) fn uniques(table: &Table) -> impl Iterator<Item = Uniqueness<'_>> {
    let constraints = table.uniques.iter().map(|unique| Uniqueness {
        name: &unique.name,
        columns: names(&unique.columns),
        predicate: None,
    });
    let indexes = table.indexes.iter().filter(|index| index.unique);
    constraints.chain(indexes.map(|index| {
        Uniqueness {
            name: &index.name,
            columns: index
                .columns
                .iter()
                .map(|column| column.column.value.clone())
                .collect(),
            predicate: index.predicate.as_ref().map(|predicate| &predicate.value),
        }
    }))
}

/// The name of the primary key's constraint, as `PostgreSQL` derives it.
pub(super) fn key_constraint(table: &Table) -> Result<ConstraintName, StoreError> {
    let mut name = table.name.value.as_str().to_owned();
    name.truncate(58);
    ConstraintName::new(name + "_pkey").map_err(|error| failed(error.to_string()))
}

/// Every reference to a table, with the table it stands in.
pub(super) fn references_to<'a>(
    tables: &'a Tables,
    name: &'a TableName,
) -> impl Iterator<Item = (&'a StoredTable, &'a Reference)> {
    tables.values().flat_map(move |stored| {
        let references = stored.table.references.iter();
        references
            .filter(move |reference| reference.table.value == *name)
            .map(move |reference| (stored, reference))
    })
}

/// The columns that a reference means in the table it refers to.
pub(super) fn target_columns(
    tables: &Tables,
    reference: &Reference,
) -> Result<Vec<ColumnName>, StoreError> {
    if !reference.target.is_empty() {
        return Ok(names(&reference.target));
    }
    let parent = tables
        .get(&reference.table.value)
        .ok_or_else(|| failed("the referenced table is not there"))?;
    Ok(names(&parent.table.primary_key))
}

/// The keys of the rows that refer to these values.
pub(super) fn referrers(child: &StoredTable, reference: &Reference, wanted: &[Value]) -> Vec<Key> {
    let columns = names(&reference.columns);
    let refers = |row: &Row| {
        values(&child.table, &columns, row)
            .iter()
            .zip(wanted)
            .all(|(here, there)| !here.is_null() && same(here, there))
    };
    child
        .rows
        .iter()
        .filter(|(_, record)| refers(&record.row))
        .map(|(key, _)| key.clone())
        .collect()
}

/// The values of these columns.
pub(super) fn values(table: &Table, columns: &[ColumnName], row: &Row) -> Vec<Value> {
    columns
        .iter()
        .map(|column| value_of(table, column, row).clone())
        .collect()
}

/// The truth of a `CHECK` over a row. One that only a database can evaluate is unknown.
pub(super) fn truth_of(
    table: &Table,
    check: &Check,
    row: &Row,
    now: DateTime<Utc>,
) -> Result<Truth, EvaluationError> {
    match check.enforcement {
        Enforcement::Everywhere => truth(table, &check.expr.value, row, now),
        Enforcement::Database => Ok(Truth::Unknown),
    }
}

fn truth(
    table: &Table,
    expr: &Expr,
    row: &Row,
    now: DateTime<Utc>,
) -> Result<Truth, EvaluationError> {
    let types = |name: &str| Some(table.column(name)?.1.column_type.value);
    let Ok(rule) = Compiled::of(expr, &types) else {
        return Ok(Truth::Unknown);
    };
    let values: Vec<Value> = rule
        .fields()
        .iter()
        .map(|field| {
            let position = table.column(field.as_str()).map(|(position, _)| position);
            let value = position.and_then(|position| row.get(position));
            value.cloned().unwrap_or(Value::Null)
        })
        .collect();
    evaluate(&rule, &values, now)
}
