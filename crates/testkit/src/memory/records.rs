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
use super::{MemoryStore, State, deletion, failed, listing, writing};

impl RecordRepository for MemoryStore {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        _terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        self.transaction(|state| writing::create(&mut state.tables, table, row))
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        _reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        self.transaction(|state| {
            let stored = state.table(table)?;
            stored
                .rows
                .get(&Key(key))
                .map(|record| stored.narrowed(table, record))
                .transpose()
        })
    }

    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        _reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>> {
        self.transaction(|state| listing::page(state.table(table)?, table, &query))
    }

    fn replace(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: i64,
        row: Row,
        _terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        self.transaction(|state| {
            writing::replace(&mut state.tables, table, &Key(key), version, row)
        })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        _terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        self.transaction(|state| {
            let name = &table.name.value;
            let stored = state.table(table)?.rows.get(&Key(key.clone()));
            let current = stored.ok_or(WriteError::NotThere)?.version;
            if version.is_some_and(|version| version != current) {
                return Err(WriteError::Stale { current });
            }
            deletion::delete(&mut state.tables, name, Key(key))
        })
    }
}

impl State {
    fn table(&self, table: &Table) -> Result<&StoredTable, StoreError> {
        self.tables
            .get(&table.name.value)
            .ok_or_else(|| failed("there is no such table"))
    }
}
