//! Records in `PostgreSQL`.

use std::sync::Arc;

use diesel::result::{Error as DieselError, QueryResult};
use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, RecordRepository, Shown, ShownPage, Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::query::ListQuery;
use specd_domain::record::{Projection, Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::failure::Write;
use specd_sql_support::list::shared::is_shareable;
use specd_sql_support::records::Outcome;
use specd_sql_support::{fit, list, records};

use crate::failure::write_error;
use crate::reads::{read_one, read_page, read_page_alone};
use crate::session::PostgresSession;
use crate::store::PostgresStore;
use crate::transaction::End;

impl RecordRepository for PostgresStore {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        let mut row = match fit::row(table, row) {
            Ok(row) => row,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        // A create with its claim is one statement, too.
        let shape = match Shape::of(&terms) {
            Shape::Transaction => Shape::Statement,
            shape => shape,
        };
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let work = move |session: &mut PostgresSession<'_>| {
            records::number(session, &table, &mut row)?;
            records::create(session, &table, row.clone(), &terms)
        };
        self.write_record(shape, work, move |error| {
            write_error(&of, Write::Put, error)
        })
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        let table = Arc::clone(table);
        self.read(move |session| records::read(session, &table, key.clone(), &reach))
    }

    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>> {
        let table = Arc::clone(table);
        self.read(move |session| list::list(session, &table, &query, &reach))
    }

    fn show(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
        projection: &Arc<Projection>,
    ) -> Answer<'_, Result<Option<Shown>, StoreError>> {
        if let Some(reads) = self.reads() {
            return read_one(reads, table, key, reach, projection);
        }
        let found = RecordRepository::read(self, table, key, reach);
        let projection = Arc::clone(projection);
        Box::pin(async move {
            let found = found.await?;
            Ok(found.map(|record| Shown::of(&record, &projection)))
        })
    }

    fn show_page(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
        projection: &Arc<Projection>,
    ) -> Answer<'_, Result<ShownPage, StoreError>> {
        let (of, projected) = (Arc::clone(table), Arc::clone(projection));
        match self.reads() {
            Some(reads) if is_shareable(table, &query, &reach) => {
                read_page(reads, table, query, reach, projection)
            }
            Some(_) => {
                self.read(move |session| read_page_alone(session, &of, &query, &reach, &projected))
            }
            None => {
                let found = self.list(table, query.and_one_more(), reach);
                Box::pin(async move { Ok(ShownPage::of(&of, &query, found.await?, &projected)) })
            }
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
        let row = match fit::row(table, row) {
            Ok(row) => row,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let shape = Shape::of(&terms);
        let work = move |session: &mut PostgresSession<'_>| {
            records::replace(session, &table, key.clone(), version, row.clone(), &terms)
        };
        self.write_record(shape, work, move |error| {
            write_error(&of, Write::Put, error)
        })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let shape = Shape::of(&terms);
        let work = move |session: &mut PostgresSession<'_>| {
            records::delete(session, &table, key.clone(), version, &terms)
        };
        self.write_record(shape, work, move |error| {
            write_error(&of, Write::Delete, error)
        })
    }
}

/// What a write of a record is for the database.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// One statement, which commits itself.
    Statement,
    /// Several, which belong together.
    Transaction,
    /// Nothing of it is kept.
    Rehearsal,
}

impl Shape {
    fn of(terms: &Terms) -> Self {
        match (terms.is_rehearsal, &terms.claim) {
            (true, _) => Self::Rehearsal,
            (false, Some(_)) => Self::Transaction,
            (false, None) => Self::Statement,
        }
    }
}

impl PostgresStore {
    fn write_record<T: Send + 'static>(
        &self,
        shape: Shape,
        mut work: impl FnMut(&mut PostgresSession<'_>) -> QueryResult<Outcome<T>> + Send + 'static,
        explain: impl FnOnce(DieselError) -> WriteError + Send + 'static,
    ) -> Answer<'_, Result<T, WriteError>> {
        let answer = match shape {
            Shape::Statement => self.write(work, explain),
            Shape::Transaction | Shape::Rehearsal => {
                let is_rehearsal = matches!(shape, Shape::Rehearsal);
                let work = move |session: &mut PostgresSession<'_>| {
                    let outcome = work(session)?;
                    let is_kept = outcome.is_done() && !is_rehearsal;
                    Ok(if is_kept {
                        End::Commit(outcome)
                    } else {
                        End::RollBack(outcome)
                    })
                };
                self.transact(work, explain)
            }
        };
        Box::pin(async { answer.await?.into_result() })
    }
}
