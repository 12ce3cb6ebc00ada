//! A write that waits for its group.

use std::sync::Arc;

use diesel::result::{Error as DieselError, QueryResult};
use specd_app::ports::records::{Terms, WriteError};
use specd_app::ports::store::StoreError;
use specd_domain::record::{Record, Row};
use specd_domain::table::Table;
use specd_domain::value::Value;
use specd_sql_support::failure::Write;
use specd_sql_support::queue::{Unanswered, Work};
use specd_sql_support::records::batch::{Creation, Deletion, Replacement};
use specd_sql_support::records::{self, Outcome};
use specd_sql_support::reply::{Awaited, Reply, reply};
use specd_sql_support::spans::{Origin, note_failure};

use super::part::Kind;
use crate::failure::write_error;
use crate::session::PostgresSession;
use crate::shared::Shared;
use crate::spans::statement;

/// What is written.
#[derive(Debug)]
pub(crate) enum Change {
    /// A row to be stored.
    Create(Row),
    /// A row to be put in the place of the one of this key and version.
    Replace { key: Value, version: i64, row: Row },
    /// A row to be deleted, at this version where one is given.
    Delete { key: Value, version: Option<i64> },
}

/// The record where one is left.
pub(crate) type Written = Result<Option<Record>, WriteError>;

/// One write. It is one statement, and whoever waits for it is answered once.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(super) table: Arc<Table>,
    pub(super) change: Change,
    pub(super) terms: Terms,
    pub(super) origin: Origin,
    reply: Reply<Written>,
}

impl Piece {
    pub(crate) fn new(table: Arc<Table>, change: Change, terms: Terms) -> (Self, Awaited<Written>) {
        let (reply, answer) = reply();
        let piece = Self {
            table,
            change,
            terms,
            origin: Origin::queued(),
            reply,
        };
        (piece, answer)
    }

    /// Does it as one statement.
    pub(super) fn perform(
        &mut self,
        session: &mut PostgresSession<'_>,
    ) -> QueryResult<Outcome<Option<Record>>> {
        let Self { table, terms, .. } = self;
        match &mut self.change {
            Change::Create(row) => {
                records::number(session, table, row)?;
                records::create(session, table, row.clone(), terms).map(|done| done.map(Some))
            }
            Change::Replace { key, version, row } => {
                records::replace(session, table, key.clone(), *version, row.clone(), terms)
                    .map(|done| done.map(Some))
            }
            Change::Delete { key, version } => {
                records::delete(session, table, key.clone(), *version, terms)
                    .map(|done| done.map(|()| None))
            }
        }
    }

    /// Its place among the creates of a group.
    pub(super) const fn creation(&self) -> Option<Creation<'_>> {
        match &self.change {
            Change::Create(row) => Some(Creation {
                row,
                terms: &self.terms,
            }),
            _ => None,
        }
    }

    /// Its place among the replaces of a group.
    pub(super) const fn replacement(&self) -> Option<Replacement<'_>> {
        match &self.change {
            Change::Replace { key, version, row } => Some(Replacement {
                key,
                version: *version,
                row,
                terms: &self.terms,
            }),
            _ => None,
        }
    }

    /// Its place among the deletes of a group.
    pub(super) const fn deletion(&self) -> Option<Deletion<'_>> {
        match &self.change {
            Change::Delete { key, version } => Some(Deletion {
                key,
                version: *version,
                terms: &self.terms,
            }),
            _ => None,
        }
    }

    /// Does it in a transaction of its own, and answers.
    pub(crate) fn alone(mut self, shared: &Shared) {
        if self.is_abandoned() {
            return;
        }
        let (table, write) = (Arc::clone(&self.table), self.write());
        let statement = statement(Kind::of(&self).operation(), &table);
        let span = self.origin.statement(statement);
        let answer = span.in_scope(|| {
            shared.write(
                |session| {
                    let done = self.perform(session);
                    note_failure(&span, &done);
                    done
                },
                |error| write_error(&table, write, error),
            )
        });
        drop(span);
        self.reply.send(answer.and_then(Outcome::into_result));
    }

    /// It is stored.
    pub(super) fn done(self) {
        self.told(Outcome::Done(()));
    }

    /// This became of it.
    pub(super) fn told(self, outcome: Outcome<()>) {
        let record = match self.change {
            Change::Create(row) => Some(Record { row, version: 1 }),
            Change::Replace { version, row, .. } => Some(Record {
                row,
                version: version.saturating_add(1),
            }),
            Change::Delete { .. } => None,
        };
        self.reply.send(outcome.map(|()| record).into_result());
    }

    /// It was not done.
    pub(super) fn failed(self, error: WriteError) {
        self.reply.send(Err(error));
    }

    /// The database said this of it.
    pub(super) fn explained(self, error: DieselError) {
        let explained = write_error(&self.table, self.write(), error);
        self.failed(explained);
    }

    /// Nobody knows.
    pub(super) fn unknown(self) {
        let error = "the connection was lost during the commit";
        self.failed(StoreError::OutcomeUnknown(error.into()).into());
    }

    const fn write(&self) -> Write {
        match self.change {
            Change::Create(_) | Change::Replace { .. } => Write::Put,
            Change::Delete { .. } => Write::Delete,
        }
    }

    /// The key of its row; none where a number is still to be reserved.
    pub(super) fn key(&self) -> Option<&Value> {
        let key = match &self.change {
            Change::Create(row) => row.get(self.table.key()?.0)?,
            Change::Replace { key, .. } | Change::Delete { key, .. } => key,
        };
        Some(key).filter(|key| !key.is_null())
    }
}

impl Work for Piece {
    fn refuse(self) {
        let error = StoreError::Unavailable(Box::new(Unanswered::Overloaded));
        self.failed(error.into());
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_abandoned()
    }

    fn bytes(&self) -> usize {
        let row = match &self.change {
            Change::Create(row) | Change::Replace { row, .. } => records::weight(row),
            Change::Delete { .. } => 0,
        };
        // The answer that is kept shows the row.
        row.saturating_mul(if self.terms.claim.is_some() { 3 } else { 1 })
    }
}
