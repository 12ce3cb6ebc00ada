//! A part of a group: the writes of one kind to one table, which are one statement.

use std::ops::Range;
use std::sync::Arc;

use diesel::result::QueryResult;
use specd_domain::table::Table;
use specd_sql_support::records::batch::{create_all, delete_all, replace_all};
use specd_sql_support::records::{self, Outcome};

use super::fate::Fate;
use super::piece::{Change, Piece};
use crate::session::PostgresSession;
use crate::spans::statement;

/// What kind of write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Create,
    /// With the claim of an idempotency key.
    ClaimedCreate,
    Replace,
    Delete,
}

impl Kind {
    /// The word of SQL for it.
    pub(super) const fn operation(self) -> &'static str {
        match self {
            Self::Create | Self::ClaimedCreate => "INSERT",
            Self::Replace => "UPDATE",
            Self::Delete => "DELETE",
        }
    }

    pub(super) const fn of(piece: &Piece) -> Self {
        match (&piece.change, &piece.terms.claim) {
            (Change::Create(_), None) => Self::Create,
            (Change::Create(_), Some(_)) => Self::ClaimedCreate,
            (Change::Replace { .. }, _) => Self::Replace,
            (Change::Delete { .. }, _) => Self::Delete,
        }
    }
}

#[derive(Debug)]
pub(super) struct Part {
    pub(super) table: Arc<Table>,
    pub(super) kind: Kind,
    pub(super) pieces: Vec<Piece>,
    /// Rows whose unique values are taken are left out, and do not stop the others.
    pub(super) is_guarded: bool,
}

impl Part {
    pub(super) fn of(piece: Piece) -> Self {
        Self {
            table: Arc::clone(&piece.table),
            kind: Kind::of(&piece),
            pieces: vec![piece],
            is_guarded: false,
        }
    }

    pub(super) fn name(&self) -> &str {
        self.table.name.value.as_str()
    }

    /// A claim must not be kept for a row that is left out.
    pub(super) fn can_skip_conflicts(&self) -> bool {
        self.kind == Kind::Create && !self.is_guarded
    }

    pub(super) fn needs_numbers(&self) -> bool {
        self.pieces.iter().any(|piece| match &piece.change {
            Change::Create(row) => records::needs_number(&self.table, row),
            _ => false,
        })
    }

    pub(super) fn reserve_numbers(&mut self, session: &mut PostgresSession<'_>) -> QueryResult<()> {
        let rows = self
            .pieces
            .iter_mut()
            .filter_map(|piece| match &mut piece.change {
                Change::Create(row) => Some(row),
                _ => None,
            });
        let mut rows: Vec<_> = rows.collect();
        records::number_all(session, &self.table, &mut rows)
    }

    /// Writes some of it, in one statement, and tells their fates.
    pub(super) fn write(
        &mut self,
        session: &mut PostgresSession<'_>,
        range: Range<usize>,
    ) -> QueryResult<Vec<Fate>> {
        let Self {
            table,
            kind,
            pieces,
            is_guarded,
        } = self;
        let pieces = pieces.get_mut(range).unwrap_or_default();
        let origins = pieces.iter().map(|piece| &piece.origin);
        let spans = statement(kind.operation(), table).shared(origins);
        let written = kind.write(session, table, pieces, *is_guarded);
        spans.note(&written);
        written
    }
}

impl Kind {
    /// Writes pieces of this kind in one statement.
    fn write(
        self,
        session: &mut PostgresSession<'_>,
        table: &Table,
        pieces: &mut [Piece],
        is_guarded: bool,
    ) -> QueryResult<Vec<Fate>> {
        if let ([piece], false) = (&mut *pieces, is_guarded) {
            let outcome = piece.perform(session)?;
            return Ok(vec![Fate::Known(outcome.map(|_| ()))]);
        }
        let count = pieces.len();
        let missed = match self {
            Self::Create | Self::ClaimedCreate => {
                create_all(session, table, &each(pieces, Piece::creation), is_guarded)?
            }
            Self::Replace => replace_all(session, table, &each(pieces, Piece::replacement))?,
            Self::Delete => delete_all(session, table, &each(pieces, Piece::deletion))?,
        };
        let mut fates: Vec<_> = (0..count).map(|_| Fate::Known(Outcome::Done(()))).collect();
        for at in missed {
            if let Some(fate) = fates.get_mut(at) {
                *fate = match self {
                    Self::ClaimedCreate => Fate::Known(Outcome::Claimed),
                    _ => Fate::Alone,
                };
            }
        }
        Ok(fates)
    }
}

fn each<'a, T>(pieces: &'a [Piece], read: impl Fn(&'a Piece) -> Option<T>) -> Vec<T> {
    pieces.iter().filter_map(read).collect()
}
