//! Records in memory.

use std::sync::Arc;

use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, RecordRepository, Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::query::ListQuery;
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;

use super::table::{Key, StoredTable};
use super::{MemoryStore, State, Tables, deletion, failed, listing, writing};

impl RecordRepository for MemoryStore {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        self.transaction(|state| {
            state.write(&terms, |tables| writing::create(tables, table, row, &terms))
        })
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        self.transaction(|state| {
            let stored = state.table(table)?;
            stored
                .find(&Key(key), &reach)
                .map(|record| stored.narrowed(table, record))
                .transpose()
        })
    }

    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>> {
        self.transaction(|state| listing::page(state.table(table)?, table, &query, &reach))
    }

    fn replace(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: i64,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        self.transaction(|state| {
            state.write(&terms, |tables| {
                writing::replace(tables, table, &Key(key), version, row, &terms)
            })
        })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        self.transaction(|state| {
            let written = state.write(&terms, |tables| {
                deletion::delete(tables, table, Key(key), version, &terms.reach)
            });
            written.map(|_| ())
        })
    }
}

impl State {
    fn table(&self, table: &Table) -> Result<&StoredTable, StoreError> {
        self.tables
            .get(&table.name.value)
            .ok_or_else(|| failed("there is no such table"))
    }

    /// One write with its claim. What may be undone is done to a copy.
    fn write(
        &mut self,
        terms: &Terms,
        work: impl FnOnce(&mut Tables) -> Result<Record, WriteError>,
    ) -> Result<Record, WriteError> {
        let claim = terms.claim.as_ref();
        if claim.is_some_and(|claim| self.answers.holds(claim)) {
            return Err(WriteError::Claimed);
        }
        if terms.is_rehearsal {
            return work(&mut self.tables.clone());
        }
        let Some(claim) = claim else {
            return work(&mut self.tables);
        };
        let mut tables = self.tables.clone();
        let record = work(&mut tables)?;
        self.answers.keep(claim, &record)?;
        self.tables = tables;
        Ok(record)
    }
}
