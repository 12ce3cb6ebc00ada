//! A transaction of several statements. It is begun and ended by name: every failure leaves it, none is swallowed, and a
//! failure of the `COMMIT` is told apart from one that came before it.

use diesel::result::{Error as DieselError, QueryResult};
use specd_sql_support::session::Session as _;

use crate::session::PostgresSession;

/// How a transaction ends.
pub(crate) enum End<T> {
    /// What it did is kept.
    Commit(T),
    /// Nothing of it is kept.
    RollBack(T),
}

/// A transaction that failed.
pub(crate) enum Failure {
    /// The server was not asked to commit: nothing of it is kept, whatever became of the connection.
    Undone(DieselError),
    /// The server was asked to commit.
    Commit(DieselError),
}

impl Failure {
    /// What the database said.
    pub(crate) const fn error(&self) -> &DieselError {
        match self {
            Self::Undone(error) | Self::Commit(error) => error,
        }
    }
}

/// A transaction that is over.
pub(crate) struct Ended<T> {
    pub(crate) answer: Result<T, Failure>,
    /// Whether the connection is in no transaction any more.
    pub(crate) is_clean: bool,
}

/// Runs one.
pub(crate) fn run<T>(
    session: &mut PostgresSession<'_>,
    work: impl FnOnce(&mut PostgresSession<'_>) -> QueryResult<End<T>>,
) -> Ended<T> {
    let done = session.run("BEGIN").and_then(|()| work(session));
    let answer = match done {
        Ok(End::Commit(answer)) => match session.run("COMMIT") {
            Ok(()) => {
                return Ended {
                    answer: Ok(answer),
                    is_clean: true,
                };
            }
            Err(error) => Err(Failure::Commit(error)),
        },
        Ok(End::RollBack(answer)) => Ok(answer),
        Err(error) => Err(Failure::Undone(error)),
    };
    // Outside of a transaction this is a warning, which nobody hears.
    let is_clean = session.run("ROLLBACK").is_ok();
    Ended { answer, is_clean }
}
