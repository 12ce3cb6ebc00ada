//! Records in `PostgreSQL`.

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

use crate::failure::write_error;
use crate::store::PostgresStore;

impl RecordRepository for PostgresStore {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        _terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        let mut row = match fit::row(table, row) {
            Ok(row) => row,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        self.write(
            move |session| {
                records::number(session, &table, &mut row)?;
                records::create(session, &table, row.clone())
            },
            move |error| write_error(&of, Write::Put, error),
        )
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
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let answer = self.write(
            move |session| records::replace(session, &table, key.clone(), version, row.clone()),
            move |error| write_error(&of, Write::Put, error),
        );
        Box::pin(async { answer.await?.into_result() })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        _terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let answer = self.write(
            move |session| records::delete(session, &table, key.clone(), version),
            move |error| write_error(&of, Write::Delete, error),
        );
        Box::pin(async { answer.await?.into_result() })
    }
}
