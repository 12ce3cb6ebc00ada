//! Creating and replacing a row in memory.

use std::sync::Arc;

use specd_app::ports::records::{Terms, WriteError};
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;

use super::table::{Key, StoredTable};
use super::{Tables, constraints, failed};

/// Stores a new row.
pub(super) fn create(
    tables: &mut Tables,
    table: &Table,
    row: Row,
    terms: &Terms,
) -> Result<Record, WriteError> {
    let stored = stored_mut(tables, table)?;
    let mut row = stored.widened(table, row, None)?;
    stored.number(&mut row);
    let row = constraints::fitted(&stored.table, row)?;
    let key = stored.key_of(&row)?;
    constraints::hold(tables, &table.name.value, &row, None)?;
    let record = Record { row, version: 1 };
    let stored = stored_mut(tables, table)?;
    let answer = stored.narrowed(table, &record)?;
    if let Some(owner) = &terms.owner {
        stored.owners.insert(key.clone(), Arc::clone(owner));
    }
    stored.rows.insert(key, record);
    Ok(answer)
}

/// Puts a row in the place of the one with this key and this version; it stays its owner's.
pub(super) fn replace(
    tables: &mut Tables,
    table: &Table,
    key: &Key,
    version: i64,
    row: Row,
    terms: &Terms,
) -> Result<Record, WriteError> {
    let stored = stored_mut(tables, table)?;
    let before = stored.find(key, &terms.reach).cloned();
    let before = before.ok_or(WriteError::NotThere)?;
    if before.version != version {
        let current = before.version;
        return Err(WriteError::Stale { current });
    }
    let row = stored.widened(table, row, Some(&before.row))?;
    let row = constraints::fitted(&stored.table, row)?;
    let next_key = stored.key_of(&row)?;
    constraints::hold(tables, &table.name.value, &row, Some(key))?;
    constraints::still_referenced(tables, &table.name.value, &before.row, &row)?;
    let version = version + 1;
    let record = Record { row, version };
    let stored = stored_mut(tables, table)?;
    let answer = stored.narrowed(table, &record)?;
    stored.rows.remove(key);
    if let Some(owner) = stored.owners.remove(key) {
        stored.owners.insert(next_key.clone(), owner);
    }
    stored.rows.insert(next_key, record);
    Ok(answer)
}

fn stored_mut<'a>(
    tables: &'a mut Tables,
    table: &Table,
) -> Result<&'a mut StoredTable, WriteError> {
    tables
        .get_mut(&table.name.value)
        .ok_or_else(|| failed("there is no such table").into())
}
