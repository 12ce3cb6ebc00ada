//! The writer: a group of writes is one transaction, and each of them is answered after the one commit.
//!
//! A write that is refused undoes itself alone. What undoes the whole transaction, a full disk or a panic, costs those that
//! were done before it in the group: they are told that nothing of them is kept. Those behind it go on in a transaction of
//! their own.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::result::Error as DieselError;
use diesel::sqlite::SqliteConnection;
use specd_app::failure::unless_it_panics;
use specd_app::ports::store::StoreError;
use specd_sql_support::spans;

use crate::connection::is_busy;
use crate::failure::{commit_error, store_error};
use crate::held::Held;
use crate::log::Log;
use crate::patience::patiently;
use crate::session::SqliteSession;
use crate::spans::SYSTEM;
use crate::write::{Company, Write};

/// How long the end of a transaction is tried. It holds the lock, so that hardly anything can stand in its way.
const END_PATIENCE: Duration = Duration::from_secs(30);

/// What the writer's thread does with a group.
pub(crate) fn write(held: &mut Held, log: &mut Log, group: Vec<Write>) {
    let mut waiting = VecDeque::from(group);
    while !waiting.is_empty() {
        let is_whole = transaction(held, &mut waiting);
        if !is_whole {
            held.close();
        }
    }
    log.keep_short(held);
}

/// One transaction with as many of those that wait as it takes. `false` where the connection is of no more use.
fn transaction(held: &mut Held, waiting: &mut VecDeque<Write>) -> bool {
    let connection = match held.connection() {
        Ok(connection) => connection,
        Err(error) => {
            fail(waiting.drain(..), error);
            return true;
        }
    };
    if let Err(error) = begin(connection, waiting) {
        fail(waiting.drain(..), store_error(error));
        return false;
    }
    if waiting.is_empty() {
        return true;
    }
    let has_company = waiting.len() > 1;
    let origins = waiting.iter().map(|write| &write.origin);
    let _shared = spans::transaction(SYSTEM, origins).entered();
    let (mut done, mut is_kept) = (Vec::<Write>::with_capacity(waiting.len()), false);
    while let Some(mut write) = waiting.pop_front() {
        match run(connection, &mut write, has_company) {
            Ran::Kept => is_kept = true,
            Ran::Undone => {}
            Ran::Ended => {
                fail(done.into_iter(), StoreError::Unavailable(ENDED.into()));
                write.piece.answer();
                return false;
            }
            Ran::Failed(error) => {
                fail(done.into_iter().chain([write]), store_error(error));
                return false;
            }
        }
        done.push(write);
    }
    let traced = done.iter().filter(|write| write.origin.is_traced());
    let commits: Vec<_> = traced.map(|write| write.origin.step("commit")).collect();
    let ended = end(connection, is_kept);
    drop(commits);
    match ended {
        Ok(is_whole) => {
            for write in done {
                write.piece.answer();
            }
            is_whole
        }
        Err(error) => {
            fail(done.into_iter(), commit_error(error));
            false
        }
    }
}

const ENDED: &str = "the transaction was undone because of another write in it";

/// Begins with the lock, and refuses whoever waited for it too long. Where nobody is left, there is nothing to do.
fn begin(
    connection: &mut SqliteConnection,
    waiting: &mut VecDeque<Write>,
) -> Result<(), DieselError> {
    loop {
        match connection.batch_execute("BEGIN IMMEDIATE") {
            Err(error) if is_busy(&error) => {
                let now = Instant::now();
                let late = waiting
                    .iter()
                    .take_while(|write| write.until <= now)
                    .count();
                fail(waiting.drain(..late), store_error(error));
                if waiting.is_empty() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            outcome => return outcome,
        }
    }
}

/// What became of one write in its transaction.
enum Ran {
    Kept,
    /// It did nothing, or that was undone.
    Undone,
    /// The transaction is gone, and the write has said why or panicked.
    Ended,
    /// What it did cannot be set apart.
    Failed(DieselError),
}

fn run(connection: &mut SqliteConnection, write: &mut Write, has_company: bool) -> Ran {
    let is_apart = has_company && matches!(write.company, Company::Apart { .. });
    if is_apart && let Err(error) = connection.batch_execute("SAVEPOINT specd_write") {
        return Ran::Failed(error);
    }
    let mut session = SqliteSession::new(connection);
    let is_kept = match unless_it_panics(|| write.piece.run(&mut session)) {
        Ok(is_kept) => is_kept,
        Err(panicked) => {
            tracing::error!(
                error = &panicked as &dyn Error,
                "a write was given up; its transaction is undone"
            );
            return Ran::Ended;
        }
    };
    let after = match (is_kept, is_apart) {
        (true, true) => "RELEASE specd_write",
        (true, false) => return Ran::Kept,
        (false, true) => "ROLLBACK TO specd_write; RELEASE specd_write",
        (false, false) if has_company && !is_in_transaction(connection) => return Ran::Ended,
        (false, false) => return Ran::Undone,
    };
    match connection.batch_execute(after) {
        Ok(()) if is_kept => Ran::Kept,
        Ok(()) => Ran::Undone,
        Err(error) if is_kept => Ran::Failed(error),
        Err(_) => Ran::Ended,
    }
}

/// Some failures, such as a full disk, end the transaction by themselves; what came next would be kept one by one. A
/// transaction cannot be begun within another.
fn is_in_transaction(connection: &mut SqliteConnection) -> bool {
    connection.batch_execute("BEGIN").is_err()
}

/// Ends the transaction; whether the connection can go on.
///
/// # Errors
/// Why it was not committed.
fn end(connection: &mut SqliteConnection, is_kept: bool) -> Result<bool, DieselError> {
    let end = if is_kept { "COMMIT" } else { "ROLLBACK" };
    let until = Instant::now() + END_PATIENCE;
    match patiently(until, || connection.batch_execute(end)) {
        Ok(()) => Ok(true),
        Err(error) if is_kept => Err(error),
        // It may be undone already.
        Err(_) => Ok(false),
    }
}

/// Answers all of them with one failure.
fn fail(writes: impl Iterator<Item = Write>, error: StoreError) {
    let (kind, source): (fn(_) -> _, _) = match error {
        StoreError::Unavailable(source) => (StoreError::Unavailable, source),
        StoreError::OutcomeUnknown(source) => (StoreError::OutcomeUnknown, source),
        StoreError::Failed(source) => (StoreError::Failed, source),
    };
    let source: Arc<dyn Error + Send + Sync> = Arc::from(source);
    for write in writes {
        write.piece.fail(kind(Box::new(Arc::clone(&source))));
    }
}

#[cfg(test)]
mod tests;
