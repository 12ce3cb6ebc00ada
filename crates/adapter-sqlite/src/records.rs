//! Records in `SQLite`.

use std::future::ready;
use std::sync::Arc;

use specd_app::ports::Answer;
use specd_app::ports::records::{Reach, RecordRepository, Shown, ShownPage, Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::query::ListQuery;
use specd_domain::record::{Projection, Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::failure::Write;
use specd_sql_support::records::Outcome;
use specd_sql_support::session::Session as _;
use specd_sql_support::spans::Origin;
use specd_sql_support::{fit, list, records};

use crate::failure::{store_error, write_error};
use crate::session::SqliteSession;
use crate::shown;
use crate::spans::{select, statement};
use crate::store::SqliteStore;
use crate::write::{Company, End};

impl RecordRepository for SqliteStore {
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
        let (table, origin) = (Arc::clone(table), Origin::queued());
        let company = company(&row, &terms, records::needs_number(&table, &row));
        self.transact(company, move |session| {
            create(session, &table, row, &terms, &origin)
        })
    }

    fn read(
        &self,
        table: &Arc<Table>,
        key: Value,
        reach: Reach,
    ) -> Answer<'_, Result<Option<Record>, StoreError>> {
        let (table, origin) = (Arc::clone(table), Origin::here());
        self.read_short(move |session| {
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
        let page = self.read_now(|session| {
            let is_short = self.short.is_page(session, table, &query, &reach)?;
            let list = || list::list(session, table, &query, &reach);
            let page = is_short.then(|| Origin::here().within(select(table), list));
            page.transpose()
        });
        if let Some(Some(page)) = page {
            return Box::pin(ready(Ok(page)));
        }
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
        let (table, projection) = (Arc::clone(table), Arc::clone(projection));
        let origin = Origin::here();
        self.read_short(move |session| {
            let show = || shown::record(session, &table, key.clone(), &reach, &projection);
            origin.within(select(&table), show)
        })
    }

    fn show_page(
        &self,
        table: &Arc<Table>,
        query: ListQuery,
        reach: Reach,
        projection: &Arc<Projection>,
    ) -> Answer<'_, Result<ShownPage, StoreError>> {
        let page = self.read_now(|session| {
            let is_short = self.short.is_page(session, table, &query, &reach)?;
            let show = || shown::page(session, table, &query, &reach, projection);
            let page = is_short.then(|| Origin::here().within(select(table), show));
            page.transpose()
        });
        if let Some(Some(page)) = page {
            return Box::pin(ready(Ok(page)));
        }
        let (table, projection) = (Arc::clone(table), Arc::clone(projection));
        let origin = Origin::queued();
        self.read(move |session| {
            let show = || shown::page(session, &table, &query, &reach, &projection);
            origin.within(select(&table), show)
        })
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
        let (table, origin) = (Arc::clone(table), Origin::queued());
        let company = company(&row, &terms, false);
        self.transact(company, move |session| {
            let replace = || records::replace(session, &table, key, version, row.clone(), &terms);
            let written = origin.within(statement("UPDATE", &table), replace);
            match written {
                Ok(outcome) => ended(outcome, &terms),
                Err(error) => {
                    End::RollBack(Err(write_error(session, &table, Write::Put, &row, error)))
                }
            }
        })
    }

    fn delete(
        &self,
        table: &Arc<Table>,
        key: Value,
        version: Option<i64>,
        terms: Terms,
    ) -> Answer<'_, Result<(), WriteError>> {
        let (table, origin) = (Arc::clone(table), Origin::queued());
        self.transact(company(&[], &terms, false), move |session| {
            let delete = || records::delete(session, &table, key, version, &terms);
            match origin.within(statement("DELETE", &table), delete) {
                Ok(outcome) => ended(outcome, &terms),
                Err(error) => {
                    let none = Row::new();
                    let error = write_error(session, &table, Write::Delete, &none, error);
                    End::RollBack(Err(error))
                }
            }
        })
    }
}

/// A write of one statement undoes itself where it fails; a rehearsal does not fail, and leaves nothing.
fn company(row: &[Value], terms: &Terms, is_numbered: bool) -> Company {
    let bytes = row.iter().map(weight).sum();
    if is_numbered || terms.is_rehearsal || terms.claim.is_some() {
        Company::Apart { bytes }
    } else {
        Company::Plain { bytes }
    }
}

/// About how many bytes a value is.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(values) => values.iter().map(weight).sum(),
        _ => size_of::<Value>(),
    }
}

/// What was done is kept, unless it was a rehearsal.
fn ended<T>(outcome: Outcome<T>, terms: &Terms) -> End<Result<T, WriteError>> {
    let is_kept = outcome.is_done() && !terms.is_rehearsal;
    let answer = outcome.into_result();
    if is_kept {
        End::Commit(answer)
    } else {
        End::RollBack(answer)
    }
}

/// A number that was reserved stays so although its row was refused, or the next create would take the same number and
/// be refused like this one. Nothing else of a refused row stays: not its claim either.
fn create(
    session: &mut SqliteSession<'_>,
    table: &Table,
    mut row: Row,
    terms: &Terms,
    origin: &Origin,
) -> End<Result<Record, WriteError>> {
    let is_numbered = records::needs_number(table, &row);
    let numbered = records::number(session, table, &mut row).and_then(|()| {
        if is_numbered {
            session.run("SAVEPOINT specd_numbered")
        } else {
            Ok(())
        }
    });
    if let Err(error) = numbered {
        return End::RollBack(Err(store_error(error).into()));
    }
    let create = || records::create(session, table, row.clone(), terms);
    let error = match origin.within(statement("INSERT", table), create) {
        Ok(outcome) => return ended(outcome, terms),
        Err(error) => error,
    };
    let refused = write_error(session, table, Write::Put, &row, error);
    let keeps_number =
        is_numbered && !terms.is_rehearsal && !matches!(refused, WriteError::Store(_));
    if keeps_number && session.run("ROLLBACK TO specd_numbered").is_ok() {
        End::Commit(Err(refused))
    } else {
        End::RollBack(Err(refused))
    }
}
