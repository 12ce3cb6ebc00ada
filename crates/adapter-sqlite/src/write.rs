//! A write that waits for its group: the work, whom it is to be answered to, and how it is undone.

use std::time::Instant;

use specd_app::ports::store::StoreError;
use specd_sql_support::queue::{Unanswered, Work};
use specd_sql_support::reply::{Awaited, Reply, reply};
use specd_sql_support::spans::Origin;

use crate::session::SqliteSession;

/// How a transaction ends.
pub(crate) enum End<T> {
    /// What it did is kept.
    Commit(T),
    /// Nothing of it is kept.
    RollBack(T),
}

/// What a write may share a transaction with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Company {
    /// With no other write.
    Alone,
    /// With others. It is several statements, or is to leave nothing: what it did is undone as one.
    Apart {
        /// What it adds to a group, in bytes.
        bytes: usize,
    },
    /// With others. It is one statement that changes rows, which undoes itself where it fails.
    Plain {
        /// What it adds to a group, in bytes.
        bytes: usize,
    },
}

/// A write on its way.
pub(crate) struct Write {
    pub(crate) piece: Box<dyn Piece>,
    pub(crate) company: Company,
    /// Until when it may be begun.
    pub(crate) until: Instant,
    /// Whom it is for.
    pub(crate) origin: Origin,
}

/// The work of a write, whatever it answers.
pub(crate) trait Piece: Send {
    /// Does the work and keeps its answer; whether what it did is to be kept.
    fn run(&mut self, session: &mut SqliteSession<'_>) -> bool;

    /// Whether nobody waits for the answer.
    fn is_abandoned(&self) -> bool;

    /// Answers what the work said.
    fn answer(self: Box<Self>);

    /// Answers that the store could not, whatever the work said.
    fn fail(self: Box<Self>, error: StoreError);
}

impl Write {
    /// A write and its answer, which is [lost](Unanswered::Lost) where the write is dropped.
    pub(crate) fn new<T, E>(
        company: Company,
        until: Instant,
        work: impl FnOnce(&mut SqliteSession<'_>) -> End<Result<T, E>> + Send + 'static,
    ) -> (Self, Awaited<Result<T, E>>)
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = reply();
        let piece = Box::new(Errand {
            work: Some(work),
            said: None,
            reply,
        });
        let write = Self {
            piece,
            company,
            until,
            origin: Origin::here(),
        };
        (write, answer)
    }
}

impl Work for Write {
    fn refuse(self) {
        let error = Unanswered::Overloaded;
        self.piece.fail(StoreError::Unavailable(Box::new(error)));
    }

    fn is_abandoned(&self) -> bool {
        self.piece.is_abandoned()
    }

    fn bytes(&self) -> usize {
        match self.company {
            // More than a group takes beside another.
            Company::Alone => usize::MAX,
            Company::Apart { bytes } | Company::Plain { bytes } => bytes,
        }
    }
}

struct Errand<T, E, W> {
    work: Option<W>,
    said: Option<Result<T, E>>,
    reply: Reply<Result<T, E>>,
}

impl<T, E, W> Piece for Errand<T, E, W>
where
    T: Send,
    E: From<StoreError> + Send,
    W: FnOnce(&mut SqliteSession<'_>) -> End<Result<T, E>> + Send,
{
    fn run(&mut self, session: &mut SqliteSession<'_>) -> bool {
        let (said, is_kept) = match self.work.take().map(|work| work(session)) {
            Some(End::Commit(said)) => (Some(said), true),
            Some(End::RollBack(said)) => (Some(said), false),
            None => (None, false),
        };
        self.said = said;
        is_kept
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_abandoned()
    }

    fn answer(self: Box<Self>) {
        if let Some(said) = self.said {
            self.reply.send(said);
        }
    }

    fn fail(self: Box<Self>, error: StoreError) {
        self.reply.send(Err(error.into()));
    }
}
