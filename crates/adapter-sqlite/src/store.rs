//! The store: the writer's thread, the readers' threads, and how work gets to them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;
use specd_app::ports::Answer;
use specd_app::ports::store::{StoreError, StoreHealth};
use specd_sql_support::prepare::PrepareError;
use specd_sql_support::threads::{QueueLimits, Threads, Unanswered};

use crate::connection::{self, is_busy};
use crate::failure::store_error;
use crate::migrations;
use crate::session::SqliteSession;

/// How the store uses its file.
#[derive(Clone, Copy, Debug)]
pub struct SqliteSettings {
    /// Connections for reads.
    pub readers: u8,
    /// How long a request waits for its turn, behind others and for a lock that another process holds, before it is
    /// answered that there is none; nothing of it is begun then.
    pub queue_wait_ms: u64,
    /// How many requests may wait for reading, and as many for writing.
    pub queue_length: usize,
    /// Whether requests that wait at the same time share a commit. Off, each has its own.
    pub is_batching: bool,
}

impl Default for SqliteSettings {
    fn default() -> Self {
        Self {
            readers: 4,
            // One writer commits one write after the other, each with a sync of the disk: a burst has to wait for it. Yet
            // a request that is not begun must be told so before the 5 s after which nobody could say what became of it.
            queue_wait_ms: 3_000,
            queue_length: 4096,
            is_batching: true,
        }
    }
}

/// Records, revisions and keys in one file of `SQLite`.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Threads<Held>,
    readers: Threads<Held>,
    wait: Duration,
}

/// How a transaction ends.
pub(crate) enum End<T> {
    /// What it did is kept.
    Commit(T),
    /// Nothing of it is kept.
    RollBack(T),
}

/// A connection that its thread opens when it is needed.
pub(crate) struct Held {
    path: PathBuf,
    open: fn(&Path) -> Result<SqliteConnection, PrepareError>,
    connection: Option<SqliteConnection>,
}

impl SqliteStore {
    /// Opens the file, creates it where there is none, and brings specd's own tables up to date.
    ///
    /// # Errors
    /// [`PrepareError::Unavailable`] where another process holds the lock for too long; anything else needs somebody.
    pub fn open(path: impl AsRef<Path>, settings: SqliteSettings) -> Result<Self, PrepareError> {
        let path = path.as_ref().to_path_buf();
        refuse_other_than_files(&path)?;
        migrations::migrate(&mut connection::writer(&path)?)?;
        let wait = Duration::from_millis(settings.queue_wait_ms);
        let threads = |name, count: u8, open: fn(&Path) -> _| {
            let limits = QueueLimits {
                wait,
                length: settings.queue_length,
            };
            let path = path.clone();
            Threads::start(name, usize::from(count.max(1)), limits, move || Held {
                path: path.clone(),
                open,
                connection: None,
            })
            .map_err(|error| PrepareError::Unavailable(error.to_string()))
        };
        Ok(Self {
            writer: threads("sqlite-write", 1, connection::writer)?,
            readers: threads("sqlite-read", settings.readers, connection::reader)?,
            wait,
        })
    }

    /// Runs a read.
    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut SqliteSession<'_>) -> QueryResult<T> + Send + 'static,
    ) -> Answer<'_, Result<T, StoreError>> {
        let until = Instant::now() + self.wait;
        let answer = self.readers.run(move |held| {
            let connection = held.connection()?;
            patiently(until, || work(&mut SqliteSession(connection))).map_err(store_error)
        });
        Box::pin(async move { answer.await.unwrap_or_else(|error| Err(unanswered(error))) })
    }

    /// Runs a write in a transaction that begins with the lock. `Err` of the work rolls everything back.
    pub(crate) fn write<T, E>(
        &self,
        work: impl FnOnce(&mut SqliteSession<'_>) -> Result<T, E> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.transact(|session| match work(session) {
            Ok(answer) => End::Commit(Ok(answer)),
            Err(error) => End::RollBack(Err(error)),
        })
    }

    /// Runs a transaction that begins with the lock and ends as the work says. This is where a write is queued to the
    /// writer.
    pub(crate) fn transact<T, E>(
        &self,
        work: impl FnOnce(&mut SqliteSession<'_>) -> End<Result<T, E>> + Send + 'static,
    ) -> Answer<'_, Result<T, E>>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let until = Instant::now() + self.wait;
        let answer = self.writer.run(move |held| {
            let connection = held.connection()?;
            let outcome = in_transaction(connection, until, work);
            if outcome.is_broken {
                held.connection = None;
            }
            outcome.answer
        });
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|error| Err(unanswered_write(error).into()))
        })
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The last connection to close writes the log back into the file.
        self.readers.finish();
        self.writer.finish();
    }
}

