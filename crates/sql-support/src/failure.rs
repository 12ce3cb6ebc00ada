//! Failures: which constraint of the model a database meant.

use std::error::Error;

use specd_app::failure::noticed;
use specd_app::ports::records::WriteError;
use specd_app::ports::store::StoreError;
use specd_domain::name::ColumnName;
use specd_domain::source::Located;
use specd_domain::table::Table;

use crate::name;

/// What a request did when the database refused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// A row was stored or replaced.
    Put,
    /// A row was deleted.
    Delete,
}

/// The unique constraint, unique index or primary key of this name.
pub fn unique_by_name(table: &Table, wanted: &str) -> Option<WriteError> {
    uniques(table)
        .find(|(name, _)| name.as_str() == wanted)
        .map(|(constraint, columns)| WriteError::AlreadyThere {
            constraint,
            columns,
        })
}

/// The one over these columns, which is all that `SQLite` says of it.
pub fn unique_by_columns(table: &Table, wanted: &[&str]) -> Option<WriteError> {
    let is_it = |columns: &[ColumnName]| {
        columns.len() == wanted.len()
            && columns
                .iter()
                .zip(wanted)
                .all(|(column, wanted)| column.as_str() == *wanted)
    };
    uniques(table)
        .find(|(_, columns)| is_it(columns))
        .map(|(constraint, columns)| WriteError::AlreadyThere {
            constraint,
            columns,
        })
}

/// The check of this name.
pub fn check_by_name(table: &Table, wanted: &str) -> Option<WriteError> {
    let check = table.checks.iter().find(|check| check.name == *wanted)?;
    Some(WriteError::CheckBroken {
        constraint: check.name.clone(),
    })
}

/// The foreign key of this name, as a missing row of another table.
pub fn reference_by_name(table: &Table, wanted: &str) -> Option<WriteError> {
    let reference = table
        .references
        .iter()
        .find(|reference| reference.name == *wanted)?;
    Some(WriteError::MissingReference {
        constraint: reference.name.clone(),
        columns: names(&reference.columns),
    })
}

/// The column of this name, as one whose value cannot be held.
pub fn out_of_range(column: Option<&str>) -> WriteError {
    WriteError::OutOfRange {
        column: column.and_then(|column| ColumnName::new(column).ok()),
    }
}

/// A failure that nothing in the model explains.
pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Failed(noticed(error))
}

/// The names alone.
pub fn names(columns: &[Located<ColumnName>]) -> Vec<ColumnName> {
    columns.iter().map(|column| column.value.clone()).collect()
}

fn uniques(
    table: &Table,
) -> impl Iterator<Item = (specd_domain::name::ConstraintName, Vec<ColumnName>)> {
    let key = (name::primary_key(table), names(&table.primary_key));
    let constraints = table
        .uniques
        .iter()
        .map(|unique| (unique.name.clone(), names(&unique.columns)));
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique)
        .map(|index| {
            let columns = index.columns.iter().map(|part| part.column.value.clone());
            (index.name.clone(), columns.collect())
        });
    std::iter::once(key).chain(constraints).chain(indexes)
}
