//! Writes that share a transaction and its commit: whatever waits while one group is in flight becomes the next one.
//!
//! Each is answered after the commit that stored it. What the group cannot do (a refused row, a lock that somebody else
//! holds) is done alone, by the threads of the one-statement mode, and answered by them.

mod attempt;
mod careful;
mod fate;
mod link;
mod memory;
mod part;
mod piece;
mod recovery;
mod rounds;

use std::sync::Arc;

use specd_app::ports::store::StoreError;
use specd_sql_support::groups::Groups;
use specd_sql_support::prepare::PrepareError;
use specd_sql_support::queue::{GroupLimits, QueueLimits, Work as _};
use specd_sql_support::said;
use specd_sql_support::threads::Threads;

use self::attempt::Failed;
use self::fate::Fate;
use self::link::OwnLink;
use self::memory::Memory;
use self::part::Part;
pub(crate) use self::piece::{Change, Piece};
use crate::failure::{Class, class, is_lock_timeout, is_unique, read_error};
use crate::shared::Shared;

/// How much is one group: enough that a commit costs each little, and little enough that nobody waits long.
const LIMITS: GroupLimits = GroupLimits {
    count: 256,
    bytes: 4 << 20,
};

/// How many connections groups have.
pub(crate) const LINKS: u8 = 1;

/// How often a group is tried that the server finds in conflict with others.
const MAX_TRIES: usize = 3;

/// Starts the thread that does the groups.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(
    shared: &Arc<Shared>,
    singles: &Arc<Threads<Arc<Shared>>>,
    queue: QueueLimits,
) -> Result<Groups<Piece>, PrepareError> {
    let (shared, singles) = (Arc::clone(shared), Arc::clone(singles));
    let groups = Groups::start("pg-group", 1, queue, LIMITS, move || {
        let mut writer = GroupWriter::new(Arc::clone(&shared), Arc::clone(&singles));
        move |group| writer.write(group)
    });
    groups.map_err(|error| PrepareError::Unavailable(error.to_string()))
}

/// Does groups, on a connection of its own.
struct GroupWriter {
    shared: Arc<Shared>,
    /// Where a write goes that is done alone.
    singles: Arc<Threads<Arc<Shared>>>,
    link: Option<OwnLink>,
    memory: Memory,
}

impl GroupWriter {
    fn new(shared: Arc<Shared>, singles: Arc<Threads<Arc<Shared>>>) -> Self {
        Self {
            shared,
            singles,
            link: None,
            memory: Memory::default(),
        }
    }

    /// Does a group, and answers each of it or hands it on.
    fn write(&mut self, group: Vec<Piece>) {
        let mut rest = group;
        while !rest.is_empty() {
            let (round, later) = rounds::next(rest);
            let (contended, mut parts): (Vec<_>, Vec<_>) = round
                .into_iter()
                .partition(|part| self.memory.is_contended(part));
            self.all_alone(contended);
            for part in &mut parts {
                part.is_guarded = part.pieces.len() > 1 && self.memory.is_guarded(part);
            }
            self.round(parts);
            rest = later;
        }
    }

    /// One transaction, tried until each of it has an answer or goes alone.
    fn round(&mut self, mut parts: Vec<Part>) {
        let (mut tries, mut was_lost) = (1, false);
        while !parts.is_empty() {
            let Some(link) = self.trusted_link() else {
                return refuse_all(parts);
            };
            let failed = match attempt::plain(link, &mut parts) {
                Ok(fates) => return self.answer(parts, fates),
                Err(failed) => failed,
            };
            let is_lost = self.note_loss(&failed);
            match class(&failed.error) {
                _ if is_lost && failed.is_sent => return self.recover(parts, &failed),
                Class::Lost if !std::mem::replace(&mut was_lost, true) => {}
                Class::Again if tries < MAX_TRIES => tries += 1,
                Class::Busy if is_lock_timeout(&failed.error) => {
                    parts = self.without_the_locked(parts, failed.part);
                }
                Class::Lost | Class::Busy => return explain_all(parts, failed),
                _ if is_lone(&parts) => return explain_all(parts, failed),
                _ => match failed.part.and_then(|at| parts.get_mut(at)) {
                    Some(part) if is_unique(&failed.error) && part.can_skip_conflicts() => {
                        self.memory.guard(part);
                        part.is_guarded = true;
                    }
                    _ => return self.careful(parts, failed.part),
                },
            }
        }
    }

