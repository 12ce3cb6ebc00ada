//! A careful attempt: a part that is refused is tried by halves, each behind a savepoint, until the refused rows are
//! found. The others are stored by the same commit.

use std::ops::Range;

use diesel::result::QueryResult;
use specd_sql_support::session::Session as _;

use super::attempt::{self, Attempt};
use super::fate::Fate;
use super::link::OwnLink;
use super::part::Part;
use crate::failure::{Class, class};
use crate::session::PostgresSession;

/// How many refused rows of a part are told apart. Of one that is mostly wrong the rest goes alone, at once.
const MAX_REFUSALS: usize = 16;

/// Writes every part; of the refused one it is known that the whole is.
pub(super) fn run(link: &mut OwnLink, parts: &mut [Part], refused: usize) -> Attempt {
    let backend = link.backend;
    let session = &mut link.session();
    attempt::transaction(session, backend, |session, at, all_fates| {
        for part in &mut *parts {
            if part.needs_numbers() {
                part.reserve_numbers(session)?;
            }
        }
        session.run("SAVEPOINT specd_half")?;
        for (number, part) in parts.iter_mut().enumerate() {
            *at = Some(number);
            let all = 0..part.pieces.len();
            let mut halves = Halves {
                session,
                part,
                fates: Vec::new(),
                refusals: 0,
            };
            if number == refused {
                halves.split(all)?;
            } else {
                halves.write(all)?;
            }
            all_fates.push(halves.fates);
        }
        Ok(())
    })
}

struct Halves<'a, 's> {
    session: &'a mut PostgresSession<'s>,
    part: &'a mut Part,
    /// Of the rows so far, in their order.
    fates: Vec<Fate>,
    refusals: usize,
}

impl Halves<'_, '_> {
    fn write(&mut self, range: Range<usize>) -> QueryResult<()> {
        match self.part.write(self.session, range.clone()) {
            Ok(fates) => {
                self.fates.extend(fates);
                self.session.run("RELEASE specd_half; SAVEPOINT specd_half")
            }
            Err(error) if class(&error) == Class::Lost => Err(error),
            Err(error) => {
                // What failed is undone before anything else is done.
                self.session.run("ROLLBACK TO specd_half")?;
                self.refusals += usize::from(range.len() == 1);
                let is_passing = matches!(class(&error), Class::Again | Class::Busy);
                if range.len() == 1 || is_passing || self.refusals >= MAX_REFUSALS {
                    self.fates.extend(range.map(|_| Fate::Alone));
                    return Ok(());
                }
                self.split(range)
            }
        }
    }

    fn split(&mut self, range: Range<usize>) -> QueryResult<()> {
        let middle = range.start + range.len() / 2;
        let halves = [range.start..middle, middle..range.end];
        halves
            .into_iter()
            .filter(|half| !half.is_empty())
            .try_for_each(|half| self.write(half))
    }
}
