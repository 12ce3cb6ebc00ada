//! Revisions in memory, and the tables in step with them.

use std::collections::HashMap;
use std::sync::Arc;

use specd_app::ports::Answer;
use specd_app::ports::revisions::{
    AppliedEach, ApplyError, NewRevision, Revision, RevisionMark, RevisionRepository, SchemaChange,
};
use specd_app::ports::store::StoreError;
use specd_domain::name::SpecNumber;
use specd_domain::table::Table;

use super::table::StoredTable;
use super::{MemoryStore, State, Tables, constraints, failed};
use crate::clock::MovedClock;

impl RevisionRepository for MemoryStore {
    fn marks(&self) -> Answer<'_, Result<HashMap<SpecNumber, RevisionMark>, StoreError>> {
        self.transaction(|state| {
            let marks = state.revisions.iter().map(|(spec, revision)| {
                let mark = RevisionMark {
                    number: revision.number,
                    digest: revision.digest.clone(),
                };
                (*spec, mark)
            });
            Ok(marks.collect())
        })
    }

    fn current(&self, spec: SpecNumber) -> Answer<'_, Result<Option<Revision>, StoreError>> {
        self.transaction(|state| Ok(state.revisions.get(&spec).cloned()))
    }

    fn apply(&self, revision: NewRevision) -> Answer<'_, Result<Revision, ApplyError>> {
        self.transaction(|state| state.apply(revision))
    }

    fn apply_each(
        &self,
        revisions: Vec<NewRevision>,
    ) -> Answer<'_, Result<AppliedEach, StoreError>> {
        self.transaction(|state| {
            let before = state.clone();
            let mut applied = Vec::with_capacity(revisions.len());
            for revision in revisions {
                match state.apply(revision) {
                    Err(ApplyError::Store(error)) => {
                        *state = before;
                        return Err(error);
                    }
                    answer => applied.push(answer),
                }
            }
            Ok(applied)
        })
    }
}

impl State {
    fn apply(&mut self, new: NewRevision) -> Result<Revision, ApplyError> {
        let number = new.spec.number;
        let current = self.revisions.get(&number).map(|revision| revision.number);
        if current != new.follows {
            return Err(ApplyError::Overtaken);
        }
        let mut tables = self.tables.clone();
        match &new.change {
            SchemaChange::CreateTable => create(&mut tables, &new, &self.clock)?,
            SchemaChange::Alter(steps) if steps.is_empty() => {}
            SchemaChange::Alter(_) => alter(&mut tables, &new)?,
        }
        let revision = Revision {
            spec: new.spec,
            number: current.unwrap_or(0) + 1,
            digest: new.digest,
            applied_at: new.applied_at,
        };
        self.tables = tables;
        self.revisions.insert(number, revision.clone());
        Ok(revision)
    }
}

/// Names that differ in case alone are one name in `SQLite`, so they are here.
fn create(tables: &mut Tables, new: &NewRevision, clock: &MovedClock) -> Result<(), ApplyError> {
    let table = &new.spec.table;
    let name = &table.name.value;
    let is_taken = |other: &str| other.eq_ignore_ascii_case(name.as_str());
    if tables.keys().any(|other| is_taken(other.as_str())) {
        return Err(ApplyError::TableThere(name.clone()));
    }
    let stored = StoredTable::new(new.spec.number, Arc::clone(table), clock.clone());
    tables.insert(name.clone(), stored);
    references_are_there(tables, table)
}

/// The table as the new revision has it, if every row keeps to it. That is all the steps at once.
fn alter(tables: &mut Tables, new: &NewRevision) -> Result<(), ApplyError> {
    let table = &new.spec.table;
    let name = &table.name.value;
    let stored = tables
        .get(name)
        .filter(|stored| stored.owner == new.spec.number)
        .ok_or_else(|| failed("the document has no such table"))?;
    let next = stored.under(table)?;
    tables.insert(name.clone(), next);
    references_are_there(tables, table)?;
    let rows = tables.get(name).map(|stored| stored.rows.clone());
    for (key, record) in rows.unwrap_or_default() {
        constraints::fitted(table, record.row)
            .and_then(|row| constraints::hold(tables, name, &row, Some(&key)))
            .map_err(|error| refused(error.to_string()))?;
    }
    Ok(())
}

fn references_are_there(tables: &Tables, table: &Table) -> Result<(), ApplyError> {
    let missing = table
        .references
        .iter()
        .find(|reference| !tables.contains_key(&reference.table.value));
    match missing {
        Some(reference) => Err(refused(format!(
            "the referenced table `{}` is not there",
            reference.table.value
        ))),
        None => Ok(()),
    }
}

fn refused(reason: impl Into<String>) -> ApplyError {
    ApplyError::Refused {
        reason: reason.into(),
    }
}