    /// The refused are found by halves, in one more transaction.
    fn careful(&mut self, mut parts: Vec<Part>, refused: Option<usize>) {
        // What a COMMIT refuses, no statement tells.
        let (Some(refused), Some(link)) = (refused, self.trusted_link()) else {
            return self.all_alone(parts);
        };
        match careful::run(link, &mut parts, refused) {
            Ok(fates) => self.answer(parts, fates),
            Err(failed) if self.note_loss(&failed) && failed.is_sent => {
                self.recover(parts, &failed);
            }
            Err(_) => self.all_alone(parts),
        }
    }

    /// The connection was lost while the commit was under way: what became of each is looked up.
    fn recover(&self, parts: Vec<Part>, failed: &Failed) {
        let found = recovery::look_up(&self.shared, failed.backend, &parts, &failed.fates);
        let mut found = found.into_iter();
        for part in parts {
            for piece in part.pieces {
                match found.next().flatten() {
                    Some(recovery::Found::Stored) => piece.done(),
                    Some(recovery::Found::NotStored) => self.alone(piece),
                    None => piece.unknown(),
                }
            }
        }
    }

    fn answer(&mut self, parts: Vec<Part>, fates: Vec<Vec<Fate>>) {
        for (part, fates) in parts.into_iter().zip(fates) {
            self.memory.note(&part, &fates);
            for (piece, fate) in part.pieces.into_iter().zip(fates) {
                match fate {
                    Fate::Known(outcome) => piece.told(outcome),
                    Fate::Alone => self.alone(piece),
                }
            }
        }
    }

    fn without_the_locked(&mut self, mut parts: Vec<Part>, at: Option<usize>) -> Vec<Part> {
        let Some(at) = at.filter(|at| *at < parts.len()) else {
            self.all_alone(parts);
            return Vec::new();
        };
        let locked = parts.remove(at);
        self.memory.contend(&locked);
        self.all_alone(vec![locked]);
        parts
    }

    fn all_alone(&self, parts: Vec<Part>) {
        for piece in parts.into_iter().flat_map(|part| part.pieces) {
            self.alone(piece);
        }
    }

    fn alone(&self, piece: Piece) {
        self.singles.push(move |shared| match shared {
            Some(shared) => piece.alone(shared),
            None => piece.refuse(),
        });
    }

    fn trusted_link(&mut self) -> Option<&mut OwnLink> {
        if !self.link.as_mut().is_some_and(OwnLink::is_alive) {
            self.link = None;
            self.link = OwnLink::take(&self.shared).ok();
        }
        self.link.as_mut()
    }

    /// Gives up the connection where it failed; tells whether it was lost.
    fn note_loss(&mut self, failed: &Failed) -> bool {
        let is_lost = class(&failed.error) == Class::Lost;
        if is_lost && let Some(link) = &mut self.link {
            link.lost();
        }
        if is_lost || !failed.is_clean {
            self.link = None;
        }
        is_lost && failed.is_outcome_open()
    }
}

fn is_lone(parts: &[Part]) -> bool {
    matches!(parts, [part] if part.pieces.len() == 1)
}

fn refuse_all(parts: Vec<Part>) {
    for piece in parts.into_iter().flat_map(|part| part.pieces) {
        piece.refuse();
    }
}

/// Tells the failure to all whom it stopped; each learns it in the words of its own table.
fn explain_all(parts: Vec<Part>, failed: Failed) {
    let message = said::text(&failed.error);
    let mut error = Some(failed.error);
    for piece in parts.into_iter().flat_map(|part| part.pieces) {
        match error.take() {
            Some(error) if !failed.is_sent && class(&error) == Class::Lost => {
                piece.failed(read_error(error).into());
            }
            Some(error) => piece.explained(error),
            None => piece.failed(StoreError::Unavailable(message.clone().into()).into()),
        }
    }
}
