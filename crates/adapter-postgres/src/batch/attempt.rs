//! An attempt: the parts of a round, all of them or none. One statement commits itself, several are a transaction.

use diesel::result::Error as DieselError;

use super::fate::Fate;
use super::link::OwnLink;
use super::part::Part;
use crate::failure::{Class, class};
use crate::session::PostgresSession;
use crate::transaction::{self, End, Failure};

/// An attempt of which nothing is kept, or nobody knows.
pub(super) struct Failed {
    pub(super) error: DieselError,
    /// The part whose statement failed.
    pub(super) part: Option<usize>,
    /// Whether the server was asked to commit.
    pub(super) is_sent: bool,
    /// Whether the connection is in no transaction any more.
    pub(super) is_clean: bool,
    /// The process that did it.
    pub(super) backend: Option<i64>,
    /// What the statements said before the commit, where they all did.
    pub(super) fates: Vec<Vec<Fate>>,
}

pub(super) type Attempt = Result<Vec<Vec<Fate>>, Failed>;

impl Failed {
    /// A server that has become read-only has not stored anything.
    pub(super) fn is_outcome_open(&self) -> bool {
        use diesel::result::DatabaseErrorKind::ReadOnlyTransaction;
        let is_read_only = matches!(
            self.error,
            DieselError::DatabaseError(ReadOnlyTransaction, _)
        );
        class(&self.error) == Class::Lost && !is_read_only
    }
}

/// Writes every part as it is.
pub(super) fn plain(link: &mut OwnLink, parts: &mut [Part]) -> Attempt {
    let backend = link.backend;
    let session = &mut link.session();
    if let [part] = parts
        && (part.pieces.len() == 1 || !part.needs_numbers())
    {
        let all = 0..part.pieces.len();
        return match part.write(session, all) {
            Ok(fates) => Ok(vec![fates]),
            Err(error) => Err(Failed {
                error,
                part: Some(0),
                is_sent: true,
                is_clean: true,
                backend,
                fates: Vec::new(),
            }),
        };
    }
    transaction(session, backend, |session, at, fates| {
        for part in &mut *parts {
            if part.needs_numbers() {
                part.reserve_numbers(session)?;
            }
        }
        for (number, part) in parts.iter_mut().enumerate() {
            *at = Some(number);
            let all = 0..part.pieces.len();
            fates.push(part.write(session, all)?);
        }
        Ok(())
    })
}

/// Runs statements between `BEGIN` and `COMMIT`. The work notes at which part it is, and the fates.
pub(super) fn transaction(
    session: &mut PostgresSession<'_>,
    backend: Option<i64>,
    work: impl FnOnce(
        &mut PostgresSession<'_>,
        &mut Option<usize>,
        &mut Vec<Vec<Fate>>,
    ) -> Result<(), DieselError>,
) -> Attempt {
    let (mut at, mut fates) = (None, Vec::new());
    let ended = transaction::run(session, |session| {
        work(session, &mut at, &mut fates)?;
        at = None;
        Ok(End::Commit(()))
    });
    let (error, is_sent) = match ended.answer {
        Ok(()) => return Ok(fates),
        Err(Failure::Undone(error)) => (error, false),
        Err(Failure::Commit(error)) => (error, true),
    };
    Err(Failed {
        error,
        part: at,
        is_sent,
        is_clean: ended.is_clean,
        backend,
        fates,
    })
}
