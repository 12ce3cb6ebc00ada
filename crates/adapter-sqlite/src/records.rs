//! Records in `SQLite`.

use std::sync::Arc;

use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, RecordRepository, Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::query::ListQuery;
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::failure::Write;
use specd_sql_support::{fit, list, records};

use crate::failure::{store_error, write_error};
use crate::session::SqliteSession;
use crate::store::SqliteStore;

impl RecordRepository for SqliteStore {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        _terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        let row = match fit::row(table, row) {
            Ok(row) => row,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        let table = Arc::clone(table);
        let answer = self.write(move |session| create(session, &table, row));
        Box::pin(async { answer.await? })
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        _reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        let table = Arc::clone(table);
        self.read(move |session| records::read(session, &table, key.clone()))
    }

    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        _reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>> {
        let table = Arc::clone(table);
        self.read(move |session| list::list(session, &table, query.clone()))
    }

    fn replace(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: i64,
        row: Row,
        _terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        let row = match fit::row(table, row) {
            Ok(row) => row,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        let table = Arc::clone(table);
        self.write(move |session| {
            match records::replace(session, &table, key, version, row.clone()) {
                Ok(outcome) => outcome.into_result(),
                Err(error) => Err(write_error(session, &table, Write::Put, &row, error)),
            }
        })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        _terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        let table = Arc::clone(table);
        self.write(
            move |session| match records::delete(session, &table, key, version) {
                Ok(outcome) => outcome.into_result(),
                Err(error) => {
                    let none = Row::new();
                    Err(write_error(session, &table, Write::Delete, &none, error))
                }
            },
        )
    }
}

/// `Ok` of the outside commits: a number that was reserved stays so although its row was refused, or the next create
/// would take the same number and be refused like this one. A refused statement leaves nothing else behind.
fn create(
    session: &mut SqliteSession<'_>,
    table: &Table,
    mut row: Row,
) -> Result<Result<Record, WriteError>, WriteError> {
    let is_numbered = records::needs_number(table, &row);
    records::number(session, table, &mut row).map_err(store_error)?;
    match records::create(session, table, row.clone()) {
        Ok(record) => Ok(Ok(record)),
        Err(error) => {
            let refused = write_error(session, table, Write::Put, &row, error);
            if is_numbered && !matches!(refused, WriteError::Store(_)) {
                Ok(Err(refused))
            } else {
                Err(refused)
            }
        }
    }
}