impl StoreHealth for SqliteStore {
    fn ready(&self) -> Answer<'_, Result<(), StoreError>> {
        self.read(migrations::check)
    }
}

impl Held {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.connection.is_none() {
            let opened = (self.open)(&self.path);
            let mut opened = opened.map_err(|error| StoreError::Unavailable(Box::new(error)))?;
            opened
                .batch_execute(LOCK_WAIT)
                .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
            self.connection = Some(opened);
        }
        self.connection
            .as_mut()
            .ok_or_else(|| StoreError::Unavailable("there is no connection".into()))
    }
}

/// How long `SQLite` itself waits for a lock, in milliseconds. It is a fraction of what a request may wait, so that the
/// request's own bound is kept.
const LOCK_WAIT: &str = "PRAGMA busy_timeout = 250";

struct Outcome<T, E> {
    answer: Result<T, E>,
    /// Whether a transaction may still be open.
    is_broken: bool,
}

fn in_transaction<T, E: From<StoreError>>(
    connection: &mut SqliteConnection,
    until: Instant,
    work: impl FnOnce(&mut SqliteSession<'_>) -> End<Result<T, E>>,
) -> Outcome<T, E> {
    if let Err(error) = patiently(until, || connection.batch_execute("BEGIN IMMEDIATE")) {
        let is_broken = !is_busy(&error);
        return Outcome {
            answer: Err(store_error(error).into()),
            is_broken,
        };
    }
    let (answer, end, is_kept) = match work(&mut SqliteSession(connection)) {
        End::Commit(answer) => (answer, "COMMIT", true),
        End::RollBack(answer) => (answer, "ROLLBACK", false),
    };
    // It holds the lock, so that hardly anything can stand in the way of its end.
    let until = Instant::now() + END_PATIENCE;
    match patiently(until, || connection.batch_execute(end)) {
        Ok(()) => Outcome {
            answer,
            is_broken: false,
        },
        Err(error) => {
            // Some failures roll back by themselves, so that this one may fail.
            let _ = connection.batch_execute("ROLLBACK");
            let answer = if is_kept {
                Err(store_error(error).into())
            } else {
                answer
            };
            Outcome {
                answer,
                is_broken: true,
            }
        }
    }
}

/// How long the end of a transaction is tried.
const END_PATIENCE: Duration = Duration::from_secs(30);

/// Tries again while another process holds the lock, beyond what `SQLite` waits by itself.
fn patiently<T>(until: Instant, mut work: impl FnMut() -> QueryResult<T>) -> QueryResult<T> {
    loop {
        match work() {
            Err(error) if is_busy(&error) && Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(1));
            }
            outcome => return outcome,
        }
    }
}

fn refuse_other_than_files(path: &Path) -> Result<(), PrepareError> {
    let text = path.to_string_lossy();
    let is_special = text.is_empty() || text.starts_with(":memory:") || text.starts_with("file:");
    if is_special {
        return Err(PrepareError::Address(
            "an address of SQLite names a file, such as `sqlite:specd.db`".to_owned(),
        ));
    }
    if path.to_str().is_none() {
        return Err(PrepareError::Address(
            "the path of the database is not valid UTF-8".to_owned(),
        ));
    }
    Ok(())
}

fn unanswered(error: Unanswered) -> StoreError {
    match error {
        Unanswered::Overloaded => StoreError::Unavailable(Box::new(error)),
        Unanswered::Lost => StoreError::Failed(Box::new(error)),
    }
}

fn unanswered_write(error: Unanswered) -> StoreError {
    match error {
        Unanswered::Overloaded => StoreError::Unavailable(Box::new(error)),
        Unanswered::Lost => StoreError::OutcomeUnknown(Box::new(error)),
    }
}
