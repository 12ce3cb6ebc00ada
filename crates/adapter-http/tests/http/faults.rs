//! A store that is the one in memory until it is told to fail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, RecordRepository, Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::query::ListQuery;
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_testkit::MemoryStore;
use specd_testkit::sample::constraint_name;

/// How the store fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Panic,
    Hang,
    Failed,
    OutcomeUnknown,
    CheckBroken,
    OutOfRange,
    StillReferenced,
    AlwaysStale,
    /// Somebody else writes first, once.
    Overtaken,
    /// Writes wait until the store is mended.
    Held,
    /// Another server does the same request a moment before this one.
    DoneElsewhere,
}

/// The store, and its fault.
pub(crate) struct FaultyRecords {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) fault: Mutex<Option<Fault>>,
}

impl FaultyRecords {
    fn fails(&self, fault: Fault) -> bool {
        *self.fault.lock().unwrap() == Some(fault)
    }

    fn read_error(&self) -> Option<StoreError> {
        assert!(
            !self.fails(Fault::Panic),
            "the store panicked, as it was told to"
        );
        self.fails(Fault::Failed)
            .then(|| StoreError::Failed("secret detail of the database".into()))
    }

    /// Another caller takes the customer away, and the write that was asked for comes too late.
    fn overtaken(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: i64,
    ) -> Answer<'_, Result<Record, WriteError>> {
        let table = Arc::clone(table);
        Box::pin(async move {
            let found = self
                .store
                .read(&table, key.clone(), Reach::default())
                .await?;
            let mut row = found.unwrap().row;
            row[table.column("customer").unwrap().0] = Value::Null;
            let other = self
                .store
                .replace(&table, key, version, row, Terms::default())
                .await?;
            Err(WriteError::Stale {
                current: other.version,
            })
        })
    }

    async fn released(&self) {
        while self.fails(Fault::Held) {
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn write_error(&self) -> Option<WriteError> {
        if let Some(error) = self.read_error() {
            return Some(error.into());
        }
        let fault = *self.fault.lock().unwrap();
        match fault? {
            Fault::OutcomeUnknown => {
                Some(StoreError::OutcomeUnknown("connection lost".into()).into())
            }
            Fault::CheckBroken => Some(WriteError::CheckBroken {
                constraint: constraint_name("orders_quantity_check"),
            }),
            Fault::OutOfRange => Some(WriteError::OutOfRange { column: None }),
            Fault::StillReferenced => Some(WriteError::StillReferenced { constraint: None }),
            Fault::AlwaysStale => Some(WriteError::Stale { current: 7 }),
            _ => None,
        }
    }
}

impl RecordRepository for FaultyRecords {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        if self.fails(Fault::Hang) {
            return Box::pin(std::future::pending());
        }
        if let Some(error) = self.write_error() {
            return Box::pin(std::future::ready(Err(error)));
        }
        let table = Arc::clone(table);
        Box::pin(async move {
            self.released().await;
            let created = self.store.create(&table, row, terms).await?;
            if self.fails(Fault::DoneElsewhere) {
                return Err(WriteError::Claimed);
            }
            Ok(created)
        })
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        if self.fails(Fault::Hang) {
            return Box::pin(std::future::pending());
        }
        match self.read_error() {
            Some(error) => Box::pin(std::future::ready(Err(error))),
            None => self.store.read(table, key, reach),
        }
    }

    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>> {
        match self.read_error() {
            Some(error) => Box::pin(std::future::ready(Err(error))),
            None => self.store.list(table, query, reach),
        }
    }

    fn replace(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: i64,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        if self.fails(Fault::Overtaken) {
            *self.fault.lock().unwrap() = None;
            return self.overtaken(table, key, version);
        }
        if let Some(error) = self.write_error() {
            return Box::pin(std::future::ready(Err(error)));
        }
        let table = Arc::clone(table);
        Box::pin(async move {
            self.released().await;
            self.store.replace(&table, key, version, row, terms).await
        })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        if let Some(version) = version.filter(|_| self.fails(Fault::Overtaken)) {
            *self.fault.lock().unwrap() = None;
            let overtaken = self.overtaken(table, key, version);
            return Box::pin(async move { overtaken.await.map(|_| ()) });
        }
        match self.write_error() {
            Some(error) => Box::pin(std::future::ready(Err(error))),
            None => self.store.delete(table, key, version, terms),
        }
    }
}
