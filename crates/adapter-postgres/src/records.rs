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
use specd_sql_support::failure::{Write, failed};
use specd_sql_support::list::shared::is_shareable;
use specd_sql_support::queue::Work as _;
use specd_sql_support::records::Outcome;
use specd_sql_support::spans::Origin;
use specd_sql_support::{fit, list, records};

use crate::batch::{Change, Piece};
use crate::failure::write_error;
use crate::reads::{read_one, read_page, read_page_alone};
use crate::session::PostgresSession;
use crate::spans::{select, statement};
use crate::store::PostgresStore;
use crate::transaction::End;

impl RecordRepository for PostgresStore {
    fn create(
        &self,
        table: &Arc<Table>,
        row: Row,
        terms: Terms,
    ) -> Answer<'_, Result<Record, WriteError>> {
        let row = match fit::row(table, row) {
            Ok(row) => row,
            Err(error) => return Box::pin(async { Err(error) }),
        };
        if !terms.is_rehearsal {
            let answer = self.put(table, Change::Create(row), terms);
            return Box::pin(async { record_of(answer.await?) });
        }
        let (table, of, mut row) = (Arc::clone(table), Arc::clone(table), row);
        let origin = Origin::queued();
        let work = move |session: &mut PostgresSession<'_>| {
            records::number(session, &table, &mut row)?;
            let create = || records::create(session, &table, row.clone(), &terms);
            origin.within(statement("INSERT", &table), create)
        };
        self.write_in_steps(true, work, move |error| write_error(&of, Write::Put, error))
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        let (table, origin) = (Arc::clone(table), Origin::queued());
        self.read(move |session| {
            let read = || records::read(session, &table, key.clone(), &reach);
            origin.within(select(&table), read)
        })
    }

    fn list(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
    ) -> Answer<'_, Result<Vec<Record>, StoreError>> {
        let (table, origin) = (Arc::clone(table), Origin::queued());
        self.read(move |session| {
            let list = || list::list(session, &table, &query, &reach);
            origin.within(select(&table), list)
        })
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
                let origin = Origin::queued();
                self.read(move |session| {
                    let read = || read_page_alone(session, &of, &query, &reach, &projected);
                    origin.within(select(&of), read)
                })
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
        if is_one_statement(&terms) {
            let answer = self.put(table, Change::Replace { key, version, row }, terms);
            return Box::pin(async { record_of(answer.await?) });
        }
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let (is_rehearsal, origin) = (terms.is_rehearsal, Origin::queued());
        let work = move |session: &mut PostgresSession<'_>| {
            let (key, row) = (key.clone(), row.clone());
            let replace = || records::replace(session, &table, key, version, row, &terms);
            origin.within(statement("UPDATE", &table), replace)
        };
        self.write_in_steps(is_rehearsal, work, move |error| {
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
        if is_one_statement(&terms) {
            let answer = self.put(table, Change::Delete { key, version }, terms);
            return Box::pin(async { answer.await.map(|_| ()) });
        }
        let (table, of) = (Arc::clone(table), Arc::clone(table));
        let (is_rehearsal, origin) = (terms.is_rehearsal, Origin::queued());
        let work = move |session: &mut PostgresSession<'_>| {
            let delete = || records::delete(session, &table, key.clone(), version, &terms);
            origin.within(statement("DELETE", &table), delete)
        };
        self.write_in_steps(is_rehearsal, work, move |error| {
            write_error(&of, Write::Delete, error)
        })
    }
}

/// A replace or a delete with a claim is several statements.
const fn is_one_statement(terms: &Terms) -> bool {
    !terms.is_rehearsal && terms.claim.is_none()
}

fn record_of(written: Option<Record>) -> Result<Record, WriteError> {
    written.ok_or_else(|| failed("a write answered no record").into())
}

impl PostgresStore {
    /// Writes a record in one statement: with whatever else waits at the time, or alone.
    fn put(
        &self,
        table: &Arc<Table>,
        change: Change,
        terms: Terms,
    ) -> Answer<'_, Result<Option<Record>, WriteError>> {
        let (piece, answer) = Piece::new(Arc::clone(table), change, terms);
        match &self.groups {
            Some(groups) => groups.push(piece),
            None => self.writers.push(move |shared| match shared {
                Some(shared) => piece.alone(shared),
                None => piece.refuse(),
            }),
        }
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|error| Err(error.of_write().into()))
        })
    }

    /// A write of several statements, which belong together; of a rehearsal nothing is kept.
    fn write_in_steps<T: Send + 'static>(
        &self,
        is_rehearsal: bool,
        mut work: impl FnMut(&mut PostgresSession<'_>) -> QueryResult<Outcome<T>> + Send + 'static,
        explain: impl FnOnce(DieselError) -> WriteError + Send + 'static,
    ) -> Answer<'_, Result<T, WriteError>> {
        let work = move |session: &mut PostgresSession<'_>| {
            let outcome = work(session)?;
            let is_kept = outcome.is_done() && !is_rehearsal;
            Ok(if is_kept {
                End::Commit(outcome)
            } else {
                End::RollBack(outcome)
            })
        };
        let answer = self.transact(work, explain);
        Box::pin(async { answer.await?.into_result() })
    }
}
