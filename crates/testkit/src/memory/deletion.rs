//! Deleting a row in memory, with all that its references ask for: refuse, cascade, null or default.

use std::collections::{BTreeMap, BTreeSet};

use specd_app::ports::records::{Reach, WriteError};
use specd_domain::name::TableName;
use specd_domain::record::{Record, Row};
use specd_domain::table::{OnDelete, Reference, Table};
use specd_domain::value::Value;

use super::table::{Key, StoredTable};
use super::{Tables, change, constraints, failed};

/// A row somewhere.
type Place = (TableName, Key);

/// What one delete does, before it is done.
#[derive(Default)]
struct Plan {
    gone: BTreeSet<Place>,
    changed: BTreeMap<Place, Row>,
    /// Rows that must not be left behind, with the reference that holds them.
    holders: Vec<(Place, Reference)>,
}

/// Deletes a row, only at this version where one is given, and tells what it was.
pub(super) fn delete(
    tables: &mut Tables,
    table: &Table,
    key: Key,
    version: Option<i64>,
    reach: &Reach,
) -> Result<Record, WriteError> {
    let name = &table.name.value;
    let stored = tables
        .get(name)
        .ok_or_else(|| failed("there is no such table"))?;
    let before = stored.find(&key, reach).ok_or(WriteError::NotThere)?;
    let current = before.version;
    if version.is_some_and(|version| version != current) {
        return Err(WriteError::Stale { current });
    }
    let before = stored.narrowed(table, before)?;
    remove(tables, name, key)?;
    Ok(before)
}

fn remove(tables: &mut Tables, name: &TableName, key: Key) -> Result<(), WriteError> {
    let plan = plan(tables, (name.clone(), key))?;
    let is_held = |(place, _): &&(Place, Reference)| !plan.gone.contains(place);
    if let Some((_, reference)) = plan.holders.iter().find(is_held) {
        return Err(WriteError::StillReferenced {
            constraint: Some(reference.name.clone()),
        });
    }
    let mut next = tables.clone();
    for (table, key) in &plan.gone {
        if let Some(stored) = next.get_mut(table) {
            stored.rows.remove(key);
            stored.owners.remove(key);
        }
    }
    for ((table, key), row) in plan.changed {
        let place = (table, key);
        if !plan.gone.contains(&place) {
            change_row(&mut next, &place, row)?;
        }
    }
    *tables = next;
    Ok(())
}

fn plan(tables: &mut Tables, first: Place) -> Result<Plan, WriteError> {
    let mut plan = Plan::default();
    let mut waiting = vec![first];
    while let Some(place) = waiting.pop() {
        if !plan.gone.insert(place.clone()) {
            continue;
        }
        for (child, reference, referrers) in referrers(tables, &place)? {
            for key in referrers {
                let referrer = (child.clone(), key);
                match reference.on_delete {
                    OnDelete::Cascade => waiting.push(referrer),
                    OnDelete::Refuse => plan.holders.push((referrer, reference.clone())),
                    OnDelete::SetNull | OnDelete::SetDefault => {
                        let row = rewritten(tables, &plan, &referrer, &reference)?;
                        plan.changed.insert(referrer, row);
                    }
                }
            }
        }
    }
    Ok(plan)
}

/// The rows that refer to a row, by the reference.
fn referrers(
    tables: &Tables,
    (name, key): &Place,
) -> Result<Vec<(TableName, Reference, Vec<Key>)>, WriteError> {
    let parent = tables
        .get(name)
        .ok_or_else(|| failed("there is no such table"))?;
    let Some(record) = parent.rows.get(key) else {
        return Ok(Vec::new());
    };
    change::references_to(tables, name)
        .map(|(child, reference)| {
            let target = change::target_columns(tables, reference)?;
            let wanted = change::values(&parent.table, &target, &record.row);
            let keys = change::referrers(child, reference, &wanted);
            Ok((child.table.name.value.clone(), reference.clone(), keys))
        })
        .collect()
}

/// The row with its reference null, or at its default.
fn rewritten(
    tables: &mut Tables,
    plan: &Plan,
    place: &Place,
    reference: &Reference,
) -> Result<Row, WriteError> {
    let stored = tables
        .get_mut(&place.0)
        .ok_or_else(|| failed("there is no such table"))?;
    let before = stored.rows.get(&place.1).map(|record| record.row.clone());
    let before = plan.changed.get(place).cloned().or(before);
    let row = before.ok_or_else(|| failed("there is no such row"))?;
    let table = std::sync::Arc::clone(&stored.table);
    Ok(table
        .columns
        .iter()
        .zip(row)
        .map(|(column, value)| {
            if !refers(&table, reference, column.name.value.as_str()) {
                value
            } else if reference.on_delete == OnDelete::SetDefault {
                stored.default_of(column)
            } else {
                Value::Null
            }
        })
        .collect())
}

fn refers(table: &Table, reference: &Reference, column: &str) -> bool {
    table.column(column).is_some() && reference.columns.iter().any(|name| name.value == *column)
}

/// Puts the row in its place, where it must keep everything that a row must keep.
fn change_row(tables: &mut Tables, (name, key): &Place, row: Row) -> Result<(), WriteError> {
    let stored: &StoredTable = tables
        .get(name)
        .ok_or_else(|| failed("there is no such table"))?;
    let row = constraints::fitted(&stored.table, row)?;
    constraints::hold(tables, name, &row, Some(key))?;
    if let Some(record) = tables
        .get_mut(name)
        .and_then(|stored| stored.rows.get_mut(key))
    {
        record.row = row;
    }
    Ok(())
}
